/*
 * The life of a process, from allocproc to wait.
 *
 * A process begins as if it had once been in the kernel before: allocproc
 * builds by hand the stack that a process leaves behind when it gives up the
 * CPU inside a system call.  So the ordinary ways, swtch and trapret, start it.
 */
#include "proc/proc.h"

#include "lib/string.h"
#include "x86/x86.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"
#include "intr/acpi.h"
#include "sched/sched.h"
#include "sched/sleep.h"
#include "dev/console.h"
#include "fs/log.h"
#include "fs/inode.h"
#include "file/file.h"

/* The first program, embedded by the linker. */
extern const char _binary_initcode_start[];
extern const char _binary_initcode_size[];  // its address is the size

/* In x86/vectors.S; never called, only returned to. */
void trapret(void);

static int nextpid = 1;             // [ptable]
static bool pids_wrapped;           // [ptable] then a pid may be taken

/*
 * Returns the process with that pid, or for 0 an UNUSED entry; NULL if there is
 * none.  Caller holds ptable.lock.
 */
static struct proc *
proc_find(int pid)
{
    assert(holding(&ptable.lock));
    for (struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        if (p->pid == pid)
            return p;
    return NULL;
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
    struct proc *p = debug_fails(FAIL_PROCESS) ? NULL : proc_find(0);
    char *kstack = p != NULL ? kstack_alloc(p - ptable.proc) : NULL;
    if (kstack == NULL) {
        release(&ptable.lock);
        return NULL;
    }
    // All but the last field, which fork or exec fills in.
    memset(p, 0, offsetof(struct proc, fpu));
    p->kstack = kstack;
    while (pids_wrapped && proc_find(nextpid) != NULL)
        nextpid = nextpid % INT32_MAX + 1;
    p->pid = nextpid;
    nextpid = nextpid % INT32_MAX + 1;
    pids_wrapped |= nextpid == 1;
    p->state = EMBRYO;
    release(&ptable.lock);

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

/*
 * Gives back an entry that allocproc returned: its kernel stack, then the
 * entry.  The process has never run, or never will again; memory, files and
 * directory have been given back.  Caller holds ptable.lock.
 */
static void
freeproc(struct proc *p)
{
    uintptr_t stack = (uintptr_t)p->kstack;

    assert(holding(&ptable.lock));
    assert(p->state == EMBRYO || p->state == ZOMBIE);
    deallocuvm(kpgdir, stack + KSTACKSIZE, stack);
    p->state = UNUSED;
    p->pid = 0;
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
    p->sz = p->heap = PGSIZE;

    // As if initcode had trapped: trapret "returns" to its first instruction.
    memset(p->tf, 0, sizeof(*p->tf));
    p->tf->esp = PGSIZE;            // the stack grows down from the page's top
    p->tf->eip = 0;                 // the first instruction is at its bottom
    p->tf->cs = SEG_UCODE << 3 | DPL_USER;
    p->tf->ss = SEG_UDATA << 3 | DPL_USER;
    p->tf->ds = p->tf->es = p->tf->ss;
    p->tf->eflags = FL_IF;          // interrupts on

    memcpy(p->name, "initcode", sizeof("initcode"));
    p->cwd = inode_get(ROOT_INO);   // initlog has found it sound

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
        acquire(&ptable.lock);
        freeproc(child);
        release(&ptable.lock);
        return -1;
    }
    child->sz = proc->sz;
    child->heap = proc->heap;
    child->by_init = proc == initproc;
    *child->tf = *proc->tf;
    child->tf->eax = 0;             // what fork returns in the child
    for (int fd = 0; fd < NOFILE; fd++)
        if (proc->ofile[fd] != NULL)
            child->ofile[fd] = file_dup(proc->ofile[fd]);
    child->cwd = inode_dup(proc->cwd);
    memcpy(child->name, proc->name, sizeof(child->name));
    int pid = child->pid;           // once it runs, it may be gone at any time

    acquire(&ptable.lock);
    fpu_leave();
    child->fpu = proc->fpu;
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

void
exit(int status)
{
    if (proc == initproc) {
        // Nobody starts a shell any more: the machine is of no use.
        printf("The first program has ended with status %d.  Is /init on the "
               "disk?  make fresh makes the disk anew.\n", status);
        log_checkpoint();
        power_off(1);
    }

    // Files and memory go at once: a zombie may wait long for its parent.
    for (int fd = 0; fd < NOFILE; fd++)
        file_close(proc->ofile[fd]);
    inode_put(proc->cwd);

    // From here on the kernel's directory serves: the kernel stack is in both.
    pde_t *pgdir = proc->pgdir;
    proc->pgdir = kpgdir;
    switchkvm();
    freevm(pgdir, proc->sz);
    proc->sz = 0;

    acquire(&ptable.lock);
    // The children go to init, which waits for all comers.
    while (proc->children != NULL) {
        struct proc *child = proc->children;
        proc->children = child->sibling;
        child->parent = initproc;
        child->sibling = initproc->children;
        initproc->children = child;
        wakeup_locked(initproc);
    }
    wakeup_locked(proc->parent);
    proc->status = status;
    proc->state = ZOMBIE;
    sched();
    panic("a zombie runs");
}

int
wait(int *status)
{
    int pid = -1;
    struct proc **p;

    acquire(&ptable.lock);
    do {
        p = &proc->children;
        while (*p != NULL && (*p)->state != ZOMBIE)
            p = &(*p)->sibling;
    } while (*p == NULL && proc->children != NULL &&
             sleep_killable(proc, &ptable.lock));
    struct proc *zombie = *p;   // still NULL if the sleep was cut short
    if (zombie != NULL) {
        pid = zombie->pid;
        *status = zombie->status;
        *p = zombie->sibling;
        // The zombie held ptable.lock until it had left its stack.
        freeproc(zombie);
    }
    release(&ptable.lock);
    return pid;
}

int
growproc(int n)
{
    uint32_t old = proc->sz, new = old + (uint32_t)n;

    // A sum on the wrong side of `old` has wrapped.
    if ((n > 0) != (new > old) || new < proc->heap ||
        (n > 0 && allocuvm(proc->pgdir, old, new, PTE_W) == 0))
        return -1;
    if (n < 0) {
        deallocuvm(proc->pgdir, old, new);
        // The TLB still knows the pages that are gone.
        write_cr3(V2P(proc->pgdir));
    }
    proc->sz = new;
    return (int)old;
}
