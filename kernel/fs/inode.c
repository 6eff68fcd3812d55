/*
 * Inodes in memory, and their life.  What is in them is in contents.c.
 *
 * Locking: table.lock guards which number an inode in memory has, and the
 * references.  ip->lock guards all else.  Inodes on the disk are changed only by
 * the call between begin_op and end_op.
 */
#include "fs/inode.h"

#include "lib/limits.h"
#include "lib/string.h"
#include "fs/cache.h"
#include "fs/log.h"
#include "fs/super.h"

static struct table table;
static struct inode inodes[NINODE];
static uint32_t first_free;     // where to look first for a free inode

void
inode_init(void)
{
    table_init(&table, "inode table", RANK_ITABLE);
    for (int i = 0; i < NINODE; i++) {
        sleeplock_init(&inodes[i].lock, "inode");
        table_add(&table, &inodes[i].entry);
    }
}

struct inode *
inode_get(uint32_t inum)
{
    bool is_new;

    if (inum == 0 || inum >= super.ninodes)
        return NULL;
    acquire(&table.lock);
    struct inode *ip = (struct inode *)table_get(&table, inum, &is_new);
    if (ip != NULL && is_new)
        ip->loaded = 0;
    release(&table.lock);
    return ip;
}

struct inode *
inode_dup(struct inode *ip)
{
    acquire(&table.lock);
    ip->entry.refs++;
    release(&table.lock);
    return ip;
}

void
inode_drop(struct inode *ip)
{
    acquire(&table.lock);
    table_put(&table, &ip->entry);
    release(&table.lock);
}

bool
inode_is_unshared(struct inode *ip)
{
    acquire(&table.lock);
    bool unshared = ip->entry.refs == 1;
    release(&table.lock);
    return unshared;
}

/* Frees the inode, which has no name and no other user. */
static void
reclaim(struct inode *ip)
{
    if (begin_op(1 + nbitmap) < 0)
        return;                     // read-only: the next mount will do it
    if (inode_lock(ip) == 0) {
        if (ip->nlink == 0 && inode_free(ip) < 0)
            undo_op();
        inode_unlock(ip);
    }
    end_op();
}

void
inode_put(struct inode *ip)
{
    if (ip == NULL)
        return;
    // Looking and giving the reference back are one step, so that of several
    // users the last one notices.  The fields may be out of date: if they say that
    // no name is left, reclaim looks again under the inode's lock.  The other
    // error cannot be: a name is never added to an inode that has none.
    acquire(&table.lock);
    bool last = ip->entry.refs == 1 && ip->loaded != 0 && ip->nlink == 0;
    if (!last)
        table_put(&table, &ip->entry);
    release(&table.lock);
    if (last) {
        reclaim(ip);
        inode_drop(ip);
    }
}

/* Returns the block that holds inode inum. */
static struct buf *
read_inode_block(uint32_t inum, unsigned nblocks)
{
    return cache_read(super.inode_start + inum / INODES_PER_BLOCK, nblocks);
}

/* Returns inode inum in the block that holds it. */
static struct dinode *
inode_in(struct buf *buf, uint32_t inum)
{
    return (struct dinode *)buf->data + inum % INODES_PER_BLOCK;
}

/* Reads the fields from the disk; -1 if that fails or they are not sound. */
static int
load(struct inode *ip)
{
    struct buf *buf = read_inode_block(inode_number(ip), 1);

    if (buf == NULL)
        return -1;
    struct dinode d = *inode_in(buf, inode_number(ip));
    cache_put(buf);
    if (d.type < T_DIR || d.type > T_DEV || d.size > MAXFILE * BSIZE)
        return -1;
    if (d.type == T_DIR && d.size % sizeof(struct dirent) != 0)
        return -1;
    ip->type = d.type;
    ip->major = d.major;
    ip->minor = d.minor;
    ip->nlink = d.nlink;
    ip->size = d.size;
    memcpy(ip->addrs, d.addrs, sizeof(ip->addrs));
    ip->loaded = 1 + log_undos();
    return 0;
}

