/* Floating-point state.  SDM 1, "FXSAVE and FXRSTOR Instructions". */
#include "sched/fpu.h"

#include "lib/string.h"
#include "x86/x86.h"
#include "core/panic.h"

enum {
    // Fields of the fxsave area, and their values after a reset.
    FXSAVE_CONTROL = 0,
    FXSAVE_MXCSR = 24,
    CONTROL_RESET = 0x037f,     // all x87 exceptions masked, full precision
    MXCSR_RESET = 0x1f80,       // all SSE exceptions masked
};

static void
set_ts(void)
{
    write_cr0(read_cr0() | CR0_TS);
}

void
fpu_init_cpu(void)
{
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
    write_cr0((read_cr0() & ~CR0_EM) | CR0_MP | CR0_NE | CR0_TS);
}

void
fpu_enter(void)
{
    clts();
    if (!proc->fpu_used) {
        const uint16_t control = CONTROL_RESET;
        const uint32_t mxcsr = MXCSR_RESET;

        memset(proc->fpu, 0, sizeof(proc->fpu));
        memcpy(proc->fpu + FXSAVE_CONTROL, &control, sizeof(control));
        memcpy(proc->fpu + FXSAVE_MXCSR, &mxcsr, sizeof(mxcsr));
        proc->fpu_used = true;
    }
    asm volatile("fxrstor %0" : : "m"(proc->fpu));
}

void
fpu_leave(struct proc *p)
{
    if (read_cr0() & CR0_TS)
        return;
    asm volatile("fxsave %0" : "=m"(p->fpu));
    set_ts();
}

void
fpu_copy(struct proc *child)
{
    if (!proc->fpu_used)
        return;
    pushcli();
    fpu_leave(proc);
    popcli();
    memcpy(child->fpu, proc->fpu, sizeof(child->fpu));
    child->fpu_used = true;
}

void
fpu_reset(void)
{
    pushcli();
    set_ts();
    proc->fpu_used = false;
    popcli();
}
