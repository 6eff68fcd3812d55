/* Locks held for long, over disk transfers: the waiters sleep. */
#pragma once

#include <stdbool.h>

#include "core/spinlock.h"

struct sleeplock {
    struct spinlock guard;      // of the fields below
    bool locked;                // [guard]
    int pid;                    // [guard] the holder, for ps and the debugger
    const char *name;           // [const]
};

void sleeplock_init(struct sleeplock *lock, const char *name);

/* Waits until the lock is free and takes it.  May sleep. */
void sleeplock_acquire(struct sleeplock *lock);

/* Gives the lock back.  The caller holds it. */
void sleeplock_release(struct sleeplock *lock);

/* Does the running process hold it? */
bool sleeplock_holding(struct sleeplock *lock);
