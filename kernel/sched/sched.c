/*
 * The process table and the scheduler.
 *
 * Runnable processes wait in one queue, first come, first served.  Each CPU has
 * a scheduler thread with a stack of its own; a process gives up the CPU by
 * switching to it, never directly to another process.
 *
 * Locking: ptable.lock guards the queue.  It is held across swtch: whoever is
 * switched to releases it.  So no other CPU can pick a process before its
 * registers are saved, or free the stack it still stands on.
 */
#include "sched/sched.h"

#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"
#include "intr/apic.h"

struct ptable ptable = { .lock = SPINLOCK("ptable", RANK_PTABLE) };
struct proc *initproc;          // [const] after userinit

/* [ptable] The runnable processes, linked by next; where one more goes. */
static struct proc *queue, **queue_end = &queue;

/* [ptable] bit i is set while CPU i has nothing to run and halts. */
static uint32_t idle_cpus;

void
set_runnable(struct proc *p)
{
    assert(holding(&ptable.lock));
    p->state = RUNNABLE;
    p->next = NULL;
    *queue_end = p;
    queue_end = &p->next;
    trace(RUNNABLE, p->pid, p->chan, NULL);

    if (idle_cpus == 0)
        return;
    // Wakes one halted CPU, this one first: it is in an interrupt handler then.
    unsigned id = cpu->id;
    if (!(idle_cpus & 1u << id)) {
        id = __builtin_ctz(idle_cpus);
        lapic_send(cpus[id].apicid, T_WAKE);
    }
    idle_cpus &= ~(1u << id);
}

/* For panic: which process was running here? */
static void
describe_process(void)
{
    if (proc != NULL)
        printf(", in process %d, %s", proc->pid, proc->name);
}

/*
 * It halts while there is nothing to run.  Interrupts are off, and stay so until
 * the hlt, as sti takes effect after the following instruction (SDM 2B, "STI"):
 * a CPU that makes a process runnable sees our bit in idle_cpus, and its
 * interrupt then waits for the hlt.  So no process is left waiting in the queue.
 */
void
scheduler(void)
{
    panic_describe_process = describe_process;
    cli();
    acquire(&ptable.lock);
    for (;;) {
        while (queue == NULL) {
            uint32_t self = 1u << cpu->id;
            idle_cpus |= self;
            release(&ptable.lock);
            asm volatile("sti; hlt" : : : "memory");
            cli();
            acquire(&ptable.lock);
            idle_cpus &= ~self;
        }
        struct proc **link = debug_choose(&queue, queue_end), *p = *link;
        *link = p->next;
        if (*link == NULL)
            queue_end = link;
        proc = p;
        switchuvm(p);
        p->state = RUNNING;
        trace(SWITCH, p->pid, 0, p->name);
        swtch(&cpu->scheduler, proc->context);
        switchkvm();
        proc = NULL;
        // The process left its own idea of this; here interrupts are off.
        cpu->intena = false;
    }
}

void
switchuvm(struct proc *p)
{
    assert(p->pgdir != NULL && p->kstack != NULL);
    // An entry from user mode starts on an empty kernel stack.
    cpu->tss.ss0 = SEG_KDATA << 3;
    cpu->tss.esp0 = (uintptr_t)p->kstack + KSTACKSIZE;
    write_cr3(V2P(p->pgdir));
}

// SDM 1, "FXSAVE and FXRSTOR Instructions".

void
fpu_enter(void)
{
    asm volatile("clts; fxrstor %0" : : "m"(proc->fpu));
}

void
fpu_leave(void)
{
    uint32_t cr0;

    asm volatile("movl %%cr0, %0" : "=r"(cr0));
    if (!(cr0 & CR0_TS))
        asm volatile("fxsave %0; movl %1, %%cr0"
                     : "=m"(proc->fpu) : "r"(cr0 | CR0_TS));
}

void
sched(void)
{
    assert(holding(&ptable.lock));
    debug_no_locks_but(&ptable.lock);
    assert(cpu->ncli == 1);     // no other spinlock is held
    assert(proc->state != RUNNING);

    fpu_leave();
    trace(LEAVE, proc->state, proc->chan, NULL);
    // intena belongs to this kernel thread, not to the CPU it happens to be on.
    bool intena = cpu->intena;
    swtch(&proc->context, cpu->scheduler);
    cpu->intena = intena;
}

void
yield(void)
{
    acquire(&ptable.lock);
    if (queue != NULL) {
        set_runnable(proc);
        sched();
    }
    release(&ptable.lock);
}
