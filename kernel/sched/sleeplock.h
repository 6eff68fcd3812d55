/* Locks held for long, over disk transfers: the waiters sleep. */
#pragma once

/* Who comes first is served first.  Nobody has one that is all zeros. */
struct sleeplock {
    unsigned next_ticket;       // [ptable] for whoever comes next
    unsigned serving;           // [ptable] the ticket whose turn it is
    struct proc *holder;        // [ptable] who has it; NULL at boot, too
};

/* Waits for the lock and takes it.  May sleep. */
void sleeplock_acquire(struct sleeplock *lock);

/* Gives the lock back.  The caller holds it. */
void sleeplock_release(struct sleeplock *lock);
