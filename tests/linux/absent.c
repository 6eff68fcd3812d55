/*
 * What stands for the files of usertests that are not built for Linux: some are
 * in the assembly of a 32-bit processor, and others take all there is of
 * memory, processes or disk, which on this machine is not theirs.
 */
#define _GNU_SOURCE
#include "usertests/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#define NO_TESTS {{NULL, NULL, 0}}

const struct test trap_tests[] = NO_TESTS;
const struct test segment_tests[] = NO_TESTS;
const struct test syscall_tests[] = NO_TESTS;
const struct test limit_tests[] = NO_TESTS;
const struct test limit_disk_tests[] = NO_TESTS;

int
count_pages(void)
{
    abort();
}

int
count_processes(void)
{
    abort();
}

int
count_files(void)
{
    abort();
}

/* ---- The folder, whose entries have another format here ---- */

struct stat;

static int
remove_below(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type;
    return ftw->level == 0 ? 0 : remove(path);
}

bool
empty_folder(void)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s" FOLDER, getenv("LECTERN_ROOT"));
    return nftw(path, remove_below, 4, FTW_DEPTH | FTW_PHYS) == 0;
}
