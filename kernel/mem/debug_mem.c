/*
 * Catching writes to freed pages.  A page is poisoned when it is freed and
 * checked when it is handed out again.  The pages that kinit freed were never
 * poisoned: their second word tells.
 */
#include "core/debug.h"

#include <stdint.h>

#include "lib/string.h"
#include "x86/mmu.h"
#include "core/panic.h"

enum {
    FREED = 0x5a,               // pattern of a free page, after its first word
    JUNK = 0xa5,                // pattern of a page just handed out
};

void
debug_poison_page(void *page)
{
    memset(page, FREED, PGSIZE);
}

void
debug_check_page(void *page)
{
    const uint32_t *words = page;

    if (words[1] == FREED * 0x01010101u)
        for (unsigned i = 1; i < PGSIZE / sizeof(words[0]); i++)
            if (words[i] != FREED * 0x01010101u)
                panic("page %p was written after it was freed, at offset %#x",
                      page, (unsigned)(i * sizeof(words[0])));
    memset(page, JUNK, PGSIZE);
}
