/*
 * Watching the processes: whether the process table and the run queue are in
 * order, and whether anything still moves.
 */
#include "core/debug.h"

#include "x86/memlayout.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "sched/sched.h"
#include "sched/sleep.h"
#include "sched/sleeplock.h"

enum {
    PATIENCE = 5,               // seconds without any change
    EVERY = 64,                 // looks at the queue of which one counts
};

/* The functions in which a process waits for the world outside. */
static const char *const outside[] = { "console_read", "sys_sleep" };

static bool
same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Where p goes on: the stack pointer that swtch saved. */
static void
check_context(const struct proc *p)
{
    uintptr_t top = (uintptr_t)p->kstack + KSTACKSIZE;
    uintptr_t context = (uintptr_t)p->context;

    if (context < (uintptr_t)p->kstack || context > top - sizeof(*p->context))
        panic("process table: the context of process %d is at %p, not on its "
              "kernel stack %p", p->pid, (void *)context, (void *)p->kstack);
}

/* The state of p, its slot and its family.  Caller holds ptable.lock. */
static void
check_proc(const struct proc *p)
{
    uintptr_t slot = KSTACKBASE + (p - ptable.proc) * 2 * PGSIZE + PGSIZE;

    if (p->state == UNUSED)
        return;
    if (p->state > ZOMBIE || p->pid <= 0)
        panic("process table: slot %d has pid %d and state %d",
              (int)(p - ptable.proc), p->pid, p->state);
    if ((uintptr_t)p->kstack != slot)
        panic("process table: the kernel stack of process %d is at %p", p->pid,
              (void *)p->kstack);
    if (p->state != RUNNING && p->state != EMBRYO)
        check_context(p);
    if (p->state == EMBRYO || p == initproc)
        return;
    const struct proc *child = p->parent != NULL ? p->parent->children : NULL;
    for (unsigned n = 0; child != NULL && child != p && n < NPROC; n++)
        child = child->sibling;
    if (child != p)
        panic("process table: process %d is not among its parent's children",
              p->pid);
}

void
debug_check_proctable(void)
{
    for (const struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        check_proc(p);
}

void
debug_check_queue(const struct proc *queue, struct proc *const *end)
{
    static unsigned calls;
    unsigned queued = 0, runnable = 0;
    const struct proc *last = NULL;

    if (calls++ % EVERY != 0)
        return;
    for (; queue != NULL; queue = queue->next) {
        if (queue->state != RUNNABLE || ++queued > NPROC)
            panic("run queue: process %d has state %d, after %u others",
                  queue->pid, queue->state, queued);
        check_context(queue);
        last = queue;
    }
    for (const struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        runnable += p->state == RUNNABLE;
    if (queued != runnable || (last != NULL && end != &last->next))
        panic("run queue: %u processes are queued, %u are runnable", queued,
              runnable);
}

void
debug_return_to_user(const struct trapframe *tf)
{
    uint32_t cr3;

    debug_no_locks_but(NULL);
    if (panicking)
        return;
    asm volatile("movl %%cr3, %0" : "=r"(cr3));
    if (cpu->ncli != 0)
        panic("return to user mode while pushcli keeps interrupts off");
    if (PTE_ADDR(cr3) != V2P(proc->pgdir))
        panic("return to user mode of process %d with another page table: cr3 "
              "is %#x, not %#x", proc->pid, (unsigned)cr3, V2P(proc->pgdir));
    if (tf != proc->tf || !(tf->eflags & FL_IF))
        panic("return to user mode with a wrong trap frame: at %p, not %p, "
              "eflags %#x", (const void *)tf, (void *)proc->tf,
              (unsigned)tf->eflags);
}

/*
 * Prints the chain of calls in which p left the CPU, if asked; returns whether
 * it waits for the world outside.  Caller holds ptable.lock.
 */
static bool
walk_stack(const struct proc *p, bool print)
{
    uintptr_t top = (uintptr_t)p->kstack + KSTACKSIZE;
    bool waits_outside = false;

    // This CPU may remember the stack of a process that had the slot before.
    invlpg((uintptr_t)p->context);
    const uintptr_t *frame = (const uintptr_t *)p->context->ebp;
    while ((uintptr_t)frame >= (uintptr_t)p->kstack &&
           (uintptr_t)frame <= top - 8 && frame[1] >= KERNBASE) {
        const struct symbol *symbol = symbol_at(frame[1] - 1);
        for (unsigned i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
            waits_outside |= same(symbol->name, outside[i]);
        if (print)
            printf("  %p  %s+%#x\n", (void *)frame[1], symbol->name,
                   (unsigned)(frame[1] - symbol->address));
        if (print && same(symbol->name, "sleeplock_acquire")) {
            const struct sleeplock *lock = p->chan;
            printf("    which process %d has\n",
                   lock->holder != NULL ? lock->holder->pid : 0);
        }
        if (frame[0] <= (uintptr_t)frame)
            break;
        frame = (const uintptr_t *)frame[0];
    }
    return waits_outside;
}

static void
print_processes(void)
{
    printf("\nwatchdog: nothing has moved for %d seconds, and nobody waits for "
           "input or for time\n", PATIENCE);
    for (const struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++) {
        if (p->state == UNUSED || p->state == EMBRYO)
            continue;
        if (p->state == SLEEPING)
            printf("process %d, %s, sleeps on channel %p, called from:\n",
                   p->pid, p->name, (const void *)p->chan);
        else
            printf("process %d, %s, %s\n", p->pid, p->name,
                   p->state == ZOMBIE ? "has ended, and is not waited for" :
                   p->state == RUNNABLE ? "could run, called from:" : "runs");
        if (p->state == SLEEPING || p->state == RUNNABLE)
            walk_stack(p, true);
    }
}

/*
 * Once a second.  A process that runs may well run for long; while one waits
 * for input or for time, the others may well wait for it.
 */
static void
look(void)
{
    static uint32_t last;
    static unsigned since;
    uint32_t sum = 0;
    bool moves = false;

    acquire(&ptable.lock);
    debug_check_proctable();
    for (const struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++) {
        sum = sum * 31 + p->pid * 8 + p->state + (uintptr_t)p->chan;
        moves |= p->state == RUNNING || p->state == EMBRYO ||
                 (p->state == SLEEPING && walk_stack(p, false));
    }
    since = moves || sum != last ? 0 : since + 1;
    last = sum;
    if (since == PATIENCE)
        print_processes();
    release(&ptable.lock);
}

void
debug_interrupt(unsigned vector)
{
    if (vector != T_TIMER)
        return;
    debug_watchdog_tick();
    if (cpu->id == 0 && ticks % HZ == 0)
        look();
}
