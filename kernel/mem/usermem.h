/*
 * Moving bytes between the kernel and a process's memory.  Every page is
 * checked: mapped, open to user mode, and writable if it is written.
 *
 * In copyout and copyin a pgdir of NULL stands for the kernel's own memory,
 * which is not checked: so reading a file into either is one function.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "x86/mmu.h"

/*
 * Copies n bytes from src to address dst in the memory of pgdir.  Returns 0, or
 * -1 if any page is not writable there (then earlier pages have been written).
 * Does not sleep.
 */
int copyout(pde_t *pgdir, uintptr_t dst, const void *src, size_t n);

/* Copies n bytes from address src in the memory of pgdir to dst; 0 or -1. */
int copyin(pde_t *pgdir, void *dst, uintptr_t src, size_t n);

/*
 * Copies the string at src in the memory of pgdir to dst, which has max bytes
 * for it and its zero; all of them may change.  Returns its length, or -1 if it
 * is unreadable or not terminated.
 */
int copyinstr(pde_t *pgdir, char *dst, uintptr_t src, size_t max);

/* May user mode read (and write, if asked) all of [va, va + n)? */
bool user_range_ok(pde_t *pgdir, uintptr_t va, size_t n, bool writable);
