/* The bitmap of used blocks.  Only the call between begin_op and end_op uses it. */
#pragma once

#include <stdint.h>

/*
 * Takes a free data block, the first one from `near` on if there is one.  Returns
 * its number, or 0 if the disk is full or cannot be read.
 */
uint32_t bitmap_alloc(uint32_t near);

/* Frees a data block.  Returns -1 if it is none, is free, or on a disk error. */
int bitmap_free(uint32_t block);
