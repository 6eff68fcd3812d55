/* Marking processes as killed. */
#include "sched/kill.h"

#include "core/panic.h"

void
kill_proc(struct proc *p)
{
    assert(holding(&ptable.lock));
    p->killed = true;
    wake_killed(p);
}

void
kill_foreground(void)
{
    acquire(&ptable.lock);
    for (struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        if (p->state != UNUSED && p->state != EMBRYO && p != initproc &&
            !p->by_init)
            kill_proc(p);
    release(&ptable.lock);
}
