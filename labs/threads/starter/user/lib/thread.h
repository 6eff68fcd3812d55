/* Threads and locks, for programs that use several CPUs at once. */
#pragma once

/*
 * A ticket lock: who comes first is served first.  One that is all zeros is
 * free.
 */
struct lock {
    unsigned next;              // the ticket for whoever comes next
    unsigned serving;           // the ticket whose turn it is
};

void lock_init(struct lock *lock);

/* Takes a ticket and waits for its turn.  The caller does not have the lock. */
void lock_acquire(struct lock *lock);

/* Lets the next one have it.  Called by whoever has it. */
void lock_release(struct lock *lock);

/*
 * Starts a thread that calls function(argument), and ends when that returns.
 * Returns the thread's pid, or -1 if there is no memory or no process for it.
 * Any thread may call it.
 */
int thread_create(void (*function)(void *), void *argument);

/*
 * Waits until one of the other threads has ended, which thread_create started.
 * Returns its pid and frees its stack; or -1 if there is none.
 */
int thread_join(void);
