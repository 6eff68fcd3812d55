/* What fstat reports of a file. */
#pragma once

#include <stdint.h>

/* Types of an inode, on disk and in struct stat; 0 is a free inode. */
enum { T_DIR = 1, T_FILE = 2, T_DEV = 3 };

struct stat {
    int16_t type;       // T_DIR, T_FILE, T_DEV; 0 for a pipe
    int32_t dev;        // the disk's number, always 0; a pipe has -1
    uint32_t ino;       // inode number
    int16_t nlink;      // directory entries that name it
    uint32_t size;      // bytes
};
