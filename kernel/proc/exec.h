/* exec: a new program in an old process. */
#pragma once

#include <stdint.h>

/*
 * Replaces the running process's memory by the program in the file path and lets
 * it start at its entry point.  argv is the address, in the old memory, of the
 * arguments: pointers to strings, the last one NULL; at most MAXARG of them, each
 * shorter than a page.  Returns 0, or -1 and then the process is as before: no
 * such file, not an ELF program for this machine, bad arguments, or no memory.
 * Sleeps.
 */
int exec(const char *path, uintptr_t argv);
