/*
 * The process table as text: a line of headings, then one line a process.  It
 * is device DEV_PTABLE, which can only be read, and what ^P shows.
 */
#pragma once

#include "dev/device.h"

/* What struct device says of read. */
int ptable_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);

/* Prints the table on the console.  Does not sleep. */
void ptable_print(void);
