/* The format of the disk under the names that xv6 has for it. */
#pragma once

#include "../../../include/fs.h"

#define ROOTINO ROOT_INO
#define FSMAGIC FS_MAGIC
#define IPB     INODES_PER_BLOCK
#define BPB     BITS_PER_BLOCK
