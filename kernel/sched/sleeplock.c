/* Sleep-locks, built on sleep. */
#include "sched/sleeplock.h"

#include <stddef.h>

#include "core/panic.h"
#include "sched/sleep.h"

void
sleeplock_acquire(struct sleeplock *lock)
{
    acquire(&ptable.lock);
    assert(proc == NULL || lock->holder != proc);
    unsigned ticket = lock->next_ticket++;
    while (lock->serving != ticket)
        sleep(lock, &ptable.lock);
    lock->holder = proc;
    release(&ptable.lock);
}

void
sleeplock_release(struct sleeplock *lock)
{
    acquire(&ptable.lock);
    assert(lock->serving != lock->next_ticket && lock->holder == proc);
    lock->holder = NULL;
    if (++lock->serving != lock->next_ticket)
        wakeup_locked(lock);
    release(&ptable.lock);
}
