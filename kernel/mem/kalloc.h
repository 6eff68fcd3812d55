/* The allocator of physical memory, in pages. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Gives the pages that lie wholly in [start, end), kernel virtual addresses, to
 * the allocator.  Called twice in main: first for what entrypgdir maps, then,
 * with the whole direct map in place, for the rest.
 */
void kinit(void *start, void *end);

/*
 * Returns the kernel virtual address of a free page, contents unspecified, or
 * NULL if there is none.  Does not sleep.
 */
void *kalloc(void);

/* Frees the page at va, which kalloc returned.  Does not sleep. */
void kfree(void *va);

/* The number of free pages now. */
size_t kalloc_free_pages(void);
