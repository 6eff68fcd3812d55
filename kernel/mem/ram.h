/* What the firmware says of the machine's RAM. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bootinfo.h"
#include "x86/memlayout.h"

/* Takes the boot block's list of memory ranges.  Called first of all in mem/. */
void ram_init(const struct bootinfo *info);

/*
 * Returns the physical address where usable RAM ends: page-aligned, and no more
 * than the direct map can hold.
 */
paddr_t ram_top(void);

/*
 * The usable RAM from 1 MB up, piece by piece: sets [*start, *end), page-aligned,
 * to the i-th piece below ram_top; false if there is none.  A piece may be empty.
 */
bool ram_range(unsigned i, paddr_t *start, paddr_t *end);

/* Prints how much RAM there is and how much of it is used. */
void ram_report(void);
