/*
 * The superblock.  All parts of the file system follow each other in a fixed
 * order, so its two sizes say where each must begin.
 */
#include "fs/super.h"

#include "lib/string.h"
#include "dev/disk.h"

struct superblock super;
uint32_t nbitmap;
static uint32_t first_sector;

static bool
is_sound(uint32_t nsectors)
{
    if (super.nblocks > nsectors / SECTORS_PER_BLOCK ||
        super.nblocks > NBITMAP_MAX * BITS_PER_BLOCK ||
        super.ninodes <= ROOT_INO || super.ninodes > NINODES_MAX)
        return false;
    nbitmap = (super.nblocks + BITS_PER_BLOCK - 1) / BITS_PER_BLOCK;
    struct superblock right = super;
    right.log_start = 1;
    right.inode_start = right.log_start + LOG_BLOCKS;
    right.bitmap_start = right.inode_start +
        (super.ninodes + INODES_PER_BLOCK - 1) / INODES_PER_BLOCK;
    right.data_start = right.bitmap_start + nbitmap;
    return memcmp(&super, &right, sizeof(super)) == 0 &&
           super.data_start < super.nblocks;
}

const char *
super_read(void *page)
{
    struct partition parts[MBR_NPARTS], *part = parts;

    if (disk_read(0, &page, 1) < 0)
        return "the disk cannot be read";
    memcpy(parts, (char *)page + MBR_TABLE, sizeof(parts));
    while (part < &parts[MBR_NPARTS] && part->type != PART_FS)
        part++;
    if (part == &parts[MBR_NPARTS])
        return "the disk has no partition with our file system";
    if (part->start > disk_nsectors() ||
        part->nsectors > disk_nsectors() - part->start)
        return "the file system goes beyond the disk's end";
    if (disk_read(part->start, &page, 1) < 0)
        return "the superblock cannot be read";
    memcpy(&super, page, sizeof(super));
    if (super.magic != FS_MAGIC)
        return "the partition holds no file system of ours";
    if (!is_sound(part->nsectors))
        return "the superblock is damaged";
    first_sector = part->start;
    return NULL;
}

uint32_t
block_sector(uint32_t block)
{
    return first_sector + block * SECTORS_PER_BLOCK;
}
