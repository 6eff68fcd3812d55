/* Sleep-locks, built on a spinlock and sleep. */
#include "sched/sleeplock.h"

#include <stddef.h>

#include "core/panic.h"
#include "sched/sleep.h"

void
sleeplock_acquire(struct sleeplock *lock)
{
    acquire(&lock->guard);
    unsigned ticket = lock->next_ticket++;
    while (lock->serving != ticket)
        sleep(lock, &lock->guard);
    lock->holder = proc;
    release(&lock->guard);
}

void
sleeplock_release(struct sleeplock *lock)
{
    acquire(&lock->guard);
    assert(lock->serving != lock->next_ticket && lock->holder == proc);
    lock->holder = NULL;
    lock->serving++;
    wakeup(lock);
    release(&lock->guard);
}
