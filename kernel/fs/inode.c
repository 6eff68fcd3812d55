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
#include "core/debug.h"
#include "core/panic.h"
#include "fs/log.h"
#include "fs/super.h"

static struct inode inodes[NINODE];
static struct table table = {
    .lock = SPINLOCK("inode table", RANK_ITABLE),
    .entries = inodes,
    .size = sizeof(inodes[0]),
    .nentries = NINODE,
};

struct inode *
inode_get(uint32_t inum)
{
    if (inum == 0 || inum >= super.ninodes)
        return NULL;
    acquire(&table.lock);
    struct inode *ip = table_get(&table, inum);
    // An inode that is in use can always be had.
    if (ip != NULL && ip->entry.refs == 1 && debug_fails(FAIL_INODE)) {
        ip->entry.refs = 0;
        ip = NULL;
    }
    release(&table.lock);
    return ip;
}

void
inode_drop(struct inode *ip)
{
    acquire(&table.lock);
    assert(ip->entry.refs > 0);
    ip->entry.refs--;
    release(&table.lock);
}

/* Frees the inode, if it has no name.  Returns false if that failed. */
static bool
reclaim(struct inode *ip)
{
    bool ok = false;

    if (begin_op(1 + nbitmap) < 0)
        return false;
    if (inode_lock(ip) == 0) {
        ok = ip->d.nlink != 0 || inode_free(ip) == 0;
        if (!ok) {
            undo_op();
            inode_load(ip);
        }
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
    // users the last one notices.  The fields may be out of date: if they say
    // that no name is left, reclaim looks again under the inode's lock.  The
    // other error cannot be: a name is never added to an inode that has none.
    while (last) {
        acquire(&table.lock);
        last = ok && ip->entry.refs == 1 && ip->entry.valid &&
               ip->d.nlink == 0;
        if (!last)
            ip->entry.refs--;
        release(&table.lock);
        // Once it is free, its number may be given to a new file and removed
        // again before we let go: so look once more.
        if (last)
            ok = reclaim(ip);
    }
}

/*
 * Returns inode inum in the block that holds it, and the block's buffer; NULL
 * on a disk error.
 */
static struct dinode *
read_inode(uint32_t inum, struct buf **buf)
{
    *buf = cache_read(super.inode_start + inum / INODES_PER_BLOCK);
    if (*buf == NULL)
        return NULL;
    return (struct dinode *)(*buf)->data + inum % INODES_PER_BLOCK;
}

void
inode_load(struct inode *ip)
{
    struct buf *buf;
    struct dinode *d = read_inode(inode_number(ip), &buf);

    ip->entry.valid = false;
    if (d == NULL)
        return;
    ip->d = *d;
    ip->entry.valid = d->type >= T_DIR && d->type <= T_DEV &&
        d->size <= MAXFILE * BSIZE &&
        (d->type != T_DIR || d->size % sizeof(struct dirent) == 0);
    cache_put(buf);
}

int
inode_lock(struct inode *ip)
{
    sleeplock_acquire(&ip->lock);
    if (!ip->entry.valid)
        inode_load(ip);
    if (ip->entry.valid)
        return 0;
    inode_unlock(ip);
    return -1;
}

int
inode_type(struct inode *ip)
{
    if (inode_lock(ip) < 0)
        return -1;
    int type = ip->d.type;
    inode_unlock(ip);
    return type;
}

int
inode_update(struct inode *ip)
{
    struct buf *buf;
    struct dinode *d = read_inode(inode_number(ip), &buf);

    if (d == NULL)
        return -1;
    if (memcmp(d, &ip->d, sizeof(*d)) != 0) {
        log_modify(buf);
        *d = ip->d;
    }
    cache_put(buf);
    return 0;
}

uint32_t
inode_alloc(const struct dinode *model)
{
    static uint32_t cursor;     // the number found last
    bool found = false;

    if (debug_fails(FAIL_DISK_INODE))
        return 0;
    for (uint32_t i = 1; i < super.ninodes && !found; i++) {
        struct buf *buf;
        cursor = cursor % (super.ninodes - 1) + 1;
        struct dinode *d = read_inode(cursor, &buf);
        if (d == NULL)
            continue;
        found = d->type == 0;
        if (found) {
            log_modify(buf);
            *d = *model;
        }
        cache_put(buf);
    }
    return found ? cursor : 0;
}

int
inode_free(struct inode *ip)
{
    if (inode_truncate(ip) < 0)
        return -1;
    memset(&ip->d, 0, sizeof(ip->d));
    ip->entry.valid = false;
    return inode_update(ip);
}
