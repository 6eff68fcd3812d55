/*
 * Spinlocks: for data that several CPUs touch, held for a short time.
 *
 * The holder runs with interrupts off, so an interrupt handler on the same CPU
 * never waits for a lock that the code it interrupted holds.  The holder must
 * not sleep.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * The lock order.  Whoever holds a lock may acquire only locks further down, so
 * no two CPUs can wait for each other.  A DEBUG build checks this at run time.
 * Sleep-locks come before all of these and have an order of their own:
 * log.busy, inodes, the cache's `filling`, the disk's turn.
 */
enum lock_rank {
    RANK_ITABLE,            // fs/inode.c: references to inodes
    RANK_BCACHE,            // fs/cache.c: which block each buffer holds
    RANK_FTABLE,            // file/file.c: references to open files
    RANK_PIPE,              // file/pipe.c: counters and flags of one pipe
    RANK_DISK,              // dev/disk.c: the request in flight
    RANK_CONSOLE,           // dev/console.c: the line being edited
    RANK_PTABLE,            // sched/sched.c: every process's state, the queues
    RANK_KMEM,              // mem/kalloc.c: the list of free pages
    RANK_PRINT,             // core/printf.c: whole messages
};

struct spinlock {
    bool locked;            // changed in one step for all CPUs
    enum lock_rank rank;    // [const]
    const char *name;       // [const] for messages
    struct cpu *cpu;        // the CPU that holds it, else NULL
    uintptr_t where;        // return address of the acquire that got it
};

/* A lock that nobody holds, for static initialisation and assignment. */
#define SPINLOCK(name_, rank_) \
    ((struct spinlock){ .rank = (rank_), .name = (name_) })

/* Waits for the lock and takes it.  Interrupts stay off until release. */
void acquire(struct spinlock *lock);

/* Gives the lock back.  The caller holds it. */
void release(struct spinlock *lock);

/* Does this CPU hold the lock?  With interrupts on the answer may not last. */
bool holding(struct spinlock *lock);

/*
 * pushcli turns interrupts off; as many popcli restore what was before.  They
 * nest: acquire and release are built on them.
 */
void pushcli(void);
void popcli(void);
