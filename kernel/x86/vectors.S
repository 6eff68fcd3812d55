/*
 * The way into the kernel and out of it.
 *
 * The interrupt table points vector n to a stub here.  The CPU has pushed eflags,
 * cs and eip, below ss and esp if it came from user mode, and for some exceptions
 * an error code.  The stub makes the stack look the same for all of them.
 */
#include "x86/mmu.h"

/*
 * 256 stubs.  Of the exceptions, 8, 10 to 14, 17, 21, 29 and 30 have an error
 * code.  SDM 3A, "Protected-Mode Exceptions and Interrupts".
 */
.altmacro
.macro stub number
    .if (\number == 8) || (\number >= 10 && \number <= 14) || (\number == 17) \
        || (\number == 21) || (\number == 29) || (\number == 30)
    .else
    pushl $0
    .endif
    pushl $\number
    jmp alltraps
.endm

.macro stub_address number
    .long vector\number
.endm

.macro stub_with_label number
vector\number:
    stub \number
.endm

.text
.set n, 0
.rept 256
    stub_with_label %n
    .set n, n + 1
.endr

.section .rodata
.globl vectors                  # const uintptr_t vectors[256]
vectors:
.set n, 0
.rept 256
    stub_address %n
    .set n, n + 1
.endr

.text
/*
 * Completes the trap frame (x86/trapframe.h) and calls trap(struct trapframe *).
 * On entry, from the top of the stack down:
 *
 *   ss, esp       only from user mode
 *   eflags
 *   cs
 *   eip
 *   error code
 *   vector      <- esp
 */
.globl alltraps
alltraps:
    pushl %ds
    pushl %es
    pushl %fs
    pushl %gs
    pushal

    # A user may have set the direction flag; string instructions of compiled
    # code count on it being clear.
    cld
    movw $(SEG_KDATA << 3), %ax
    movw %ax, %ds
    movw %ax, %es
    movw $(SEG_KCPU << 3), %ax
    movw %ax, %gs

    pushl %esp
    call trap
    addl $4, %esp
    # Falls through.

/*
 * Goes back to what the trap frame at esp says: to user mode, or to the kernel
 * code that was interrupted.  A new process comes here from forkret.
 */
.globl trapret
trapret:
    popal
    popl %gs
    popl %fs
    popl %es
    popl %ds
    addl $8, %esp               # vector and error code
    iret
