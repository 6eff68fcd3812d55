/*
 * A table of things that are on the disk and also in memory, found by number:
 * the model of both the block cache and the inodes.
 *
 * An entry that is referenced keeps its number.  One that is not stays, in the
 * hope that it is wanted again, until another number needs its place; the one
 * that was unused for longest goes first.
 *
 * Locking: the caller of every function but table_init holds table->lock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/spinlock.h"

/* The first field of what is in a table. */
struct entry {
    uint32_t key;               // [table] its number, 0 if it has none yet
    unsigned refs;              // [table] users now
    struct entry *chain;        // [table] next one with the same hash
    struct entry *prev, *next;  // [table] neighbours in the ring of the unused
};

enum { NCHAINS = 1024 };

struct table {
    struct spinlock lock;
    struct entry unused;        // head of the ring; .next is unused for longest
    struct entry *chains[NCHAINS];
};

void table_init(struct table *table, const char *name, enum lock_rank rank);

/* Adds an entry, cleared by the caller, that can be given to any number. */
void table_add(struct table *table, struct entry *entry);

/* Returns the entry of number key, without a new reference, or NULL. */
struct entry *table_find(struct table *table, uint32_t key);

/*
 * Returns the entry of number key, not 0, with a new reference.  If there is
 * none, an unused entry becomes it, and *is_new is set.  NULL if all are in
 * use.
 */
struct entry *table_get(struct table *table, uint32_t key, bool *is_new);

/* Gives a reference back. */
void table_put(struct table *table, struct entry *entry);
