/*
 * The disk: an array of sectors of 512 bytes, moved in pages of 8 sectors.
 * One request is in flight at a time; further callers sleep until their turn.
 * While there is no process yet, the caller polls instead of sleeping.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Pages that one request may move: 256 sectors, the most of one ATA command. */
enum { DISK_MAX_PAGES = 32 };

/* Finds the disk and says so.  Without one, every request fails. */
void disk_init(void);

/* Sectors on the disk; 0 without one. */
uint32_t disk_nsectors(void);

/*
 * Moves npages pages (1 to DISK_MAX_PAGES) between consecutive sectors from
 * `sector` on and the pages at pages[0], pages[1], ... in one disk command.
 * Each is page-aligned and came from kalloc.  Returns 0, or -1 on a disk error,
 * a time-out, or sectors that do not exist.  A write may still be in the
 * disk's own cache.  Sleeps.
 */
int disk_read(uint32_t sector, void *const pages[], size_t npages);
int disk_write(uint32_t sector, void *const pages[], size_t npages);

/* Has the disk put all that was written onto its medium; 0 or -1.  Sleeps. */
int disk_flush(void);

/* Called at each clock tick, on the first CPU, interrupts off. */
void disk_tick(void);
