/*
 * Failure on demand: a program can have the n-th taking of a resource fail,
 * once, in one system call of its own.
 *
 * For that it adds FAIL_CALL to the number of the call in %eax, and puts the
 * resource into %ebx and n into %ecx; afterwards %ecx is 0 if it happened.  All
 * of that is in the trap frame, which lies at the top of the process's kernel
 * stack: so nobody else is affected, and nothing is left to be reset, as the
 * result of the call takes the place of the number.
 */
#include "core/debug.h"

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "x86/trapframe.h"

enum { CALL_MASK = 0xff };          // the number itself

static bool
asks_for_failure(uint32_t eax)
{
    return (eax & ~CALL_MASK) == FAIL_CALL;
}

uint32_t
debug_call_number(uint32_t eax)
{
    return asks_for_failure(eax) ? eax & CALL_MASK : eax;
}

bool
debug_fails(enum resource resource)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    struct trapframe *tf = (void *)(PGROUNDUP(here) - sizeof(*tf));

    // Each process's stack comes with a guard page.  Any other stack: we boot,
    // or this is the scheduler.
    if (here < KSTACKBASE || here >= KSTACKBASE + NPROC * 2 * PGSIZE ||
        !asks_for_failure(tf->eax) || tf->ebx != resource || tf->ecx == 0)
        return false;
    tf->ecx--;
    return tf->ecx == 0;
}
