/*
 * Inodes: files, directories and device nodes, without their names.
 *
 * Who holds a reference can lock the inode; who has locked it can use the
 * fields and the contents.  Changes happen between begin_op and end_op only.
 * Each function that changes something may fail half-way; then the caller
 * calls undo_op before it unlocks.
 *
 * An inode whose link count is 0 has no name any more; it is freed when its
 * last reference goes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs.h"
#include "stat.h"
#include "x86/mmu.h"
#include "sched/sleeplock.h"
#include "fs/table.h"

struct inode {
    struct entry entry;             // key is the inode number
    struct sleeplock lock;
    unsigned loaded;                // [lock] 1 + log_undos() then; 0 never
    uint16_t type;                  // [lock] the fields of struct dinode
    uint16_t major, minor;
    uint16_t nlink;
    uint32_t size;
    uint32_t addrs[NDIRECT + 1];
};

/* Makes the table of inodes.  Called once, at mount. */
void inode_init(void);

static inline uint32_t
inode_number(const struct inode *ip)
{
    return ip->entry.key;
}

/* Returns a reference to inode inum; NULL if there is none, or no room. */
struct inode *inode_get(uint32_t inum);

/* Returns ip with one more reference. */
struct inode *inode_dup(struct inode *ip);

/*
 * Gives a reference back; ip may be NULL.  If it was the last one of a file
 * that has no name, this frees the file in a transaction of its own: so the
 * caller is in none, and holds no inode lock.
 */
void inode_put(struct inode *ip);

/* The same, but leaves freeing to the next mount.  May be called anywhere. */
void inode_drop(struct inode *ip);

/* Does ip have the caller's reference only? */
bool inode_is_unshared(struct inode *ip);

/* Locks ip.  Returns -1, not locked, if it cannot be read or is not sound. */
int inode_lock(struct inode *ip);
void inode_unlock(struct inode *ip);

/* Fills *st.  Caller holds the lock, as for all that follow but inode_alloc. */
void inode_stat(const struct inode *ip, struct stat *st);

/*
 * Copies up to n bytes from offset off to dst in pgdir's memory (NULL: the
 * kernel's).  Returns the count, 0 at the end, or -1.  Holes are zeros.
 */
int inode_read(struct inode *ip, pde_t *pgdir, uintptr_t dst, uint32_t off,
               size_t n);

/*
 * Copies up to n bytes to offset off, which may be behind the end.  Returns
 * the count, less than n only if the disk is full or the file as large as can
 * be; or -1 for a bad address or if nothing could be written.
 */
int inode_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t off,
                size_t n);

/*
 * Sets *block to the disk's block with the file's block `index`, 0 if that is a
 * hole; if asked, first allocates one there.  Returns 0 or -1.
 */
int bmap(struct inode *ip, uint32_t index, bool allocate, uint32_t *block);

/* Returns a reference to a new inode with no names or contents, or NULL. */
struct inode *inode_alloc(uint16_t type, uint16_t major, uint16_t minor);

/* Writes the fields to the inode's block if they differ from what is there. */
int inode_update(struct inode *ip);

/* Frees all contents. */
int inode_truncate(struct inode *ip);

/* Frees contents and inode.  No name of it is left. */
int inode_free(struct inode *ip);

/* Frees all inodes without a name.  Called at mount, returns how many. */
unsigned inode_free_nameless(void);
