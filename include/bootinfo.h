/* What the boot block tells the kernel: its address is in %ebx at `entry`. */
#pragma once

#include <stdint.h>

enum {
    BOOTINFO_MAGIC = 0x1ec7e121,
    E820_MAX = 64,              // entries kept; a BIOS has about ten
    E820_RAM = 1,               // type of usable memory; all others are not
};

/* One range of physical memory, as BIOS function INT 15h, EAX=E820h returns it. */
struct e820_range {
    uint64_t base;
    uint64_t length;
    uint32_t type;
};

struct bootinfo {
    uint32_t magic;
    uint32_t nranges;
    uint64_t boot_tsc;          // time-stamp counter when the boot sector began
    struct e820_range ranges[E820_MAX];
};
