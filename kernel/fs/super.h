/* The superblock: where the parts of the mounted file system are. */
#pragma once

#include <stdbool.h>

#include "fs.h"

/* Checked at mount; constant afterwards. */
extern struct superblock super;
extern uint32_t nbitmap;            // blocks of the bitmap, 1 to NBITMAP_MAX

/*
 * Finds the file system in the disk's partition table, and reads and checks
 * its superblock, with the help of a page.  Returns NULL, or what is wrong.
 */
const char *super_read(void *page);

/* Returns the disk's sector at which a block begins. */
uint32_t block_sector(uint32_t block);

/* May a file use this block? */
static inline bool
is_data_block(uint32_t block)
{
    return block >= super.data_start && block < super.nblocks;
}
