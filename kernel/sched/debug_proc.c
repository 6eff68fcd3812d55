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

extern const char end[];                // behind the kernel, by kernel.ld
static uintptr_t scheduler_stack[NCPU]; // [cpu] a page

/* On p's kernel stack are its trap frame, at the top, and what swtch saved. */
static void
check_stack(const struct proc *p)
{
    uintptr_t stack = (uintptr_t)p->kstack, context = (uintptr_t)p->context;

    if ((uintptr_t)(p->tf + 1) != stack + KSTACKSIZE)
        panic("process table: the trap frame of process %d is at %p, not at "
              "the top of its kernel stack %p", p->pid, (void *)p->tf,
              (void *)stack);
    if (context < stack || context > (uintptr_t)p->tf - sizeof(*p->context))
        panic("process table: the saved context of process %d is at %p, not "
              "on its kernel stack %p", p->pid, (void *)context, (void *)stack);
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
        check_stack(p);
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
debug_check_queue(const struct proc *queue, struct proc *const *queue_end)
{
    static unsigned calls;
    unsigned queued = 0, runnable = 0;
    const struct proc *last = NULL;

    if (calls == 0)
        debug_watchdog_start();
    if (calls++ % EVERY != 0)
        return;
    for (; queue != NULL; queue = queue->next) {
        if (queue->state != RUNNABLE || ++queued > NPROC)
            panic("run queue: process %d has state %d, after %u others",
                  queue->pid, queue->state, queued);
        check_stack(queue);
        last = queue;
    }
    for (const struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        runnable += p->state == RUNNABLE;
    if (queued != runnable || (last != NULL && queue_end != &last->next))
        panic("run queue: %u processes are queued, %u are runnable", queued,
              runnable);
}

/*
 * Each caller has its own values in the registers that swtch must save: they
 * tell whose they are, since each one's frame is elsewhere.
 */
void
debug_swtch(struct context **old, struct context *new)
{
    static const char *const names[] = { "ebp", "ebx", "esi", "edi" };
    const uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    uint32_t ebp, ebx = frame + 1, esi = frame + 2, edi = frame + 3;
    const bool scheduling = old == &cpu->scheduler;
    uintptr_t *stack = &scheduler_stack[cpu->id];

    if (scheduling) {
        *stack = PGROUNDDOWN(frame);
        check_stack(proc);
        debug_check_pgdir(proc->pgdir);
    } else if (PGROUNDDOWN((uintptr_t)new) != *stack) {
        panic("swtch: the scheduler's saved context is at %p, not on its stack "
              "%p", (void *)new, (void *)*stack);
    }
    asm volatile("pushl %%ebp; pushl %%edx; pushl %%ecx; call swtch;"
                 "addl $8, %%esp; movl %%ebp, %%eax; popl %%ebp"
                 : "=a"(ebp), "+c"(old), "+d"(new), "+b"(ebx), "+S"(esi),
                   "+D"(edi) : : "memory", "cc");
    const uint32_t after[] = { ebp, ebx, esi, edi };
    for (unsigned i = 0; i < sizeof(after) / sizeof(after[0]); i++)
        if (after[i] != frame + i)
            panic("swtch: it has not kept %%%s for %s: %#x before, %#x after",
                  names[i], scheduling ? "the scheduler" : "this process",
                  (unsigned)(frame + i), (unsigned)after[i]);
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
 * Prints the chain of calls in which p left the CPU, and who has the sleep-lock
 * that it waits for.  Caller holds ptable.lock.
 */
static void
print_stack(const struct proc *p)
{
    // This CPU may remember the stack of a process that had the slot before.
    invlpg((uintptr_t)p->context);
    const uintptr_t *frame = (const uintptr_t *)p->context->ebp;
    print_callers(frame);
    if (p->state != SLEEPING)
        return;
    // From debug_swtch's frame to that of sched, and to that of sleep.
    frame = *(const uintptr_t *const *)*frame;
    const struct sleeplock *lock = p->chan;
    if (symbol_at(frame[1])->address == (uintptr_t)sleeplock_acquire &&
        lock->holder != NULL)
        printf("    process %d has that lock\n", lock->holder->pid);
}

/*
 * Does p wait for input or for time?  What processes share, and wake each other
 * for, is made at run time, or is a process; but a variable of the kernel's own
 * stands for a device or the clock.  Other sleeps there, which kill does not
 * end, are for locks and the disk: they must end soon.
 */
static bool
waits_outside(const struct proc *p)
{
    return p->state == SLEEPING && p->killable && p->chan != p &&
           (const char *)p->chan < end;
}

void
debug_print_processes(void)
{
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
            print_stack(p);
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
    for (const struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++) {
        check_proc(p);
        sum = sum * 31 + p->pid * 8 + p->state + (uintptr_t)p->chan;
        moves |= p->state == RUNNING || p->state == EMBRYO ||
                 waits_outside(p);
    }
    since = moves || sum != last ? 0 : since + 1;
    last = sum;
    if (since == PATIENCE) {
        printf("\nwatchdog: nothing has moved for %d seconds, and nobody waits "
               "for input or for time\n", PATIENCE);
        debug_print_processes();
    }
    release(&ptable.lock);
}

bool
debug_trap(const struct trapframe *tf)
{
    const void *top = (const void *)cpu->tss.esp0;
    // In virtual 8086 mode cs is no selector, and the CPU pushes more.
    bool from_user = tf->eflags & FL_VM ||
                     (tf->cs == (SEG_UCODE << 3 | DPL_USER) && tf + 1 == top);

    if (!from_user && tf->cs != SEG_KCODE << 3)
        panic("trap frame: at %p, with the kernel stack's top at %p and cs %#x: "
              "do struct trapframe and alltraps agree?", (const void *)tf, top,
              (unsigned)tf->cs);
    // To the CPU a program's text is as good as ours; faults there tell more.
    if (!from_user && tf->eip < KERNBASE && tf->trapno >= NEXCEPTIONS)
        panic("the kernel runs what is at %p, in a program's memory: has it "
              "called a null function pointer?", (void *)tf->eip);
    if (tf->trapno == T_TIMER) {
        if (cpu->id == 0 && ticks % HZ == 0)
            look();
        debug_schedule_tick();
    }
    return debug_watchdog(tf);
}
