/* The process table. */
#include "sched/proc.h"

#include "core/panic.h"

struct ptable ptable;           // large: set up at run time, so not in the file
struct proc *initproc;          // [const] after userinit

struct proc *
proc_find(int pid)
{
    assert(holding(&ptable.lock));
    for (struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        if (p->state != UNUSED && p->pid == pid)
            return p;
    return NULL;
}
