/*
 * Devices that a program opens as files.  The table in device.c has a line for
 * each, by major number.
 */
#pragma once

#include <stddef.h>

#include "x86/mmu.h"

enum { DEV_CONSOLE = 1, DEV_PTABLE = 2 };

struct device {
    /*
     * Moves up to n > 0 bytes between the device, at offset off for those that
     * have one, and address va in pgdir's memory.  Returns the count or -1.
     * May sleep.  write is NULL for a device that can only be read.
     */
    int (*read)(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
    int (*write)(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
};

/* Returns the device, or NULL if that major number has none. */
const struct device *device_find(int major);
