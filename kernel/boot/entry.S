/*
 * The kernel's first instructions, on the first CPU and on each other one.
 *
 * The kernel is linked above KERNBASE but lies at 1 MB, so until paging is on
 * no address serves but a physical one.
 */
#include "x86/memlayout.h"
#include "x86/mmu.h"

/*
 * The boot block jumps here in protected mode, paging off.  On the first CPU
 * the physical address of struct bootinfo is in %ebx; on the others, 0.
 */
.section .text.entry, "ax"
.globl entry
entry:
    # Paging: entrypgdir of main.c, whose entry 0 keeps this code where it is;
    # pages of 4 MB; and read-only pages that are so for the kernel too.
    # Floating point: its first use traps, and so do its errors.
    movl $(entrypgdir - KERNBASE), %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $(CR4_PSE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
    movl %eax, %cr4
    movl %cr0, %eax
    orl $(CR0_PG | CR0_WP | CR0_TS | CR0_MP | CR0_NE), %eax
    movl %eax, %cr0
    xorl %ebp, %ebp             # the end of every backtrace
    testl %ebx, %ebx
    jz other_cpu

    # The first stack, at its high address.
    movl $(stack + KSTACKSIZE), %esp
    pushl %ebx
    pushl $0                    # main does not return

    # Jump high: indirectly, as a direct jump is relative and would stay low.
    movl $main, %eax
    jmp *%eax

    # kpgdir has this CPU's stack, which entrypgdir does not; but only
    # entrypgdir has this code's low address.  So first jump high.
other_cpu:
    movl $1f, %eax
    jmp *%eax
1:  movl kpgdir, %eax
    subl $KERNBASE, %eax
    movl %eax, %cr3
    movl ap_stack, %esp
    pushl ap_cpu
    call ap_main                # does not return

.section .data.stack, "aw"
.p2align PTXSHIFT
stack:
    .space KSTACKSIZE
