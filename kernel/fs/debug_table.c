/*
 * Watching the block cache, and the table of inodes, which is built alike.
 * The tests on the host compile all of this folder, without DEBUG.
 */
#ifdef DEBUG
#include "core/debug.h"

#include "core/panic.h"
#include "fs/table.h"

enum { EVERY = 256 };           // calls of which one looks

/* Caller holds table->lock. */
void
debug_check_table(const struct table *table)
{
    static unsigned calls;
    unsigned numbered = 0, chained = 0;
    const char *at = table->entries;

    if (calls++ % EVERY != 0)
        return;
    for (unsigned i = 0; i < table->nentries; i++, at += table->size)
        numbered += ((const struct entry *)at)->key != 0;
    for (unsigned i = 0; i < NCHAINS; i++) {
        const struct entry *entry = table->chains[i];
        for (; entry != NULL; entry = entry->chain) {
            if (entry->key % NCHAINS != i || chained++ > numbered)
                panic("%s: number %u is in chain %u", table->lock.name,
                      (unsigned)entry->key, i);
            for (const struct entry *e = entry->chain; e != NULL; e = e->chain)
                if (e->key == entry->key)
                    panic("%s: number %u is there twice", table->lock.name,
                          (unsigned)entry->key);
        }
    }
    if (chained != numbered)
        panic("%s: %u entries have a number, %u are found by it",
              table->lock.name, numbered, chained);
}
#endif
