/* exit and wait, and the kill that leads to an exit. */
#include "proc/proc.h"

#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"
#include "intr/acpi.h"
#include "sched/sched.h"
#include "sched/sleep.h"
#include "fs/inode.h"
#include "fs/log.h"
#include "file/file.h"

/* Gives files and memory back: a zombie may wait long for its parent. */
static void
free_resources(void)
{
    for (int fd = 0; fd < NOFILE; fd++)
        if (proc->ofile[fd] != NULL)
            file_close(proc->ofile[fd]);
    inode_put(proc->cwd);

    // From here on the kernel's directory serves: the kernel stack is in both.
    pde_t *pgdir = proc->pgdir;
    proc->pgdir = kpgdir;
    switchkvm();
    freevm(pgdir, proc->sz);
    proc->sz = 0;
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
    free_resources();

    acquire(&ptable.lock);
    // The children go to init, which waits for all comers.
    while (proc->children != NULL) {
        struct proc *child = proc->children;
        proc->children = child->sibling;
        child->parent = initproc;
        child->sibling = initproc->children;
        initproc->children = child;
        if (child->state == ZOMBIE)
            wakeup_locked(initproc);
    }
    wakeup_locked(proc->parent);
    proc->status = status;
    proc->state = ZOMBIE;
    sched();
    panic("a zombie runs");
}

/*
 * Takes a ZOMBIE out of the running process's children; NULL if there is none.
 * Caller holds ptable.lock.
 */
static struct proc *
take_zombie(void)
{
    struct proc **p = &proc->children;

    while (*p != NULL && (*p)->state != ZOMBIE)
        p = &(*p)->sibling;
    struct proc *zombie = *p;
    if (zombie != NULL)
        *p = zombie->sibling;
    return zombie;
}

int
wait(int *status)
{
    int pid = -1;

    acquire(&ptable.lock);
    struct proc *zombie = take_zombie();
    while (zombie == NULL && proc->children != NULL &&
           sleep_killable(proc, &ptable.lock))
        zombie = take_zombie();
    // The zombie held ptable.lock until it had left its stack.
    release(&ptable.lock);
    if (zombie != NULL) {
        pid = zombie->pid;
        *status = zombie->status;
        freeproc(zombie);
    }
    return pid;
}

int
kill(int pid)
{
    acquire(&ptable.lock);
    struct proc *p = proc_find(pid);
    bool found = p != NULL && p != initproc && p->state != EMBRYO;
    if (found)
        kill_proc(p);
    release(&ptable.lock);
    return found ? 0 : -1;
}
