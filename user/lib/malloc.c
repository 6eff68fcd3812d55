/*
 * The heap.
 *
 * Memory from sbrk is cut into blocks that touch each other.  Every block
 * begins with a header, knows its length, and knows the block below it, so both
 * neighbours of a block are found at once, and freeing one joins it with those
 * that are free.  Two free blocks never touch.
 *
 *   region:   | free ........ | used .. | used ....... | free .. |end|
 *               header memory
 *
 * A region ends with a header that is never free and has no memory.  If sbrk
 * continues where the last region ended, that header becomes a block; else,
 * because the program called sbrk too, a new region begins.
 *
 * Free blocks are on one list, in no order; the first that is large enough is
 * taken.  A block is in use exactly if its `next` is NULL.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct block {
    size_t size;                // bytes to the next header, a multiple of ALIGN
    struct block *below;        // neighbour, NULL at the start of a region
    struct block *next, *prev;  // in the list of free blocks
};

enum {
    ALIGN = 16,
    HEADER = sizeof(struct block),
    GROW = 64 * 1024,           // ask sbrk for so much, if it has it
    REQUEST_MAX = 0x7fff0000,   // no process is larger
};

// On the 32-bit machine the memory behind a header is aligned if it is.
_Static_assert(sizeof(struct block) % ALIGN == 0, "header keeps alignment");

static struct block free_list = { .next = &free_list, .prev = &free_list };
static struct block *last;      // the header that ends the newest region

static struct block *
above(struct block *block)
{
    return (struct block *)((char *)block + block->size);
}

static bool
is_free(const struct block *block)
{
    return block->next != NULL;
}

static void
list_insert(struct block *block)
{
    block->next = free_list.next;
    block->prev = &free_list;
    block->next->prev = block;
    free_list.next = block;
}

static void
list_remove(struct block *block)
{
    block->prev->next = block->next;
    block->next->prev = block->prev;
    block->next = NULL;
    block->prev = NULL;
}

/* Puts a block on the list, joined with its neighbours if they are free. */
static void
release(struct block *block)
{
    struct block *upper = above(block);

    if (is_free(upper)) {
        list_remove(upper);
        block->size += upper->size;
    }
    if (block->below != NULL && is_free(block->below)) {
        block = block->below;
        list_remove(block);
        block->size += above(block)->size;
    }
    above(block)->below = block;
    list_insert(block);
}

/* Cuts a used block after `size` bytes if the rest can be a block itself. */
static void
split(struct block *block, size_t size)
{
    if (block->size < size + HEADER + ALIGN)
        return;

    size_t rest_size = block->size - size;
    block->size = size;
    struct block *rest = above(block);
    *rest = (struct block){ .size = rest_size, .below = block };
    release(rest);
}

/* Adds n bytes that sbrk gave at address start to the heap. */
static void
add_memory(char *start, size_t n)
{
    struct block *block;

    if (last != NULL && start == (char *)(last + 1)) {
        block = last;
        block->size = n;
    } else {
        size_t unaligned = (uintptr_t)start % ALIGN;
        size_t skip = unaligned > 0 ? ALIGN - unaligned : 0;
        block = (struct block *)(start + skip);
        *block = (struct block){ .size = (n - skip - HEADER) / ALIGN * ALIGN };
    }
    last = above(block);
    *last = (struct block){ .size = HEADER };
    release(block);
}

/* Makes a free block of at least `size` bytes.  Returns false if it cannot. */
static bool
grow(size_t size)
{
    size_t need = size + HEADER + ALIGN;        // with a new region's end
    size_t n = need > GROW ? need : GROW;
    void *start = sbrk((int)n);

    if (start == (void *)-1 && n > need) {
        n = need;
        start = sbrk((int)n);
    }
    if (start == (void *)-1)
        return false;
    add_memory(start, n);
    return true;
}

static struct block *
find(size_t size)
{
    for (struct block *b = free_list.next; b != &free_list; b = b->next)
        if (b->size >= size)
            return b;
    return NULL;
}

void *
malloc(size_t n)
{
    if (n > REQUEST_MAX)
        return NULL;

    size_t size = HEADER + (n + ALIGN - 1) / ALIGN * ALIGN;
    struct block *block = find(size);
    if (block == NULL && grow(size))
        block = find(size);
    if (block == NULL)
        return NULL;

    list_remove(block);
    split(block, size);
    return block + 1;
}

void
free(void *p)
{
    if (p != NULL)
        release((struct block *)p - 1);
}

void *
calloc(size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        return NULL;
    void *p = malloc(total);
    if (p != NULL)
        memset(p, 0, total);
    return p;
}

void *
realloc(void *p, size_t n)
{
    if (p == NULL)
        return malloc(n);

    struct block *block = (struct block *)p - 1;
    size_t room = block->size - HEADER;
    if (n <= room) {
        split(block, HEADER + (n + ALIGN - 1) / ALIGN * ALIGN);
        return p;
    }
    void *moved = malloc(n);
    if (moved == NULL)
        return NULL;
    memcpy(moved, p, room);
    free(p);
    return moved;
}
