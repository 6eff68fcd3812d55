/*
 * Where the kernel is entered: system calls, interrupts of devices, and faults.
 * The assembly stubs in x86/vectors.S call trap() with all registers saved.
 */
#include "trap.h"

#include <stdbool.h>
#include <stdint.h>

#include "x86/mmu.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/printf.h"
#include "core/symbols.h"
#include "intr/apic.h"
#include "sched/clock.h"
#include "sched/fpu.h"
#include "sched/sched.h"
#include "proc/proc.h"
#include "syscall/syscall.h"

static const char *const exception_names[NEXCEPTIONS] = {
    [T_DIVIDE] = "division error",
    [T_DEBUG] = "debug trap",
    [T_BREAKPOINT] = "breakpoint",
    [T_OVERFLOW] = "overflow",
    [T_BOUND] = "bound check",
    [T_OPCODE] = "invalid instruction",
    [T_DEVICE] = "no floating-point unit",
    [T_TSS] = "bad task state",
    [T_SEGMENT] = "segment not present",
    [T_STACK] = "stack segment fault",
    [T_PROTECTION] = "general protection fault",
    [T_PAGE] = "page fault",
    [T_FPU] = "floating-point error",
    [T_ALIGNMENT] = "misaligned access",
    [T_MACHINE] = "machine check",
    [T_SIMD] = "SSE floating-point error",
};

static const char *
exception_name(uint32_t trapno)
{
    const char *name = exception_names[trapno];

    return name != NULL ? name : "unknown exception";
}

/* Says in words what was attempted; address is that of a page fault, or NULL. */
static void
describe_fault(const struct trapframe *tf, uint32_t address)
{
    printf("%s", exception_name(tf->trapno));
    if (tf->trapno == T_PAGE)
        printf(": %s address %#x, %s",
               tf->err & FAULT_WRITE ? "write to" : "read of", (unsigned)address,
               tf->err & FAULT_PRESENT ? "which is not allowed"
                                       : "no page there");
    else if (tf->err != 0)
        printf(", error code %#x", (unsigned)tf->err);
}

/* Ends a program that has done what it may not. */
static void __attribute__((noreturn))
user_fault(const struct trapframe *tf, uint32_t address)
{
    printf("%s %d: ", proc->name, proc->pid);
    describe_fault(tf, address);
    printf(", at instruction %#x; killed\n", (unsigned)tf->eip);
    sti();
    exit(-1);
}

static void __attribute__((noreturn))
kernel_fault(const struct trapframe *tf, uint32_t address)
{
    uintptr_t offset = 0;
    const char *name = symbol_name(tf->eip, &offset);

    printf("\n");
    describe_fault(tf, address);
    printf("\n  eax %08x  ebx %08x  ecx %08x  edx %08x\n"
           "  esi %08x  edi %08x  ebp %08x  eflags %08x\n",
           (unsigned)tf->eax, (unsigned)tf->ebx, (unsigned)tf->ecx,
           (unsigned)tf->edx, (unsigned)tf->esi, (unsigned)tf->edi,
           (unsigned)tf->ebp, (unsigned)tf->eflags);
    panic("%s in the kernel at %p (%s+%#x)", exception_name(tf->trapno),
          (void *)tf->eip, name != NULL ? name : "?", (unsigned)offset);
}

/* An exception: the CPU could not carry out an instruction. */
static void
handle_exception(const struct trapframe *tf, bool from_user)
{
    // Before anything else can fault and change it.
    uint32_t address = read_cr2();

    switch (tf->trapno) {
    case T_NMI:
        // Sent by a CPU that stops the others.
        if (stopping())
            halt_cpu();
        panic("non-maskable interrupt: the hardware reports an error");
    case T_DEVICE:
        if (from_user) {
            fpu_enter();
            return;
        }
        break;
    }
    if (from_user)
        user_fault(tf, address);
    kernel_fault(tf, address);
}

static void
handle_interrupt(const struct trapframe *tf)
{
    // A spurious interrupt was never sent: there is nothing to acknowledge.
    if (tf->trapno == T_SPURIOUS)
        return;
    if (tf->trapno == T_TIMER && cpu->id == 0)
        clock_tick();
    irq_dispatch(tf->trapno);
    lapic_eoi();
    // The end of a time slice, wherever the process was: interrupts were on, so
    // it holds no spinlock.
    if (tf->trapno == T_TIMER && proc != NULL)
        yield();
}

static void
handle_syscall(void)
{
    if (killed())
        exit(-1);
    syscall();
}

void
trap(struct trapframe *tf)
{
    bool from_user = (tf->cs & DPL_USER) != 0;

    if (tf->trapno == T_SYSCALL)
        handle_syscall();
    else if (tf->trapno < NEXCEPTIONS)
        handle_exception(tf, from_user);
    else
        handle_interrupt(tf);

    if (from_user) {
        debug_no_locks_but(NULL);
        if (killed())
            exit(-1);
    }
}
