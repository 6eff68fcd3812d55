/* Sleep-locks, built on a spinlock and sleep. */
#include "sched/sleeplock.h"

#include <stddef.h>

#include "core/panic.h"
#include "sched/sleep.h"

void
sleeplock_init(struct sleeplock *lock, const char *name)
{
    *lock = (struct sleeplock){ .guard = SPINLOCK(name, RANK_SLEEPLOCK) };
}

void
sleeplock_acquire(struct sleeplock *lock)
{
    acquire(&lock->guard);
    while (lock->locked)
        sleep(lock, &lock->guard);
    lock->locked = true;
    lock->holder = proc;
    release(&lock->guard);
}

void
sleeplock_release(struct sleeplock *lock)
{
    acquire(&lock->guard);
    assert(lock->locked && lock->holder == proc);
    lock->locked = false;
    lock->holder = NULL;
    wakeup(lock);
    release(&lock->guard);
}