int
inode_lock(struct inode *ip)
{
    sleeplock_acquire(&ip->lock);
    if (ip->loaded == 1 + log_undos() || load(ip) == 0)
        return 0;
    sleeplock_release(&ip->lock);
    return -1;
}

void
inode_unlock(struct inode *ip)
{
    sleeplock_release(&ip->lock);
}

void
inode_stat(const struct inode *ip, struct stat *st)
{
    // Also clears the padding, which would tell the user what lay there before.
    memset(st, 0, sizeof(*st));
    st->type = (int16_t)ip->type;
    st->ino = inode_number(ip);
    st->nlink = (int16_t)ip->nlink;
    st->size = ip->size;
}

int
inode_update(struct inode *ip)
{
    struct dinode d = {
        .type = ip->type, .major = ip->major, .minor = ip->minor,
        .nlink = ip->nlink, .size = ip->size,
    };
    struct buf *buf = read_inode_block(inode_number(ip), 1);

    if (buf == NULL)
        return -1;
    memcpy(d.addrs, ip->addrs, sizeof(d.addrs));
    struct dinode *on_disk = inode_in(buf, inode_number(ip));
    if (memcmp(on_disk, &d, sizeof(d)) != 0) {
        log_modify(buf);
        *on_disk = d;
    }
    cache_put(buf);
    return 0;
}

/* Is this one free?  Then *found is its number. */
static bool
find_free_in(struct buf *buf, uint32_t block, uint32_t *found)
{
    uint32_t first = block * INODES_PER_BLOCK;

    for (uint32_t i = first; i < first + INODES_PER_BLOCK; i++) {
        if (i != 0 && i < super.ninodes && inode_in(buf, i)->type == 0) {
            *found = i;
            return true;
        }
    }
    return false;
}

/* Returns the number of a free inode, 0 if there is none. */
static uint32_t
find_free(void)
{
    uint32_t nblocks = super.bitmap_start - super.inode_start;

    for (uint32_t i = 0; i < nblocks; i++) {
        uint32_t block = (first_free / INODES_PER_BLOCK + i) % nblocks;
        struct buf *buf = read_inode_block(block * INODES_PER_BLOCK, 1);
        if (buf == NULL)
            return 0;
        bool found = find_free_in(buf, block, &first_free);
        cache_put(buf);
        if (found)
            return first_free;
    }
    return 0;
}

struct inode *
inode_alloc(uint16_t type, uint16_t major, uint16_t minor)
{
    uint32_t inum = find_free();
    struct inode *ip = inode_get(inum);

    if (ip == NULL)
        return NULL;
    sleeplock_acquire(&ip->lock);
    ip->type = type;
    ip->major = major;
    ip->minor = minor;
    ip->nlink = 0;
    ip->size = 0;
    memset(ip->addrs, 0, sizeof(ip->addrs));
    ip->loaded = 1 + log_undos();
    int result = inode_update(ip);
    sleeplock_release(&ip->lock);
    if (result == 0)
        return ip;
    inode_drop(ip);
    return NULL;
}

int
inode_free(struct inode *ip)
{
    if (inode_truncate(ip) < 0)
        return -1;
    ip->type = 0;
    ip->major = 0;
    ip->minor = 0;
    ip->loaded = 0;
    if (inode_number(ip) < first_free)
        first_free = inode_number(ip);
    return inode_update(ip);
}

/* Is there an inode inum without a name?  At mount no user is left either. */
static bool
is_nameless(uint32_t inum)
{
    struct buf *buf = read_inode_block(inum, READ_AHEAD);

    if (buf == NULL)
        return false;
    const struct dinode *d = inode_in(buf, inum);
    bool nameless = d->type != 0 && d->nlink == 0;
    cache_put(buf);
    return nameless;
}

unsigned
inode_free_nameless(void)
{
    unsigned count = 0;

    for (uint32_t inum = 1; inum < super.ninodes; inum++) {
        struct inode *ip = is_nameless(inum) ? inode_get(inum) : NULL;
        if (ip == NULL)
            continue;
        if (inode_lock(ip) == 0) {
            inode_unlock(ip);
            count++;
        }
        inode_put(ip);
    }
    return count;
}
