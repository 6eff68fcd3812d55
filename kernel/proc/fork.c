/* fork: a second process like the first. */
#include "proc/proc.h"

#include "lib/string.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "mem/vm.h"
#include "sched/fpu.h"
#include "sched/sched.h"
#include "dev/console.h"
#include "fs/inode.h"
#include "file/file.h"

/* The child holds the same open files and the same directory. */
static void
share_files(struct proc *child)
{
    for (int fd = 0; fd < NOFILE; fd++)
        if (proc->ofile[fd] != NULL)
            child->ofile[fd] = file_dup(proc->ofile[fd]);
    child->cwd = inode_dup(proc->cwd);
}

/* Enters the finished child among its parent's children and lets it run. */
static void
start_child(struct proc *child)
{
    acquire(&ptable.lock);
    child->parent = proc;
    child->sibling = proc->children;
    proc->children = child;
    // Killed in the middle of this?  Then the child must not escape.  And if ^C was
    // typed after the shell read the line, it is meant for this child.
    child->killed = proc->killed ||
                    (!child->by_init && console_interrupted());
    set_runnable(child);
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
    share_files(child);
    strlcpy(child->name, proc->name, sizeof(child->name));

    int pid = child->pid;           // once it runs, it may be gone at any time
    start_child(child);
    return pid;
}

int
growproc(int n)
{
    uint32_t old = proc->sz;
    uint32_t new = old + (uint32_t)n;

    if (n > 0) {
        if (new < old || allocuvm(proc->pgdir, old, new, PTE_W) == 0)
            return -1;
    } else if (n < 0) {
        if (new > old || new < proc->heap)
            return -1;
        deallocuvm(proc->pgdir, old, new);
        // The TLB still knows the pages that are gone.
        write_cr3(V2P(proc->pgdir));
    }
    proc->sz = new;
    return (int)old;
}
