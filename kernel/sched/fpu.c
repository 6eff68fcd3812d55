/* Floating-point state.  SDM 1, "FXSAVE and FXRSTOR Instructions". */
#include "sched/fpu.h"

#include "x86/x86.h"

/* After a reset: all registers empty, all exceptions masked. */
static const struct fpu fresh = { .control = 0x037f, .mxcsr = 0x1f80 };

/* It only ever sets the bit: being moved to another CPU here does no harm. */
static void
set_ts(void)
{
    write_cr0(read_cr0() | CR0_TS);
}

void
fpu_enter(void)
{
    write_cr0(read_cr0() & ~CR0_TS);
    asm volatile("fxrstor %0" : : "m"(proc->fpu));
}

void
fpu_leave(void)
{
    if (read_cr0() & CR0_TS)
        return;
    asm volatile("fxsave %0" : "=m"(proc->fpu));
    set_ts();
}

void
fpu_copy(struct proc *child)
{
    pushcli();
    fpu_leave();
    popcli();
    child->fpu = proc->fpu;
}

void
fpu_reset(void)
{
    // In this order, or a switch in between would save the old state.
    set_ts();
    proc->fpu = fresh;
}
