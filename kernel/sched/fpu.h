/*
 * Floating point: each process has its own x87 and SSE registers.
 *
 * They are switched only if they are used.  A process starts its turn with
 * CR0.TS set, so that its first FPU instruction traps (T_DEVICE) and loads its
 * state; TS being clear at the end of the turn tells that there is something to
 * save.
 */
#pragma once

#include "sched/proc.h"

/* The answer to T_DEVICE: loads the running process's state. */
void fpu_enter(void);

/* Saves the running process's state, if it was loaded.  Interrupts are off. */
void fpu_leave(void);

/* Gives child a copy of the running process's state. */
void fpu_copy(struct proc *child);

/* Puts the running process back to a fresh state, as exec does. */
void fpu_reset(void);
