/* The bitmap of used blocks, for the call between begin_op and end_op only. */
#pragma once

#include <stdint.h>

/*
 * Takes a free data block, the first one from `near` on if there is one.
 * Returns its number, or 0 if the disk is full or cannot be read.
 */
uint32_t bitmap_alloc(uint32_t near);

/* Frees a data block.  Returns -1 if it is none or free, or cannot be read. */
int bitmap_free(uint32_t block);
