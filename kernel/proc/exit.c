/* exit and wait, and the kill that leads to an exit. */
#include "proc/proc.h"

#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"
#include "intr/acpi.h"
#include "sched/kill.h"
#include "sched/sched.h"
#include "sched/sleep.h"
#include "fs/inode.h"
#include "fs/log.h"
#include "file/file.h"

static void
close_files(void)
{
    for (int fd = 0; fd < NOFILE; fd++) {
        struct file *file = proc->ofile[fd];
        proc->ofile[fd] = NULL;
        if (file != NULL)
            file_close(file);
    }
    inode_put(proc->cwd);
    proc->cwd = NULL;
}

/* Gives the memory back now: a zombie may have to wait long for its parent. */
static void
free_memory(void)
{
    pde_t *pgdir = proc->pgdir;

    // From here on the kernel's directory serves: the kernel stack is in both.
    proc->pgdir = kpgdir;
    switchkvm();
    freevm(pgdir, proc->sz);
    proc->sz = 0;
}

/* Hands the children to init, which waits for all comers. */
static void
orphan_children(void)
{
    struct proc *child = proc->children;

    while (child != NULL) {
        struct proc *next = child->sibling;
        child->parent = initproc;
        child->sibling = initproc->children;
        initproc->children = child;
        if (child->state == ZOMBIE)
            wakeup_locked(initproc);
        child = next;
    }
    proc->children = NULL;
}

/* Without init nobody starts a shell: the machine is of no more use. */
static void __attribute__((noreturn))
end_of_init(int status)
{
    printf("The first program has ended with status %d.  Is /init on the disk?  "
           "make fresh makes the disk anew.\n", status);
    log_checkpoint();
    power_off(1);
}

void
exit(int status)
{
    if (proc == initproc)
        end_of_init(status);
    close_files();
    free_memory();

    acquire(&ptable.lock);
    orphan_children();
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
    for (struct proc **p = &proc->children; *p != NULL; p = &(*p)->sibling) {
        struct proc *child = *p;
        if (child->state == ZOMBIE) {
            *p = child->sibling;
            return child;
        }
    }
    return NULL;
}

int
wait(int *status)
{
    acquire(&ptable.lock);
    struct proc *zombie = take_zombie();
    while (zombie == NULL) {
        if (proc->children == NULL || !sleep_killable(proc, &ptable.lock)) {
            release(&ptable.lock);
            return -1;
        }
        zombie = take_zombie();
    }
    // The scheduler has left the zombie's stack: it held ptable.lock until then.
    release(&ptable.lock);

    int pid = zombie->pid;
    *status = zombie->status;
    freeproc(zombie);
    return pid;
}

int
kill(int pid)
{
    int result = -1;

    acquire(&ptable.lock);
    struct proc *p = proc_find(pid);
    if (p != NULL && p != initproc && p->state != EMBRYO) {
        kill_proc(p);
        result = 0;
    }
    release(&ptable.lock);
    return result;
}
