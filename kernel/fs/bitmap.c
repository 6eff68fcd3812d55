/* One bit a block; see fs.h. */
#include "fs/bitmap.h"

#include <stddef.h>

#include "fs/cache.h"
#include "fs/log.h"
#include "fs/super.h"

enum { WORD_BITS = 32, WORDS = BSIZE / 4 };

/* Where to look next: what is written in one go lies together. */
static uint32_t cursor;

/* Returns the word with the block's bit, in the bitmap block that holds it. */
static uint32_t *
word_of(struct buf *buf, uint32_t block)
{
    return (uint32_t *)buf->data + block / WORD_BITS % WORDS;
}

static uint32_t
bit_of(uint32_t block)
{
    return 1u << block % WORD_BITS;
}

static struct buf *
read_bitmap(uint32_t block)
{
    return cache_read(super.bitmap_start + block / BITS_PER_BLOCK);
}

/* Moves the cursor to a free block, or to the end of its bitmap block. */
static bool
find_free(struct buf *buf)
{
    uint32_t end = (cursor / BITS_PER_BLOCK + 1) * BITS_PER_BLOCK;

    if (end > super.nblocks)
        end = super.nblocks;
    for (; cursor < end; cursor++) {
        uint32_t word = *word_of(buf, cursor);
        if ((word & bit_of(cursor)) == 0)
            return true;
        if (word == UINT32_MAX)
            cursor |= WORD_BITS - 1;        // on to the next word
    }
    return false;
}

uint32_t
bitmap_alloc(void)
{
    uint32_t block = 0;

    // The bitmap block in which this begins comes up twice, first its end.
    for (unsigned i = 0; i <= nbitmap && block == 0; i++) {
        if (!is_data_block(cursor))
            cursor = super.data_start;
        struct buf *buf = read_bitmap(cursor);
        if (buf == NULL)
            return 0;
        if (find_free(buf)) {
            block = cursor++;
            log_modify(buf);
            *word_of(buf, block) |= bit_of(block);
        }
        cache_put(buf);
    }
    return block;
}

int
bitmap_free(uint32_t block)
{
    struct buf *buf = is_data_block(block) ? read_bitmap(block) : NULL;

    if (buf == NULL)
        return -1;
    bool used = (*word_of(buf, block) & bit_of(block)) != 0;
    if (used) {
        log_modify(buf);
        *word_of(buf, block) &= ~bit_of(block);
    }
    cache_put(buf);
    return used ? 0 : -1;
}
