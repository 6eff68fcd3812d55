/* What the assembly half of the boot block gives to the C half, and back. */
#pragma once

#include <stdint.h>
#include "fs.h"

/*
 * Has a 16-bit function run in real mode, with %esi = argument.  Both lie below
 * 64 KB.  C code cannot call such functions itself, so it knows them as labels.
 */
void real_mode(const char *function, const void *argument);

extern const char disk_read[];      // reads what a struct disk_packet says
extern const char next_range[];     // stores one struct e820_range
extern const char stop[];           // prints a string and halts

extern uint32_t next_number;        // 0 when next_range has stored the last
extern uint64_t boot_tsc;           // time-stamp counter when sector 0 began
extern const struct partition partition_table[MBR_NPARTS];

/* Called by loader.S, in protected mode without paging. */
_Noreturn void bootmain(void);
