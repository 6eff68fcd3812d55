/* Locks held for long, over disk transfers: the waiters sleep. */
#pragma once

#include "core/spinlock.h"

/* Who comes first is served first. */
struct sleeplock {
    struct spinlock guard;      // of the fields below
    unsigned next_ticket;       // [guard] for whoever comes next
    unsigned serving;           // [guard] the ticket whose turn it is
    struct proc *holder;        // [guard] who has it; NULL at boot, too
};

/* A lock that nobody has, for static initialisation and assignment. */
#define SLEEPLOCK(name_) \
    ((struct sleeplock){ .guard = { .rank = RANK_SLEEPLOCK, .name = (name_) } })

/* Waits for the lock and takes it.  May sleep. */
void sleeplock_acquire(struct sleeplock *lock);

/* Gives the lock back.  The caller holds it. */
void sleeplock_release(struct sleeplock *lock);
