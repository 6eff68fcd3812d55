/*
 * Turns paging on, in assembly: entrypgdir of main.c, whose entry 0 keeps the
 * code that runs where it is; pages of 4 MB; and read-only pages that are so
 * for the kernel too.  Turns floating point on as well: its first use traps,
 * and so do its errors.  Clobbers %eax.
 */
#pragma once

#include "x86/memlayout.h"
#include "x86/mmu.h"

.macro turn_paging_on
    movl $(entrypgdir - KERNBASE), %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $(CR4_PSE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
    movl %eax, %cr4
    movl %cr0, %eax
    orl $(CR0_PG | CR0_WP | CR0_TS | CR0_MP | CR0_NE), %eax
    movl %eax, %cr0
.endm
