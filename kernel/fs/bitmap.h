/* The bitmap of used blocks, for the call between begin_op and end_op only. */
#pragma once

#include <stdint.h>

/* Takes a data block.  Returns its number, or 0: disk full, or unreadable. */
uint32_t bitmap_alloc(void);

/* Frees a data block.  Returns -1 if it is none or free, or cannot be read. */
int bitmap_free(uint32_t block);
