/*
 * The kernel's first instructions.
 *
 * The boot block jumps here in protected mode, paging off, with the physical
 * address of struct bootinfo in %ebx.  The code is linked above KERNBASE but
 * runs at 1 MB until paging is on, so it uses no address but physical ones.
 */
#include "boot/paging.h"

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
