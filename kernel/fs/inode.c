/*
 * Inodes in memory, and their life.  What is in them is in contents.c.
 *
 * Locking: table.lock guards which number an inode in memory has, and the
 * references.  ip->lock guards all else.  Inodes on the disk are changed only
 * by the call between begin_op and end_op.
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

/* Frees the inode, if it has no name.  Returns false if that failed. */
static bool
reclaim(struct inode *ip)
{
    bool ok = false;

    if (begin_op(1 + nbitmap) < 0)
        return false;
    if (inode_lock(ip) == 0) {
        ok = ip->nlink != 0 || inode_free(ip) == 0;
        if (!ok)
            undo_op();
        inode_unlock(ip);
    }
    return end_op() == 0 && ok;
}

void
inode_put(struct inode *ip)
{
    bool ok = true;
    bool last = ip != NULL;

    // Looking and giving the reference back are one step, so that of several
    // users the last one notices.  The fields may be out of date: if they say that
    // no name is left, reclaim looks again under the inode's lock.  The other
    // error cannot be: a name is never added to an inode that has none.
    while (last) {
        acquire(&table.lock);
        last = ok && ip->entry.refs == 1 && ip->loaded != 0 && ip->nlink == 0;
        if (!last)
            table_put(&table, &ip->entry);
        release(&table.lock);
        // Once it is free, its number may be given to a new file and removed
        // again before we let go: so look once more.
        if (last)
            ok = reclaim(ip);
    }
}

/* Returns the block that holds inode inum, NULL on a disk error. */
static struct buf *
read_block_of(uint32_t inum)
{
    return cache_read(super.inode_start + inum / INODES_PER_BLOCK, READ_AHEAD);
}

/* Returns inode inum in the block that holds it. */
static struct dinode *
inode_in(struct buf *buf, uint32_t inum)
{
    return (struct dinode *)buf->data + inum % INODES_PER_BLOCK;
}

/* Copies inode inum from the disk; 0 or -1. */
static int
read_inode(uint32_t inum, struct dinode *d)
{
    struct buf *buf = read_block_of(inum);

    if (buf == NULL)
        return -1;
    *d = *inode_in(buf, inum);
    cache_put(buf);
    return 0;
}

/* Reads the fields from the disk; -1 if that fails or they are not sound. */
static int
load(struct inode *ip)
{
    struct dinode d;

    if (read_inode(inode_number(ip), &d) < 0)
        return -1;
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
    struct buf *buf = read_block_of(inode_number(ip));

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

/* Returns the number of a free inode, 0 if there is none. */
static uint32_t
find_free(void)
{
    struct dinode d;

    for (uint32_t i = 0; i < super.ninodes; i++) {
        uint32_t inum = (first_free + i) % super.ninodes;
        if (inum != 0 && read_inode(inum, &d) == 0 && d.type == 0)
            return inum;
    }
    return 0;
}

struct inode *
inode_alloc(uint16_t type, uint16_t major, uint16_t minor)
{
    struct inode *ip = inode_get(find_free());

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
    if (result < 0) {
        inode_drop(ip);
        return NULL;
    }
    first_free = inode_number(ip) + 1;
    return ip;
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

unsigned
inode_free_nameless(void)
{
    unsigned count = 0;
    struct dinode d;

    for (uint32_t inum = 1; inum < super.ninodes; inum++) {
        if (read_inode(inum, &d) < 0 || d.type == 0 || d.nlink != 0)
            continue;
        struct inode *ip = inode_get(inum);
        if (inode_lock(ip) == 0) {
            inode_unlock(ip);
            count++;
        }
        inode_put(ip);
    }
    return count;
}
