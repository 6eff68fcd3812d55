/*
 * The format of the disk.
 *
 * The image begins with a master boot record whose partition table names two
 * partitions: the kernel's ELF file and the file system.  All block numbers
 * below count from the start of the file system's partition:
 *
 *   +-------+-----------------+--------+--------+---------------------------+
 *   | super | log, 256 blocks | inodes | bitmap | data                      |
 *   +-------+-----------------+--------+--------+---------------------------+
 *   0       1                 257      ...
 *
 * All numbers are little-endian.
 */
#pragma once

#include <stdint.h>

/* Bytes in a sector of the disk, and in a block. */
enum { SECTOR_SIZE = 512, BSIZE = 4096 };
enum { SECTORS_PER_BLOCK = BSIZE / SECTOR_SIZE };

/* The partition table ends sector 0: four entries, then the signature. */
enum {
    MBR_TABLE = 446,                    // offset of the first entry
    MBR_NPARTS = 4,
    MBR_SIGNATURE = 0xaa55,             // at offset 510
    PART_KERNEL = 0x7e,                 // type bytes that no system uses
    PART_FS = 0x7f,
    KERNEL_SECTOR = 16,                 // the boot block ends before here
    FS_SECTOR = 4096,                   // 2 MiB into the image
};

struct partition {
    uint8_t status;                     // 0x80 marks the bootable one
    uint8_t chs_first[3];               // unused: cylinder, head, sector
    uint8_t type, chs_last[3];
    uint32_t start, nsectors;           // first sector, how many
};

/* Block 0.  Every field is input: mount and fsck check all of them. */
enum { FS_MAGIC = 0x4c454331 };         // "1CEL"

struct superblock {
    uint32_t magic;
    uint32_t nblocks;                   // of the whole file system
    uint32_t ninodes;                   // inode 0 is never used
    // The first block of each part.
    uint32_t log_start, inode_start, bitmap_start, data_start;
};

/*
 * Inodes.  A file's first NDIRECT blocks are in the inode, the next NINDIRECT
 * in the block that `addrs[NDIRECT]` names.  Block 0 stands for a hole, which
 * reads as zeros.
 */
enum {
    ROOT_INO = 1,
    NDIRECT = 12,
    NINDIRECT = BSIZE / 4,
    MAXFILE = NDIRECT + NINDIRECT,      // blocks in the largest file
    NLINK_MAX = 32767,
    NINODES_MAX = 65535,                // a directory entry has 16 bits for it
};

struct dinode {
    uint16_t type;                      // T_DIR ... of stat.h; 0 if free
    uint16_t major, minor;              // of a T_DEV
    uint16_t nlink;                     // directory entries that name it, its
                                        // own "." not counted
    uint32_t size;                      // bytes
    uint32_t addrs[NDIRECT + 1];
};

enum { INODES_PER_BLOCK = BSIZE / 64 };
_Static_assert(sizeof(struct dinode) * INODES_PER_BLOCK == BSIZE, "dinode");

/*
 * The bitmap has one bit a block of the whole file system, the lowest bit of
 * byte 0 for block 0; 1 means used.  The blocks before data_start are marked
 * used.  At most NBITMAP_MAX bitmap blocks exist (1 GiB), so that one
 * transaction can free any file whole.
 */
enum { BITS_PER_BLOCK = BSIZE * 8, NBITMAP_MAX = 8 };

/* A directory is a file of entries; number 0 marks an unused one. */
enum { DIRSIZ = 14 };

struct dirent {
    uint16_t inum;
    char name[DIRSIZ];                  // padded with zeros; no zero if 14 long
};

/*
 * The log: LOG_SLOTS slots of LOG_SLOT_BLOCKS blocks.  Transaction n lies in
 * slot n % LOG_SLOTS: a header, then the contents of `count` home blocks.  The
 * checksum is Fletcher's over 32-bit words: of the header's block, with its own
 * checksum field 0 and zeros behind `blocks`, then of the contents.
 */
enum {
    LOG_SLOTS = 8,
    LOG_SLOT_BLOCKS = 32,
    LOG_BLOCKS = LOG_SLOTS * LOG_SLOT_BLOCKS,
    LOG_MAX = LOG_SLOT_BLOCKS - 1,      // home blocks in a transaction
    LOG_MAGIC = 0x4c454c47,
};

struct log_header {
    uint32_t magic;
    uint32_t count;                     // 1 to LOG_MAX
    uint64_t number;                    // from 1 on, never reused
    uint64_t home;                      // all up to this one are home
    uint32_t checksum[2];               // low and high sum
    uint32_t blocks[LOG_MAX];           // home block numbers, each once
};
