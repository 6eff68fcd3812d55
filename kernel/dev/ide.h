/*
 * The hardware under dev/disk.h: the first drive of a PCI IDE controller, with
 * bus-master DMA.  The caller sees to it that one command is given at a time,
 * that its sectors exist, and that its time is limited.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a drive can be told; the values are the ATA commands. */
enum ide_command {
    IDE_READ = 0xC8,            // READ DMA
    IDE_WRITE = 0xCA,           // WRITE DMA
    IDE_FLUSH = 0xE7,           // FLUSH CACHE
};

enum ide_result { IDE_BUSY, IDE_DONE, IDE_FAILED };

/* Finds the drive and returns its number of sectors; 0 if there is none. */
uint32_t ide_init(void);

/*
 * Begins a command on consecutive sectors and the npages pages, at most 32,
 * that they go to or come from; a flush has none.  False if the drive cannot
 * take one now.  The interrupt may come before this returns.
 */
bool ide_start(enum ide_command command, uint32_t sector, void *const pages[],
               size_t npages);

/* How is the command?  Anything but IDE_BUSY ends it and the interrupt. */
enum ide_result ide_poll(void);

/* Gives the command up and resets the drive: no more memory is touched. */
void ide_reset(void);
