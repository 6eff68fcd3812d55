/*
 * Inodes: files, directories and device nodes, without their names.
 *
 * Who holds a reference can lock the inode; who has locked it can use the
 * fields and the contents.  Changes happen between begin_op and end_op only.
 * Each function that changes something may fail half-way; then the caller
 * calls undo_op, and inode_load for what it has locked, before it unlocks.
 *
 * An inode whose link count is 0 has no name any more; it is freed when its
 * last reference goes.
 */
#pragma once

#include "stat.h"
#include "x86/mmu.h"
#include "sched/sleeplock.h"
#include "fs/cache.h"
#include "fs.h"

struct inode {
    struct entry entry;             // key is the inode number
    struct sleeplock lock;
    struct dinode d;                // [lock] what the disk has, if entry.valid
};

static inline uint32_t
inode_number(const struct inode *ip)
{
    return ip->entry.key;
}

/* Returns a reference to inode inum; NULL if there is none, or no room. */
struct inode *inode_get(uint32_t inum);

/* Returns ip with one more reference. */
static inline struct inode *
inode_dup(struct inode *ip)
{
    return inode_get(inode_number(ip));
}

/*
 * Gives a reference back; ip may be NULL.  If it was the last one of a file
 * that has no name, this frees the file in a transaction of its own: so the
 * caller is in none, and holds no inode lock.
 */
void inode_put(struct inode *ip);

/* The same, but leaves freeing to the next mount.  May be called anywhere. */
void inode_drop(struct inode *ip);

/* Locks ip.  Returns -1, not locked, if it cannot be read or is not sound. */
int inode_lock(struct inode *ip);

static inline void
inode_unlock(struct inode *ip)
{
    sleeplock_release(&ip->lock);
}

/* Reads the fields anew, as undo_op may have changed them.  ip is locked. */
void inode_load(struct inode *ip);

/* Returns T_DIR, T_FILE or T_DEV, or -1 if ip cannot be locked; it is not. */
int inode_type(struct inode *ip);

/*
 * From here on the caller has locked ip, except for inode_alloc.
 *
 * Copies up to n bytes from offset off to dst in pgdir's memory (NULL: the
 * kernel's).  Returns the count, 0 at the end, or -1.  Holes are zeros.
 */
int inode_read(struct inode *ip, pde_t *pgdir, uintptr_t dst, uint32_t off,
               size_t n);

/*
 * Copies n bytes, not 0, to offset off, which may be behind the end.  Returns
 * the count, less than n only if the file is then as large as can be; or -1 for
 * a bad address, a full disk or an error.
 */
int inode_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t off,
                size_t n);

/* Returns a buffer with the file's block `index`, to be read only, or NULL. */
struct buf *inode_read_block(struct inode *ip, uint32_t index);

/*
 * Sets *block to the disk's block with the file's block `index`, 0 if that is a
 * hole; if asked, first allocates one there.  Returns 0 or -1.
 */
int bmap(struct inode *ip, uint32_t index, bool allocate, uint32_t *block);

/* Makes an inode like this one.  Returns its number, or 0. */
uint32_t inode_alloc(const struct dinode *model);

/* Writes the fields to the inode's block if they differ from what is there. */
int inode_update(struct inode *ip);

/* Frees all contents. */
int inode_truncate(struct inode *ip);

/* Frees contents and inode.  No name of it is left. */
int inode_free(struct inode *ip);
