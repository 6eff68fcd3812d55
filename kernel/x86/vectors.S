/*
 * The way into the kernel and out of it.
 *
 * The interrupt table points vector n to a stub here.  The CPU has pushed
 * eflags, cs and eip, below ss and esp if it came from user mode, and for some
 * exceptions an error code.  The stub makes the stack look the same for all of
 * them.
 */
#include "x86/mmu.h"
#include "x86/traps.h"

/*
 * The stubs, each padded to VECTOR_SIZE bytes.  Of the exceptions, 8, 10 to 14,
 * 17 and 21 have an error code (SDM 3A, "Protected-Mode Exceptions and
 * Interrupts"), and so have 29 and 30 of AMD's CPUs ("AMD64 Architecture
 * Programmer's Manual, Volume 2", "Exceptions and Interrupts").
 */
.text
.balign VECTOR_SIZE
.globl vectors                  # const char vectors[]
vectors:
.set n, 0
.rept NVECTORS
    .if !((n == 8) || (n >= 10 && n <= 14) || (n == 17) || (n == 21) || \
          (n == 29) || (n == 30))
    pushl $0
    .endif
    pushl $n
    jmp alltraps
    .balign VECTOR_SIZE
    .set n, n + 1
.endr

/*
 * Completes the struct trapframe and calls trap with a pointer to it.  On
 * entry, from the top of the stack down:
 *
 *   ss, esp       only from user mode
 *   eflags
 *   cs
 *   eip
 *   error code
 *   vector      <- esp
 */
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
