/* Ending other processes: the mark that makes them exit. */
#pragma once

#include "sched/proc.h"

/*
 * Marks p as killed: it exits when it next returns to user mode, and a killable
 * sleep ends at once.  Caller holds ptable.lock.
 */
void kill_proc(struct proc *p);

/*
 * Kills all processes but init and those that init itself forked: what ^C on the
 * console does.  May be called by an interrupt handler.
 */
void kill_foreground(void);

/* Ends p's sleep if it is a killable one.  Caller holds ptable.lock. */
void wake_killed(struct proc *p);
