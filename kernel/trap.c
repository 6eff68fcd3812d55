/*
 * Where the kernel is entered: system calls, interrupts of devices, and faults.
 * The assembly stubs in x86/vectors.S call trap() with all registers saved.
 */
#include "lib/format.h"
#include "x86/memlayout.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/printf.h"
#include "intr/apic.h"
#include "sched/sched.h"
#include "sched/sleep.h"
#include "dev/disk.h"
#include "proc/proc.h"
#include "syscall/syscall.h"

/*
 * Deals with one trap or interrupt.  tf holds all registers; what is changed in
 * it takes effect on return.  Interrupts are off, but for system calls.
 */
void trap(struct trapframe *tf);

/* Those that a program can cause. */
static const char *const exception_names[NEXCEPTIONS] = {
    [T_DIVIDE] = "division error",
    [T_DEBUG] = "debug trap",
    [T_BOUND] = "bound check",
    [T_OPCODE] = "invalid instruction",
    [T_STACK] = "stack segment fault",
    [T_PROTECTION] = "general protection fault",
    [T_PAGE] = "page fault",
    [T_FPU] = "floating-point error",
    [T_SIMD] = "SSE floating-point error",
};

/*
 * What a page fault most likely means.  A null pointer to a structure leads a
 * little above 0; in a program that is its text, so it shows when written to.
 */
static const char *
likely_cause(const struct trapframe *tf, uint32_t address, bool from_user)
{
    if (address == tf->eip || (!from_user && tf->eip < KERNBASE))
        return " (jump to a wild address)";
    if (address < (from_user ? 64 : PGSIZE))
        return " (null pointer dereference)";
    if (from_user && address / PGSIZE ==
                         proc->heap / PGSIZE - USER_STACK_PAGES - 1)
        return " (stack overflow)";
    if (tf->err & FAULT_PRESENT && tf->err & FAULT_WRITE &&
        (!from_user || address < KERNBASE))
        return " (write to text or constants)";
    return "";
}

/*
 * An exception: the CPU could not carry out an instruction.  It ends the
 * program that caused it, or else the kernel.  Not part of trap, as its buffer
 * would lie on the stack of every system call.
 */
static void __attribute__((noreturn, noinline))
handle_exception(const struct trapframe *tf, bool from_user)
{
    // Before anything else can fault and change it.
    uint32_t address = read_cr2();
    const char *what = exception_names[tf->trapno];
    char buf[128];

    // If another CPU sent it to stop this one, that is what panic does.
    if (tf->trapno == T_NMI)
        panic("non-maskable interrupt: the hardware reports an error");
    if (what == NULL)
        what = "exception";
    if (tf->trapno == T_PAGE) {
        bool write = tf->err & FAULT_WRITE;
        snprintf(buf, sizeof(buf), "%s: %s address %#x, %s%s", what,
                 write ? "write to" : "read of", (unsigned)address,
                 !(tf->err & FAULT_PRESENT) ? "no page there" :
                 from_user && (!write || address >= KERNBASE)
                     ? "which only the kernel may use"
                     : "which may only be read",
                 likely_cause(tf, address, from_user));
        what = buf;
    }
    if (from_user) {
        printf("%s %d: %s, at instruction %#x; killed\n", proc->name,
               proc->pid, what, (unsigned)tf->eip);
        sti();
        exit(-1);
    }
    stop_other_cpus();
    const struct symbol *symbol = symbol_at(tf->eip);
    printf("\n  eax %08x  ebx %08x  ecx %08x  edx %08x\n"
           "  esi %08x  edi %08x  ebp %08x  esp %08x\n"
           "  eflags %08x, exception %u, error code %#x\n",
           (unsigned)tf->eax, (unsigned)tf->ebx, (unsigned)tf->ecx,
           (unsigned)tf->edx, (unsigned)tf->esi, (unsigned)tf->edi,
           (unsigned)tf->ebp, (unsigned)&tf->esp, (unsigned)tf->eflags,
           (unsigned)tf->trapno, (unsigned)tf->err);
    panic("%s, in the kernel at %p (%s+%#x)", what, (void *)tf->eip,
          symbol->name, (unsigned)(tf->eip - symbol->address));
}

static void
handle_interrupt(unsigned vector)
{
    if (vector == T_TIMER && cpu->id == 0) {
        acquire(&ptable.lock);
        ticks++;
        wakeup_locked(&ticks);
        release(&ptable.lock);
        disk_tick();
    }
    irq_dispatch(vector);
    // The end of a time slice, wherever the process was: interrupts were on, so
    // it holds no spinlock.
    if (vector == T_TIMER && proc != NULL)
        yield();
}

void
trap(struct trapframe *tf)
{
    // In virtual 8086 mode cs is no selector.  QEMU's iret lets a program go
    // there, which a CPU does not; it must end, as its trap frame is not where
    // proc->tf says.  With interrupts off there it keeps the CPU for ever.
    bool virtual = (tf->eflags & FL_VM) != 0;
    bool from_user = virtual || (tf->cs & DPL_USER) != 0;

    if (debug_trap(tf))
        return;
    trace(TRAP, tf->trapno, tf->eax, NULL);
    if (virtual)
        proc->killed = true;
    if (tf->trapno == T_SYSCALL && !virtual)
        syscall();
    else if (tf->trapno == T_DEVICE && from_user)
        fpu_enter();
    else if (tf->trapno < NEXCEPTIONS)
        handle_exception(tf, from_user);
    else if (tf->trapno != T_SYSCALL && tf->trapno != T_SPURIOUS)
        handle_interrupt(tf->trapno);

    if (from_user) {
        if (proc->killed) {
            sti();
            exit(-1);
        }
        debug_return_to_user(tf);
    }
    trace(RETURN, tf->trapno, tf->eax, from_user ? proc->name : "");
}
