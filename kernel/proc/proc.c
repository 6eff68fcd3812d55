/*
 * Making processes.
 *
 * A process begins as if it had once been in the kernel before: allocproc builds
 * by hand the stack that a process leaves behind when it gives up the CPU inside
 * a system call.  So the ordinary ways, swtch and trapret, start it.
 */
#include "proc/proc.h"

#include "lib/string.h"
#include "core/panic.h"
#include "mem/vm.h"
#include "sched/sched.h"
#include "fs/path.h"

/* The first program, embedded by the linker. */
extern const char _binary_initcode_start[];
extern const char _binary_initcode_size[];  // its address is the size

/* In x86/vectors.S; never called, only returned to. */
void trapret(void);

static void forkret(void);

static int nextpid = 1;             // [ptable]
static bool pids_wrapped;           // [ptable] then a pid may be taken
static struct proc *free_procs;     // [ptable] UNUSED entries, linked by next

enum { PID_MAX = INT32_MAX };

void
proc_init(void)
{
    ptable.lock = SPINLOCK("ptable", RANK_PTABLE);
    for (unsigned i = NPROC; i-- > 0;) {
        ptable.proc[i].next = free_procs;
        free_procs = &ptable.proc[i];
    }
}

/* Returns a pid that no process has.  Caller holds ptable.lock. */
static int
take_pid(void)
{
    int pid;

    do {
        pid = nextpid;
        if (nextpid == PID_MAX)
            pids_wrapped = true;
        nextpid = nextpid == PID_MAX ? 1 : nextpid + 1;
    } while (pids_wrapped && proc_find(pid) != NULL);
    return pid;
}

/* Takes an UNUSED entry, all of its fields cleared; NULL if there is none. */
static struct proc *
take_entry(void)
{
    acquire(&ptable.lock);
    struct proc *p = free_procs;
    if (p != NULL) {
        free_procs = p->next;
        memset(p, 0, offsetof(struct proc, fpu));
        p->pid = take_pid();
        p->state = EMBRYO;
    }
    release(&ptable.lock);
    return p;
}

static void
give_back_entry(struct proc *p)
{
    acquire(&ptable.lock);
    p->state = UNUSED;
    p->next = free_procs;
    free_procs = p;
    release(&ptable.lock);
}

struct proc *
allocproc(void)
{
    struct proc *p = take_entry();

    if (p == NULL)
        return NULL;
    p->kstack = kstack_alloc(p - ptable.proc);
    if (p->kstack == NULL) {
        give_back_entry(p);
        return NULL;
    }

    // From the top down: the trap frame that trapret will pop, ...
    char *sp = p->kstack + KSTACKSIZE;
    sp -= sizeof(*p->tf);
    p->tf = (struct trapframe *)sp;

    // ... the address to which forkret returns, ...
    sp -= sizeof(uintptr_t);
    *(uintptr_t *)sp = (uintptr_t)trapret;

    // ... and the registers that swtch will pop, with forkret as its return
    // address.
    sp -= sizeof(*p->context);
    p->context = (struct context *)sp;
    memset(p->context, 0, sizeof(*p->context));
    p->context->eip = (uintptr_t)forkret;
    return p;
}

void
freeproc(struct proc *p)
{
    kstack_free(p->kstack);
    give_back_entry(p);
}

void
userinit(void)
{
    struct proc *p = allocproc();

    if (p == NULL)
        panic("no memory for the first process");
    initproc = p;
    p->pgdir = setupkvm();
    if (p->pgdir == NULL ||
        !inituvm(p->pgdir, _binary_initcode_start,
                 (size_t)_binary_initcode_size))
        panic("no memory for the first program");
    p->sz = PGSIZE;
    p->heap = PGSIZE;

    // As if initcode had trapped: trapret will "return" to its first instruction.
    memset(p->tf, 0, sizeof(*p->tf));
    p->tf->esp = PGSIZE;            // the stack grows down from the page's top
    p->tf->eip = 0;                 // the first instruction is at its bottom
    p->tf->cs = SEG_UCODE << 3 | DPL_USER;
    p->tf->ss = SEG_UDATA << 3 | DPL_USER;
    p->tf->ds = p->tf->es = p->tf->ss;
    p->tf->eflags = FL_IF;          // interrupts on

    strlcpy(p->name, "initcode", sizeof(p->name));
    p->cwd = path_lookup("/");
    if (p->cwd == NULL)
        panic("the root directory cannot be read");

    acquire(&ptable.lock);
    set_runnable(p);
    release(&ptable.lock);
}

/*
 * A new process comes here from the scheduler's swtch, with ptable.lock held, and
 * goes on to trapret.
 */
static void
forkret(void)
{
    release(&ptable.lock);
}

bool
killed(void)
{
    // Set once by others; a stale false is corrected at the next look.
    return __atomic_load_n(&proc->killed, __ATOMIC_RELAXED);
}
