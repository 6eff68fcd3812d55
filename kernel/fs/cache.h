/*
 * The block cache: the only way to the file system's blocks.
 *
 * A buffer holds the contents of one block.  Who uses a buffer has a reference
 * to it; its contents belong to whoever has locked what they are a part of: the
 * inode of a file's or directory's blocks, and the running call (log.h) the
 * bitmap and the inode blocks.
 *
 * To wait for a buffer while holding another could lead to a deadlock if many
 * did so.  Only the one call inside begin_op and end_op may.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/table.h"

/* Blocks that one disk command reads at most. */
enum { READ_AHEAD = 16 };

struct buf {
    struct entry entry;         // key is the block number
    bool valid;                 // [table] data holds the block's contents
    bool reading;               // [table] a disk command is filling it
    uint64_t changed;           // [log] last transaction that changed it
    void *data;                 // [const] one page
};

/* Takes its memory, once and for all.  Returns -1 if there is too little. */
int cache_init(void);

/* Returns a buffer with the block's contents if the cache has them, or NULL. */
struct buf *cache_find(uint32_t block);

/*
 * Returns a buffer with the block's contents, or NULL on a disk error.  If the
 * disk must be asked, the same command also reads those that follow, up to
 * nblocks in all and to the first one that is cached.  May sleep.
 */
struct buf *cache_read(uint32_t block, unsigned nblocks);

/*
 * Returns a buffer for a block of which the caller is to change every byte,
 * after log_modify; before that the contents mean nothing.  May sleep.
 */
struct buf *cache_overwrite(uint32_t block);

/* Adds a reference to a buffer in use. */
void cache_dup(struct buf *buf);

/* Gives a reference back. */
void cache_put(struct buf *buf);
