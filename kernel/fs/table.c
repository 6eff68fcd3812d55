/*
 * Hash chains find an entry.  A hand that goes around the table finds a place:
 * it takes the first unused entry that nobody wanted since it last came by.
 */
#include "fs/table.h"

#include "core/debug.h"
#include "core/panic.h"

struct entry *
table_find(struct table *table, uint32_t key)
{
    struct entry *entry = table->chains[key % NCHAINS];

    while (entry != NULL && entry->key != key)
        entry = entry->chain;
    return entry;
}

void *
table_get(struct table *table, uint32_t key)
{
    struct entry *entry = table_find(table, key);

    assert(key != 0);
    debug_check_table(table);
    // The first time around, the hand may find that all were wanted.
    for (unsigned n = 2 * table->nentries; entry == NULL && n > 0; n--) {
        void *at = (char *)table->entries + table->hand * table->size;
        struct entry *candidate = at;
        table->hand = (table->hand + 1) % table->nentries;
        if (candidate->refs == 0 && !candidate->recent)
            entry = candidate;
        candidate->recent = false;
    }
    if (entry == NULL)
        return NULL;
    if (entry->key != key) {
        // It leaves its old chain; if it has no number yet it is in none.
        struct entry **link = &table->chains[entry->key % NCHAINS];
        while (*link != NULL && *link != entry)
            link = &(*link)->chain;
        *link = entry->chain;
        entry->key = key;
        entry->valid = false;
        entry->chain = table->chains[key % NCHAINS];
        table->chains[key % NCHAINS] = entry;
    }
    entry->refs++;
    entry->recent = true;
    return entry;
}
