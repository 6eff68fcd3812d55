/*
 * What fstat reports, in the order that xv6-riscv has.  Ours, which is another,
 * is declared as struct lectern_stat beside it.
 */
#pragma once

#define stat lectern_stat
#include "../../../../include/stat.h"
#undef stat

struct stat {
    int dev;
    unsigned int ino;
    short type;
    short nlink;
    unsigned long long size;
};
