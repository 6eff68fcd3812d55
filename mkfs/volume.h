/*
 * The file system inside an image: where things are.
 *
 * Nothing here believes a number that it read: a block or inode number is
 * checked before it becomes an address.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "fs.h"
#include "image.h"

struct volume {
    uint8_t *blocks;            // block 0, in the image
    struct superblock super;    // a copy, found to be right
};

/* Copies entry i of the image's partition table; the image has a sector 0. */
struct partition image_partition(const struct image *image, int i);

/*
 * Computes where the parts of a file system of this size lie.  Returns false
 * if the format cannot have that many blocks or inodes.
 */
bool super_layout(struct superblock *super, uint32_t nblocks, uint32_t ninodes);

/*
 * Finds the file system's partition and checks that it lies inside the image.
 * Returns NULL, or what is wrong.
 */
const char *volume_find(const struct image *image, struct partition *found);

/*
 * Finds the file system of an image, and checks its superblock.  Returns NULL,
 * or what is wrong.
 */
const char *volume_open(struct volume *v, const struct image *image);

/* Address of a block, number below nblocks. */
void *volume_block(const struct volume *v, uint32_t number);

/* Address of an inode, number below ninodes. */
struct dinode *volume_inode(const struct volume *v, uint32_t inum);

/* True if a file may use this block. */
bool volume_is_data(const struct volume *v, uint32_t number);

bool bitmap_get(const struct volume *v, uint32_t number);
void bitmap_set(const struct volume *v, uint32_t number, bool used);

/* Blocks that `size` bytes take. */
uint32_t blocks_of(uint32_t size);

/*
 * Number of the block with a file's bytes from index * BSIZE; 0 for a hole,
 * and for what is out of range.
 */
uint32_t inode_block(const struct volume *v, const struct dinode *inode,
                     uint32_t index);

/* Entry i of a directory; NULL behind its end and in a hole. */
struct dirent *inode_entry(const struct volume *v, const struct dinode *inode,
                           uint32_t i);
