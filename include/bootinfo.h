/*
 * What the boot block tells the kernel: its address is in %ebx at `entry`, on
 * the first CPU.
 */
#pragma once

#define BOOTINFO_MAGIC  0x1ec7e121
#define E820_MAX        64          // entries kept; a BIOS has about ten
#define E820_SIZE       20          // bytes in one

#ifndef __ASSEMBLER__
#include <stdint.h>

enum { E820_RAM = 1 };              // type of usable memory; all others are not

/* One range of memory, as BIOS function INT 15h, EAX=E820h returns it. */
struct e820_range {
    uint64_t base, length;
    uint32_t type;
};

struct bootinfo {
    uint32_t magic, nranges;
    struct e820_range ranges[E820_MAX];
};
_Static_assert(sizeof(struct bootinfo) == 8 + E820_MAX * E820_SIZE,
               "boot.S fills it in");
#endif
