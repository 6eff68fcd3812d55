/* Sleep-locks, built on a spinlock and sleep. */
#include "sched/sleeplock.h"

#include <stddef.h>

#include "core/panic.h"
#include "sched/proc.h"
#include "sched/sleep.h"

void
sleeplock_init(struct sleeplock *lock, const char *name)
{
    lock->guard = SPINLOCK(name, RANK_SLEEPLOCK);
    lock->name = name;
    lock->locked = false;
    lock->pid = 0;
}

/* While the kernel boots there is no process: then the holder has pid 0. */
static int
my_pid(void)
{
    return proc != NULL ? proc->pid : 0;
}

void
sleeplock_acquire(struct sleeplock *lock)
{
    acquire(&lock->guard);
    while (lock->locked)
        sleep(lock, &lock->guard);
    lock->locked = true;
    lock->pid = my_pid();
    release(&lock->guard);
}

void
sleeplock_release(struct sleeplock *lock)
{
    acquire(&lock->guard);
    assert(lock->locked && lock->pid == my_pid());
    lock->locked = false;
    lock->pid = 0;
    wakeup(lock);
    release(&lock->guard);
}

bool
sleeplock_holding(struct sleeplock *lock)
{
    // No lock is needed: only the holder itself makes this true or false.
    return lock->locked && lock->pid == my_pid();
}
