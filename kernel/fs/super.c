/*
 * The superblock.  All parts of the file system follow each other in a fixed
 * order, so its two sizes say where each must begin.
 */
#include "fs/super.h"

#include <stddef.h>

#include "lib/string.h"
#include "mem/kalloc.h"
#include "dev/disk.h"

struct superblock super;
uint32_t nbitmap;
static uint32_t first_sector;

static uint32_t
divide_up(uint32_t n, uint32_t unit)
{
    return n / unit + (n % unit != 0);
}

/* Copies our partition's entry out of sector 0; false if there is none. */
static bool
find_partition(const uint8_t *sector, struct partition *found)
{
    if (sector[510] != (MBR_SIGNATURE & 0xff) ||
        sector[511] != MBR_SIGNATURE >> 8)
        return false;
    for (int i = 0; i < MBR_NPARTS; i++) {
        memcpy(found, sector + MBR_TABLE + i * sizeof(*found), sizeof(*found));
        if (found->type == PART_FS)
            return true;
    }
    return false;
}

static bool
sizes_are_possible(uint32_t nsectors)
{
    return super.nblocks <= nsectors / SECTORS_PER_BLOCK &&
           super.nblocks <= NBITMAP_MAX * BITS_PER_BLOCK &&
           super.ninodes > ROOT_INO && super.ninodes <= NINODES_MAX;
}

static bool
layout_is_right(void)
{
    uint32_t bitmap_start = 1 + LOG_BLOCKS +
        divide_up(super.ninodes, INODES_PER_BLOCK);

    return super.log_start == 1 && super.inode_start == 1 + LOG_BLOCKS &&
           super.bitmap_start == bitmap_start &&
           super.data_start == bitmap_start + nbitmap &&
           super.data_start < super.nblocks;
}

/* The same as super_read, with a page to read into. */
static const char *
read_into(void *page)
{
    struct partition part;

    if (disk_read(0, &page, 1) < 0)
        return "the disk cannot be read";
    if (!find_partition(page, &part))
        return "the disk has no partition with our file system";
    if (part.start > disk_nsectors() ||
        part.nsectors > disk_nsectors() - part.start)
        return "the file system goes beyond the disk's end";
    if (disk_read(part.start, &page, 1) < 0)
        return "the superblock cannot be read";
    memcpy(&super, page, sizeof(super));
    if (super.magic != FS_MAGIC)
        return "the partition holds no file system of ours";
    nbitmap = divide_up(super.nblocks, BITS_PER_BLOCK);
    if (!sizes_are_possible(part.nsectors) || !layout_is_right())
        return "the superblock is damaged";
    first_sector = part.start;
    return NULL;
}

const char *
super_read(void)
{
    void *page = kalloc();

    if (page == NULL)
        return "there is too little memory";
    const char *error = read_into(page);
    kfree(page);
    return error;
}

uint32_t
block_sector(uint32_t block)
{
    return first_sector + block * SECTORS_PER_BLOCK;
}

bool
is_data_block(uint32_t block)
{
    return block >= super.data_start && block < super.nblocks;
}
