/* The scheduler: which process runs on which CPU, and its registers. */
#pragma once

#include "sched/proc.h"

/*
 * Each CPU's last step of booting: picks runnable processes one after the
 * other, for ever, and halts while there is none.
 */
void scheduler(void) __attribute__((noreturn));

/*
 * Leaves the running process for the scheduler, and returns when it is picked
 * again.  The caller holds ptable.lock and nothing else, and has changed
 * proc->state; it holds the lock again on return.
 */
void sched(void);

/* Lets others run first, if there are any. */
void yield(void);

/*
 * Makes p RUNNABLE: the last of the queue.  Wakes a CPU that has nothing to do.
 * Caller holds ptable.lock.
 */
void set_runnable(struct proc *p);

/*
 * Saves the callee-saved registers on the present stack, stores the stack
 * pointer in *old, and goes on where the owner of `new` left off.  In swtch.S;
 * the DEBUG build goes through debug_swtch, which checks it.
 */
void swtch(struct context **old, struct context *new);

/*
 * Prepares this CPU to run p: its kernel stack for the next entry from user
 * mode, and its page table.  Caller keeps interrupts off.
 */
void switchuvm(struct proc *p);

/*
 * Floating point: each process has its own x87 and SSE registers, switched only
 * if they are used.  A process starts its turn with CR0.TS set, so that its
 * first FPU instruction traps (T_DEVICE) and loads its state; TS being clear at
 * the end of the turn tells that there is something to save.
 */

/* The answer to T_DEVICE: loads the running process's state. */
void fpu_enter(void);

/*
 * Saves it in proc->fpu, if it was loaded, and sets CR0.TS.  Interrupts are
 * off.
 */
void fpu_leave(void);
