/* What is at its limit must say so, and give everything back afterwards. */
#pragma once

#include <stdint.h>

struct limit {
    const char *name;
    uint32_t nblocks, ninodes;  // of the disk it needs
    void (*body)(void);
};
extern const struct limit limits[];
extern const unsigned nlimits;

/* Counts the blocks marked used in the bitmap, and the inodes in use. */
void count_used(unsigned *blocks, unsigned *inodes);
