/*
 * Sleep and wakeup.
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

static struct proc **
bucket_of(const void *channel)
{
    uintptr_t address = (uintptr_t)channel;

    // Channels are fields of table entries: neither the lowest bits nor one
    // fixed stride may put them all in one bucket.
    return &buckets[(address >> 2 ^ address >> 10) % NBUCKETS];
}

/*
 * Gives up lock and sleeps; the common part of both kinds of sleep.  As soon as
 * we hold ptable.lock we cannot miss a wakeup, since wakeup needs it too: then
 * lock may go.  lock may be ptable.lock itself.
 */
static bool
sleep_on(const void *channel, struct spinlock *lock, bool killable)
{
    assert(proc != NULL && holding(lock));
    if (lock != &ptable.lock) {
        acquire(&ptable.lock);
        release(lock);
    }
    // kill takes ptable.lock to set the mark, so it comes either before this
    // test or after the process is asleep, where kill finds it.
    if (!killable || !proc->killed) {
        struct proc **p = bucket_of(channel);
        while (*p != NULL)
            p = &(*p)->next;
        *p = proc;
        proc->next = NULL;
        proc->chan = channel;
        proc->killable = killable;
        proc->state = SLEEPING;
        sched();
    }
    bool killed = killable && proc->killed;
    if (lock != &ptable.lock) {
        release(&ptable.lock);
        acquire(lock);
    }
    return !killed;
}

void
sleep(const void *channel, struct spinlock *lock)
{
    sleep_on(channel, lock, false);
}

bool
sleep_killable(const void *channel, struct spinlock *lock)
{
    return sleep_on(channel, lock, true);
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

void
kill_proc(struct proc *victim)
{
    assert(holding(&ptable.lock));
    victim->killed = true;
    if (victim->state != SLEEPING || !victim->killable)
        return;
    struct proc **p = bucket_of(victim->chan);
    while (*p != victim)
        p = &(*p)->next;
    *p = victim->next;
    set_runnable(victim);
}

void
kill_foreground(void)
{
    acquire(&ptable.lock);
    for (struct proc *p = ptable.proc; p < &ptable.proc[NPROC]; p++)
        if (p->state != UNUSED && p->state != EMBRYO && p != initproc &&
            !p->by_init)
            kill_proc(p);
    release(&ptable.lock);
}
