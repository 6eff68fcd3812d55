/*
 * A table of things that are on the disk and also in memory, found by number:
 * the model of both the block cache and the inodes.
 *
 * An entry that is referenced keeps its number.  One that is not stays, in the
 * hope that it is wanted again, until another number needs its place.
 *
 * Locking: the caller of every function holds table->lock.
 */
#pragma once

#include <stddef.h>

#include "core/spinlock.h"

/* The first field of what is in a table. */
struct entry {
    uint32_t key;               // [table] its number, 0 if it has none yet
    unsigned refs;              // [table] users now, who count themselves out
    bool recent;                // [table] used since the hand last came by
    bool valid;                 // the rest of it holds what is on the disk;
                                // false when it gets a number, then its users'
    struct entry *chain;        // [table] next one with the same hash
};

enum { NCHAINS = 1024 };

struct table {
    struct spinlock lock;
    void *entries;              // [const] an array
    size_t size;                // [const] of each
    unsigned nentries;          // [const]
    unsigned hand;              // index of the next one to be given away
    struct entry *chains[NCHAINS];
};

/* Returns the entry of number key, without a new reference, or NULL. */
struct entry *table_find(struct table *table, uint32_t key);

/*
 * Returns the entry of number key, not 0, with a new reference.  If there is
 * none, an unused entry becomes it.  NULL if all are in use.
 */
void *table_get(struct table *table, uint32_t key);
