/*
 * Disks, and trying things on them.
 *
 * Whatever mounts a disk is a process of the host of its own: the file system's
 * variables begin anew, changes to the disk are lost at its end unless they are
 * recorded, and if it dies the others go on.
 */
#pragma once

#include <stdint.h>

#include "fs.h"

enum { FIRST_SECTOR = KERNEL_SECTOR };      // of the file system on our disks

/* Counts what was tried, and what went wrong. */
struct count {
    unsigned done, cuts, images, refused, repaired, bad;
};
extern struct count count;
extern unsigned long long round_seed;       // for messages

/* Makes a disk with an empty file system; drop_disk frees it. */
void create_disk(uint32_t nblocks, uint32_t ninodes);
void drop_disk(void);

/* fsck: finds nothing, or we fail.  Replays the log, which does no harm. */
void check_disk(const char *when);

/*
 * Runs body in a process of its own; returns its exit status, -1 if it died or
 * took too long.
 */
int run_apart(void (*body)(void));

/* The same, and counts and reports if that is not 0. */
void expect_success(const char *what, void (*body)(void));

/* The same, for an image that may be refused. */
void expect_no_harm(const char *what, void (*body)(void));
