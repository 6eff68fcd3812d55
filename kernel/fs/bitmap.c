/* One bit a block; see fs.h. */
#include "fs/bitmap.h"

#include <stdbool.h>
#include <stddef.h>

#include "fs/cache.h"
#include "fs/log.h"
#include "fs/super.h"

/*
 * Marks a data block as used or free.  Returns 1, 0 if it was marked so before,
 * or -1 on a disk error.
 */
static int
mark(uint32_t block, bool used)
{
    struct buf *buf = cache_read(super.bitmap_start + block / BITS_PER_BLOCK);

    if (buf == NULL)
        return -1;
    uint32_t *word = (uint32_t *)buf->data + block / 32 % (BSIZE / 4);
    uint32_t bit = 1u << block % 32;
    bool changes = ((*word & bit) != 0) != used;
    if (changes) {
        log_modify(buf);
        *word ^= bit;
    }
    cache_put(buf);
    return changes;
}

uint32_t
bitmap_alloc(void)
{
    static uint32_t next;       // what is written in one go lies together

    for (uint32_t i = 0; i < super.nblocks; i++) {
        uint32_t block = is_data_block(next) ? next : super.data_start;
        int marked = mark(block, true);
        next = block + 1;
        if (marked != 0)
            return marked > 0 ? block : 0;
    }
    return 0;
}

int
bitmap_free(uint32_t block)
{
    return is_data_block(block) && mark(block, false) == 1 ? 0 : -1;
}
