/*
 * Where the other CPUs begin: in real mode, at physical address AP_ENTRY, to
 * which start_other_cpus has copied the code between ap_start and ap_end.  So
 * addresses are counted from there until the jump high.  The message that woke
 * the CPU has cleared its flags and registers: interrupts are off.
 */
#include "boot/paging.h"

#define HERE(label) ((label) - ap_start + AP_ENTRY)

.section .rodata
.code16
.globl ap_start
ap_start:
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl HERE(gdt_register)
    movl %cr0, %eax
    orl $CR0_PE, %eax
    movl %eax, %cr0
    ljmpl $(SEG_KCODE << 3), $HERE(protected)

.code32
protected:
    movw $(SEG_KDATA << 3), %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss

    turn_paging_on

    # kpgdir has this CPU's stack, which entrypgdir does not; but only
    # entrypgdir has this code's own address.  So first jump high.
    ljmpl $(SEG_KCODE << 3), $ap_high

.p2align 3
gdt:
    .quad 0
    .quad FLAT_CODE
    .quad FLAT_DATA
gdt_register:
    .word . - gdt - 1
    .long HERE(gdt)
.globl ap_end
ap_end:

.text
ap_high:
    movl kpgdir, %eax
    subl $KERNBASE, %eax
    movl %eax, %cr3
    movl ap_stack, %esp
    call ap_main                # does not return
