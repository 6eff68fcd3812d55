/* Hash chains to find an entry, and a ring of unused ones to find a place. */
#include "fs/table.h"

#include <stddef.h>

#include "core/panic.h"

void
table_init(struct table *table, const char *name, enum lock_rank rank)
{
    table->lock = SPINLOCK(name, rank);
    table->unused.prev = &table->unused;
    table->unused.next = &table->unused;
}

/* Makes the entry the last in the ring of the unused. */
static void
ring_insert(struct table *table, struct entry *entry)
{
    entry->next = &table->unused;
    entry->prev = table->unused.prev;
    entry->prev->next = entry;
    entry->next->prev = entry;
}

static void
ring_remove(struct entry *entry)
{
    entry->prev->next = entry->next;
    entry->next->prev = entry->prev;
}

void
table_add(struct table *table, struct entry *entry)
{
    ring_insert(table, entry);
}

struct entry *
table_find(struct table *table, uint32_t key)
{
    struct entry *entry = table->chains[key % NCHAINS];

    while (entry != NULL && entry->key != key)
        entry = entry->chain;
    return entry;
}

/* Gives the entry a new number. */
static void
renumber(struct table *table, struct entry *entry, uint32_t key)
{
    if (entry->key != 0) {
        struct entry **link = &table->chains[entry->key % NCHAINS];
        while (*link != entry)
            link = &(*link)->chain;
        *link = entry->chain;
    }
    entry->key = key;
    entry->chain = table->chains[key % NCHAINS];
    table->chains[key % NCHAINS] = entry;
}

struct entry *
table_get(struct table *table, uint32_t key, bool *is_new)
{
    struct entry *entry = table_find(table, key);

    assert(key != 0);
    *is_new = entry == NULL;
    if (entry == NULL) {
        entry = table->unused.next;
        if (entry == &table->unused)
            return NULL;
        renumber(table, entry, key);
    }
    if (entry->refs == 0)
        ring_remove(entry);
    entry->refs++;
    return entry;
}

void
table_put(struct table *table, struct entry *entry)
{
    assert(entry->refs > 0);
    entry->refs--;
    if (entry->refs == 0)
        ring_insert(table, entry);
}
