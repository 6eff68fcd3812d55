/* fstat and stat with the struct stat of xv6-riscv; results as of ours. */
#pragma once

struct stat;

int xv6_riscv_fstat(int fd, struct stat *st);
int xv6_riscv_stat(const char *path, struct stat *st);
