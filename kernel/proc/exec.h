/* exec: a new program in an old process. */
#pragma once

#include <stddef.h>

/* The arguments of a program: count strings, each with its zero, end to end. */
struct exec_args {
    int count;                  // at most MAXARG
    size_t length;              // bytes in strings, at most PGSIZE
    const char *strings;
};

/*
 * Replaces the running process's memory by the program in the file path and lets
 * it start at its entry point with the arguments.  Returns 0, or -1 and then the
 * process is as before: no such file, not an ELF program for this machine, or no
 * memory.  Sleeps.
 */
int exec(const char *path, const struct exec_args *args);
