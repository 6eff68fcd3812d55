/*
 * fstat and stat for programs of xv6-riscv.  In this file struct stat is theirs
 * and struct lectern_stat is ours.
 */
#include "riscv_stat.h"

#include "riscv/kernel/stat.h"

int fstat(int fd, struct lectern_stat *st);
int stat(const char *path, struct lectern_stat *st);

static int
convert(int result, const struct lectern_stat *ours, struct stat *theirs)
{
    if (result < 0)
        return -1;
    *theirs = (struct stat){
        .dev = ours->dev,
        .ino = ours->ino,
        .type = ours->type,
        .nlink = ours->nlink,
        .size = ours->size,
    };
    return result;
}

int
xv6_riscv_fstat(int fd, struct stat *st)
{
    struct lectern_stat ours;

    return convert(fstat(fd, &ours), &ours, st);
}

int
xv6_riscv_stat(const char *path, struct stat *st)
{
    struct lectern_stat ours;

    return convert(stat(path, &ours), &ours, st);
}
