/*
 * Waiting for an event.  A channel is any address; it names what is waited for.
 *
 * The waiter tests its condition under a lock and sleeps on a channel; whoever
 * makes the condition true holds the same lock and wakes the channel.  As sleep
 * gives up the lock only when the process is queued, no wakeup is lost.
 */
#pragma once

#include <stdbool.h>

#include "core/spinlock.h"

/*
 * Sleeps on channel, giving up lock meanwhile; holds it again on return.  Kill
 * does not end this sleep, so it is for waits that end soon by themselves (disk,
 * locks).  Test the condition again afterwards.
 */
void sleep(const void *channel, struct spinlock *lock);

/*
 * The same, but for waits that may last (input, pipes, children, time).  Returns
 * false at once, or as soon as it happens, if the process has been killed: the
 * caller should then undo what it began and return -1.
 */
bool sleep_killable(const void *channel, struct spinlock *lock);

/* Makes all processes that sleep on channel runnable.  May be called anywhere. */
void wakeup(const void *channel);

/* The same, for a caller that holds ptable.lock. */
void wakeup_locked(const void *channel);
