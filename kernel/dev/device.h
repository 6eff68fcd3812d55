/* Devices that a program opens as files: the table by major number. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "x86/mmu.h"

enum { DEV_CONSOLE = 1, DEV_PTABLE = 2 };

struct device {
    /*
     * Moves up to n bytes between the device, at offset off for those that
     * have one, and address va in pgdir's memory.  Returns the count or -1.
     * May sleep.
     */
    int (*read)(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
    int (*write)(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
};

/* Enters a device under its major number.  Only while the kernel boots. */
void device_register(int major, const struct device *device);

/* Returns the device, or NULL if that major number has none. */
const struct device *device_find(int major);
