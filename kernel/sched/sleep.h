/*
 * Waiting for an event, or for time to pass; and kill, which ends some waits.
 *
 * A channel is any address; it names what is waited for.
 *
 * The waiter tests its condition under a lock and sleeps on a channel; whoever
 * makes the condition true holds the same lock and wakes the channel.  As sleep
 * gives up the lock only when the process is queued, no wakeup is lost.
 */
#pragma once

#include "sched/proc.h"

/*
 * Sleeps on channel, giving up lock meanwhile; holds it again on return.  Kill
 * does not end this sleep, so it is for waits that end soon by themselves
 * (disk, locks).  Test the condition again afterwards.
 */
void sleep(const void *channel, struct spinlock *lock);

/*
 * The same, but for waits that may last (input, pipes, children, time).
 * Returns false at once, or as soon as it happens, if the process has been
 * killed: the caller should then undo what it began and return -1.
 */
bool sleep_killable(const void *channel, struct spinlock *lock);

/* Makes all that sleep on channel runnable.  May be called anywhere. */
void wakeup(const void *channel);

/* The same, for a caller that holds ptable.lock. */
void wakeup_locked(const void *channel);

/* In the place of a pid: all but init and those that init itself forked. */
enum { FOREGROUND = 0 };

/*
 * Kills the process pid, but never init: it exits when it next returns to user
 * mode, and a killable sleep ends at once.  Returns 0, or -1 if there is none.
 * May be called by an interrupt handler.
 */
int kill(int pid);

/*
 * [ptable] Ticks, HZ a second, since the start; wraps after 497 days.  trap
 * counts them on the first CPU, and wakes who sleeps on &ticks.
 */
extern uint32_t ticks;
