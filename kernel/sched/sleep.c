/*
 * Sleep, wakeup and kill.
 *
 * Sleeping processes wait in a hash table by channel, so that a wakeup looks
 * only at the few in one bucket, however many processes there are.  Within a
 * bucket they are in the order in which they went to sleep.
 *
 * Locking: ptable.lock guards the table.
 */
#include "sched/sleep.h"

#include "core/panic.h"
#include "sched/sched.h"

enum { NBUCKETS = 256 };

static struct proc *buckets[NBUCKETS];      // [ptable] linked by next

uint32_t ticks;                 // also the channel of those who wait for time

static struct proc **
bucket_of(const void *channel)
{
    uintptr_t address = (uintptr_t)channel;

    // Channels are fields of table entries: neither the lowest bits nor one
    // fixed stride may put them all in one bucket.
    return &buckets[(address >> 2 ^ address >> 10) % NBUCKETS];
}

void
sleep(const void *channel, struct spinlock *lock)
{
    assert(proc != NULL && holding(lock));
    // As soon as we hold ptable.lock we cannot miss a wakeup, since wakeup
    // needs it too: then lock may go.
    if (lock != &ptable.lock) {
        acquire(&ptable.lock);
        release(lock);
    }
    // kill takes ptable.lock to set the mark, so it comes either before this
    // test or after the process is asleep, where kill finds it.
    if (!(proc->killable && proc->killed)) {
        struct proc **p = bucket_of(channel);
        while (*p != NULL)
            p = &(*p)->next;
        *p = proc;
        proc->next = NULL;
        proc->chan = channel;
        proc->state = SLEEPING;
        sched();
    }
    if (lock != &ptable.lock) {
        release(&ptable.lock);
        acquire(lock);
    }
}

bool
sleep_killable(const void *channel, struct spinlock *lock)
{
    proc->killable = true;
    sleep(channel, lock);
    proc->killable = false;
    return !proc->killed;
}

void
wakeup_locked(const void *channel)
{
    struct proc **p = bucket_of(channel);

    assert(holding(&ptable.lock));
    while (*p != NULL) {
        struct proc *sleeper = *p;
        if (sleeper->chan == channel) {
            *p = sleeper->next;
            set_runnable(sleeper);
        } else {
            p = &sleeper->next;
        }
    }
}

void
wakeup(const void *channel)
{
    acquire(&ptable.lock);
    wakeup_locked(channel);
    release(&ptable.lock);
}

int
kill(int pid)
{
    int result = -1;

    acquire(&ptable.lock);
    for (struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++) {
        bool meant = pid == FOREGROUND ? !p->by_init : p->pid == pid;
        if (!meant || p == initproc || p->state == UNUSED ||
            p->state == EMBRYO)
            continue;
        result = 0;
        p->killed = true;
        // All who wait for the same will look again whether it has happened.
        if (p->state == SLEEPING && p->killable)
            wakeup_locked(p->chan);
    }
    release(&ptable.lock);
    return result;
}
