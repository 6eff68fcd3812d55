/* The file system inside an image. */

#include "volume.h"

#include <assert.h>
#include <string.h>

struct partition
image_partition(const struct image *image, int i)
{
    struct partition partition;

    memcpy(&partition, image->bytes + MBR_TABLE + i * sizeof(partition),
           sizeof(partition));
    return partition;
}

static uint32_t
divide_up(uint32_t n, uint32_t unit)
{
    return n / unit + (n % unit != 0);
}

bool
super_layout(struct superblock *super, uint32_t nblocks, uint32_t ninodes)
{
    if (nblocks > NBITMAP_MAX * BITS_PER_BLOCK)
        return false;
    if (ninodes <= ROOT_INO || ninodes > NINODES_MAX)
        return false;
    super->magic = FS_MAGIC;
    super->nblocks = nblocks;
    super->ninodes = ninodes;
    super->log_start = 1;
    super->inode_start = super->log_start + LOG_BLOCKS;
    super->bitmap_start =
        super->inode_start + divide_up(ninodes, INODES_PER_BLOCK);
    super->data_start =
        super->bitmap_start + divide_up(nblocks, BITS_PER_BLOCK);
    return super->data_start < nblocks;
}

const char *
volume_find(const struct image *image, struct partition *found)
{
    uint64_t nsectors = image->size / SECTOR_SIZE;

    for (int i = 0; i < MBR_NPARTS && nsectors > 0; i++) {
        *found = image_partition(image, i);
        if (found->type != PART_FS)
            continue;
        if ((uint64_t)found->start + found->nsectors > nsectors)
            return "the file system goes beyond the image's end";
        if (found->nsectors < SECTORS_PER_BLOCK)
            return "the file system's partition is too small";
        return NULL;
    }
    return "there is no partition with our file system";
}

const char *
volume_open(struct volume *v, const struct image *image)
{
    struct partition partition;
    struct superblock right;
    const char *error = volume_find(image, &partition);

    if (error != NULL)
        return error;
    v->blocks = image->bytes + (size_t)partition.start * SECTOR_SIZE;
    memcpy(&v->super, v->blocks, sizeof(v->super));
    if (!super_layout(&right, v->super.nblocks, v->super.ninodes) ||
        memcmp(&right, &v->super, sizeof(right)) != 0)
        return "the superblock is damaged";
    if (v->super.nblocks > partition.nsectors / SECTORS_PER_BLOCK)
        return "the file system is larger than its partition";
    return NULL;
}

void *
volume_block(const struct volume *v, uint32_t number)
{
    assert(number < v->super.nblocks);
    return v->blocks + (size_t)number * BSIZE;
}

struct dinode *
volume_inode(const struct volume *v, uint32_t inum)
{
    struct dinode *block;

    assert(inum < v->super.ninodes);
    block = volume_block(v, v->super.inode_start + inum / INODES_PER_BLOCK);
    return &block[inum % INODES_PER_BLOCK];
}

bool
volume_is_data(const struct volume *v, uint32_t number)
{
    return number >= v->super.data_start && number < v->super.nblocks;
}

/* Address of the bitmap's byte for a block. */
static uint8_t *
bitmap_byte(const struct volume *v, uint32_t number)
{
    uint8_t *block =
        volume_block(v, v->super.bitmap_start + number / BITS_PER_BLOCK);

    return &block[number % BITS_PER_BLOCK / 8];
}

bool
bitmap_get(const struct volume *v, uint32_t number)
{
    return *bitmap_byte(v, number) >> number % 8 & 1;
}

void
bitmap_set(const struct volume *v, uint32_t number, bool used)
{
    uint8_t bit = 1u << number % 8;

    if (used)
        *bitmap_byte(v, number) |= bit;
    else
        *bitmap_byte(v, number) &= ~bit;
}

uint32_t
blocks_of(uint32_t size)
{
    return divide_up(size, BSIZE);
}

uint32_t
inode_block(const struct volume *v, const struct dinode *inode, uint32_t index)
{
    uint32_t number = 0;

    if (index < NDIRECT) {
        number = inode->addrs[index];
    } else if (index < MAXFILE && volume_is_data(v, inode->addrs[NDIRECT])) {
        const uint32_t *indirect = volume_block(v, inode->addrs[NDIRECT]);
        number = indirect[index - NDIRECT];
    }
    return volume_is_data(v, number) ? number : 0;
}

struct dirent *
inode_entry(const struct volume *v, const struct dinode *inode, uint32_t i)
{
    enum { PER_BLOCK = BSIZE / sizeof(struct dirent) };
    struct dirent *entries;
    uint32_t number;

    if (i >= inode->size / sizeof(struct dirent))
        return NULL;
    number = inode_block(v, inode, i / PER_BLOCK);
    if (number == 0)
        return NULL;
    entries = volume_block(v, number);
    return &entries[i % PER_BLOCK];
}
