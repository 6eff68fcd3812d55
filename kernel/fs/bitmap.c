/* One bit a block; see fs.h. */
#include "fs/bitmap.h"

#include <stdbool.h>
#include <stddef.h>

#include "fs/cache.h"
#include "fs/log.h"
#include "fs/super.h"

enum { WORD_BITS = 32, WORDS = BSIZE / 4 };

/*
 * Where to look first if the caller has no wish.  Mostly no block below is
 * free; where that is wrong, it costs only a second search.
 */
static uint32_t first_free;

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
    return cache_read(super.bitmap_start + block / BITS_PER_BLOCK, 1);
}

/* The first free block of [from, end), in one bitmap block; `end` if none. */
static uint32_t
find_free(struct buf *buf, uint32_t from, uint32_t end)
{
    for (uint32_t block = from; block < end; block++) {
        uint32_t word = *word_of(buf, block);
        if (word == UINT32_MAX)
            block |= WORD_BITS - 1;         // on to the next word
        else if ((word & bit_of(block)) == 0)
            return block;
    }
    return end;
}

/* Takes the first free block of [from, to); 0 if there is none. */
static uint32_t
take(uint32_t from, uint32_t to)
{
    while (from < to) {
        struct buf *buf = read_bitmap(from);
        if (buf == NULL)
            return 0;
        uint32_t end = (from / BITS_PER_BLOCK + 1) * BITS_PER_BLOCK;
        if (end > to)
            end = to;
        from = find_free(buf, from, end);
        if (from < end) {
            log_modify(buf);
            *word_of(buf, from) |= bit_of(from);
        }
        cache_put(buf);
        if (from < end)
            return from;
    }
    return 0;
}

uint32_t
bitmap_alloc(uint32_t near)
{
    bool wish = is_data_block(near);

    if (!is_data_block(first_free))
        first_free = super.data_start;
    if (!wish)
        near = first_free;
    uint32_t block = take(near, super.nblocks);
    if (block == 0)
        block = take(super.data_start, near);
    if (!wish && block != 0)
        first_free = block + 1;
    return block;
}

int
bitmap_free(uint32_t block)
{
    if (!is_data_block(block))
        return -1;
    struct buf *buf = read_bitmap(block);
    if (buf == NULL)
        return -1;
    bool used = (*word_of(buf, block) & bit_of(block)) != 0;
    if (used) {
        log_modify(buf);
        *word_of(buf, block) &= ~bit_of(block);
        if (block < first_free)
            first_free = block;
    }
    cache_put(buf);
    return used ? 0 : -1;
}
