/*
 * Making processes.
 *
 * A process begins as if it had once been in the kernel before: allocproc
 * builds by hand the stack that a process leaves behind when it gives up the
 * CPU inside a system call.  So the ordinary ways, swtch and trapret, start it.
 */
#include "proc/proc.h"

#include "lib/string.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "mem/vm.h"
#include "sched/fpu.h"
#include "sched/sched.h"
#include "dev/console.h"
#include "fs/path.h"
#include "file/file.h"

/* The first program, embedded by the linker. */
extern const char _binary_initcode_start[];
extern const char _binary_initcode_size[];  // its address is the size

/* In x86/vectors.S; never called, only returned to. */
void trapret(void);

static int nextpid = 1;             // [ptable]
static bool pids_wrapped;           // [ptable] then a pid may be taken
static struct proc *free_procs;     // [ptable] UNUSED entries, linked by next

void
proc_init(void)
{
    ptable.lock = SPINLOCK("ptable", RANK_PTABLE);
    for (unsigned i = NPROC; i-- > 0;) {
        ptable.proc[i].next = free_procs;
        free_procs = &ptable.proc[i];
    }
}

/*
 * A new process comes here from the scheduler's swtch, with ptable.lock held,
 * and goes on to trapret.
 */
static void
forkret(void)
{
    release(&ptable.lock);
}

struct proc *
allocproc(void)
{
    acquire(&ptable.lock);
    struct proc *p = free_procs;
    if (p == NULL) {
        release(&ptable.lock);
        return NULL;
    }
    free_procs = p->next;
    // All but the last field, which fork or exec fills in.
    memset(p, 0, offsetof(struct proc, fpu));
    do {
        p->pid = nextpid;
        pids_wrapped |= nextpid == INT32_MAX;
        nextpid = nextpid == INT32_MAX ? 1 : nextpid + 1;
    } while (pids_wrapped && proc_find(p->pid) != NULL);
    p->state = EMBRYO;
    release(&ptable.lock);

    p->kstack = kstack_alloc(p - ptable.proc);
    if (p->kstack == NULL) {
        freeproc(p);
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
    if (p->kstack != NULL)
        kstack_free(p->kstack);
    acquire(&ptable.lock);
    p->state = UNUSED;
    p->next = free_procs;
    free_procs = p;
    release(&ptable.lock);
}

void
userinit(void)
{
    struct proc *p = allocproc();

    if (p != NULL)
        p->pgdir = setupkvm();
    if (p == NULL || p->pgdir == NULL)
        panic("no memory for the first process");
    initproc = p;
    inituvm(p->pgdir, _binary_initcode_start, (size_t)_binary_initcode_size);
    p->sz = PGSIZE;
    p->heap = PGSIZE;

    // As if initcode had trapped: trapret "returns" to its first instruction.
    memset(p->tf, 0, sizeof(*p->tf));
    p->tf->esp = PGSIZE;            // the stack grows down from the page's top
    p->tf->eip = 0;                 // the first instruction is at its bottom
    p->tf->cs = SEG_UCODE << 3 | DPL_USER;
    p->tf->ss = SEG_UDATA << 3 | DPL_USER;
    p->tf->ds = p->tf->es = p->tf->ss;
    p->tf->eflags = FL_IF;          // interrupts on

    memcpy(p->name, "initcode", sizeof("initcode"));
    p->cwd = path_lookup("/");
    if (p->cwd == NULL)
        panic("the root directory cannot be read");

    acquire(&ptable.lock);
    set_runnable(p);
    release(&ptable.lock);
}

int
fork(void)
{
    struct proc *child = allocproc();

    if (child == NULL)
        return -1;
    child->pgdir = copyuvm(proc->pgdir, proc->sz);
    if (child->pgdir == NULL) {
        freeproc(child);
        return -1;
    }
    child->sz = proc->sz;
    child->heap = proc->heap;
    child->by_init = proc == initproc;
    *child->tf = *proc->tf;
    child->tf->eax = 0;             // what fork returns in the child
    fpu_copy(child);
    for (int fd = 0; fd < NOFILE; fd++)
        if (proc->ofile[fd] != NULL)
            child->ofile[fd] = file_dup(proc->ofile[fd]);
    child->cwd = inode_dup(proc->cwd);
    memcpy(child->name, proc->name, sizeof(child->name));
    int pid = child->pid;           // once it runs, it may be gone at any time

    acquire(&ptable.lock);
    child->parent = proc;
    child->sibling = proc->children;
    proc->children = child;
    // Killed in the middle of this?  Then the child must not escape.  And if ^C
    // was typed after the shell read the line, it is meant for this child.
    child->killed = proc->killed ||
                    (!child->by_init && console_interrupted());
    set_runnable(child);
    release(&ptable.lock);
    return pid;
}

int
growproc(int n)
{
    uint32_t old = proc->sz, new = old + (uint32_t)n;

    // A sum on the wrong side of `old` has wrapped.
    if ((n > 0) != (new > old) || new < proc->heap)
        return -1;
    if (n > 0 && allocuvm(proc->pgdir, old, new, PTE_W) == 0)
        return -1;
    if (n < 0) {
        deallocuvm(proc->pgdir, old, new);
        // The TLB still knows the pages that are gone.
        write_cr3(V2P(proc->pgdir));
    }
    proc->sz = new;
    return (int)old;
}
