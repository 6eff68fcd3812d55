/* Devices that a program opens as files: the table by major number. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/limits.h"
#include "x86/mmu.h"

enum { DEV_CONSOLE = 1, DEV_PTABLE = 2 };

struct device {
    /*
     * Moves up to n > 0 bytes between the device, at offset off for those that
     * have one, and address va in pgdir's memory.  Returns the count or -1.
     * May sleep.
     */
    int (*read)(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
    int (*write)(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
};

/* By major number, filled in while the kernel boots; read is NULL for none. */
extern struct device devices[NDEV];

/* Returns the device, or NULL if that major number has none. */
const struct device *device_find(int major);
