/* Locks held for long, over disk transfers: the waiters sleep. */
#pragma once

#include "core/spinlock.h"

struct sleeplock {
    struct spinlock guard;      // of the fields below
    bool locked;                // [guard]
    struct proc *holder;        // [guard] who locked it; NULL at boot
};

void sleeplock_init(struct sleeplock *lock, const char *name);

/* Waits until the lock is free and takes it.  May sleep. */
void sleeplock_acquire(struct sleeplock *lock);

/* Gives the lock back.  The caller holds it. */
void sleeplock_release(struct sleeplock *lock);
