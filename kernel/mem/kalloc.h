/* Physical memory: how much there is, and who has which page of it. */
#pragma once

struct bootinfo;

/*
 * Takes and reports the memory map, as INT 15h, EAX=E820h gave it to the boot
 * block.  Called first of all in mem/.
 */
void ram_init(const struct bootinfo *info);

/*
 * Where usable RAM ends, as the kernel will see it: page-aligned, and no more
 * than the direct map can hold.
 */
extern void *ram_top;

/*
 * Gives the pages of RAM that lie wholly in [start, end), kernel virtual
 * addresses, to the allocator.  Called twice in main: first for what entrypgdir
 * maps, then, with the whole direct map in place, for the rest.
 */
void kinit(void *start, void *end);

/*
 * Returns the kernel virtual address of a free page, contents unspecified, or
 * NULL if there is none.  Does not sleep.
 */
void *kalloc(void);

/* Frees the page at va, which kalloc returned.  Does not sleep. */
void kfree(void *va);
