/*
 * The map of virtual memory, the same in every page directory.
 *
 *   0xFFFFFFFF +-------------------------+
 *              | devices, mapped at their|
 *              | physical addresses      | the interrupt controllers
 *   DEVBASE    +-------------------------+ 0xFE000000
 *              | kernel stacks           | a guard page below each one
 *   KSTACKBASE +-------------------------+ 0xFDC00000
 *              | temporary mappings      | for tables of the firmware
 *   TEMPBASE   +-------------------------+ 0xFD400000
 *              | all of RAM, from 0 up   | V2P is va - KERNBASE
 *              |   kernel, at 1 MB       |
 *   KERNBASE   +-------------------------+ 0x80000000
 *              | the process             |
 *            0 +-------------------------+
 *
 * RAM for which the direct map has no room stays unused.
 */
#pragma once

#define EXTMEM      0x100000        // where RAM begins again above the BIOS
#define KERNBASE    0x80000000
#define KERNLINK    (KERNBASE + EXTMEM)
#define TEMPBASE    0xFD400000
#define KSTACKBASE  0xFDC00000
#define DEVBASE     0xFE000000
#define IOAPIC      0xFEC00000      // registers of the I/O APIC
#define LAPIC       0xFEE00000      // and of each CPU's local APIC

#define AP_ENTRY    0x8000          // other CPUs start here, in the boot block

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

typedef uint32_t paddr_t;           // a physical address

/* Most RAM the direct map can hold, in bytes. */
enum { DIRECT_MAX = TEMPBASE - KERNBASE };

static inline paddr_t
V2P(const volatile void *va)
{
    return (paddr_t)va - KERNBASE;
}

/*
 * The empty asm hides a known address from the compiler: gcc takes an object at
 * a low one to be an error and warns.  No page of RAM is at NULL: knowing that,
 * the compiler leaves out tests of what is made from the result.
 */
static inline void *
P2V(paddr_t pa)
{
    void *va = (void *)(pa + KERNBASE);
    if (__builtin_constant_p(pa))
        asm("" : "+r"(va));
    if (va == NULL)
        __builtin_unreachable();
    return va;
}
#endif
