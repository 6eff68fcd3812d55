/*
 * The kernel's first instructions, on the first CPU and on each other one.
 *
 * The kernel is linked above KERNBASE but lies at 1 MB, so until paging is on
 * no address serves but a physical one.
 */
#include "x86/memlayout.h"
#include "x86/mmu.h"

/*
 * Turns paging on: entrypgdir of main.c, whose entry 0 keeps the code that runs
 * where it is; pages of 4 MB; and read-only pages that are so for the kernel
 * too.  Turns floating point on as well: its first use traps, and so do its
 * errors.  Clobbers %eax.
 */
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

/*
 * The boot block jumps here in protected mode, paging off, with the physical
 * address of struct bootinfo in %ebx.
 */
.section .text.entry, "ax"
.globl entry
entry:
    turn_paging_on

    # The first stack, at its high address; no caller above main.
    movl $(stack + KSTACKSIZE), %esp
    xorl %ebp, %ebp
    pushl %ebx
    pushl $0                    # main does not return

    # Jump high: indirectly, as a direct jump is relative and would stay low.
    movl $main, %eax
    jmp *%eax

.section .data.stack, "aw"
.p2align PTXSHIFT
stack:
    .space KSTACKSIZE

/*
 * The other CPUs begin in real mode, at physical address AP_ENTRY, to which
 * start_other_cpus has copied the code between ap_start and ap_end.  What woke
 * the CPU has cleared its flags and registers: interrupts are off.
 */
.section .rodata
.globl ap_start, ap_end
.code16
ap_start:
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl gdt_register - ap_start + AP_ENTRY
    movl %cr0, %eax
    orl $CR0_PE, %eax
    movl %eax, %cr0
    ljmpl $(SEG_KCODE << 3), $(ap_protected - KERNBASE)

.p2align 3
gdt:
    .quad 0
    .quad FLAT_CODE
    .quad FLAT_DATA
gdt_register:
    .word . - gdt - 1
    .long gdt - ap_start + AP_ENTRY
ap_end:

.text
.code32
ap_protected:
    movw $(SEG_KDATA << 3), %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    turn_paging_on

    # kpgdir has this CPU's stack, which entrypgdir does not; but only
    # entrypgdir has this code's low address.  So first jump high.
    ljmpl $(SEG_KCODE << 3), $1f
1:  movl kpgdir, %eax
    subl $KERNBASE, %eax
    movl %eax, %cr3
    movl ap_stack, %esp
    call ap_main                # does not return
