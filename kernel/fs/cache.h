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

#include "fs/table.h"

/* Blocks that one disk command reads at most. */
enum { READ_AHEAD = 16 };

struct buf {
    struct entry entry;         // key is the block number
    uint64_t changed;           // [log] last transaction that changed it
    void *data;                 // [const] one page
};

/* Takes its memory, once and for all.  Returns -1 if there is too little. */
int cache_init(void);

/*
 * Returns a buffer with the block's contents, or NULL on a disk error.  Block 0
 * stands for a hole in a file, and for zeros, which nobody may change.  If the
 * disk must be asked, the same command also reads the blocks that follow, up to
 * the first one that is cached.  May sleep.
 */
struct buf *cache_read(uint32_t block);

/*
 * Returns a buffer for a block of which the caller is to change every byte,
 * after log_modify; before that the contents mean nothing.  May sleep.
 */
struct buf *cache_overwrite(uint32_t block);

/* Gives a reference back. */
void cache_put(struct buf *buf);
