/*
 * The block cache.
 *
 * The log holds a reference to each buffer whose contents are not home yet, so
 * these are never given to another block.  At most LOG_SLOTS * LOG_MAX are
 * held so; the others come free after a moment, so whoever finds none waits.
 *
 * Locking: table.lock guards which block each buffer holds, and its flags.
 */
#include "fs/cache.h"

#include <stddef.h>

#include "lib/limits.h"
#include "core/panic.h"
#include "mem/kalloc.h"
#include "sched/sleep.h"
#include "dev/disk.h"
#include "fs/super.h"

static struct table table;
static struct buf bufs[NBUF_MAX];
static bool starved;            // [table] somebody waits for an unused buffer

int
cache_init(void)
{
    size_t nbuf = kalloc_free_pages() / 8;

    if (nbuf < NBUF_MIN)
        nbuf = NBUF_MIN;
    if (nbuf > NBUF_MAX)
        nbuf = NBUF_MAX;
    table_init(&table, "block cache", RANK_BCACHE);
    for (size_t i = 0; i < nbuf; i++) {
        bufs[i].data = kalloc();
        if (bufs[i].data == NULL)
            return -1;
        table_add(&table, &bufs[i].entry);
    }
    return 0;
}

/* Returns a buffer for the block, NULL if none is unused.  Holds the lock. */
static struct buf *
try_claim(uint32_t block)
{
    bool is_new;
    struct buf *buf = (struct buf *)table_get(&table, block, &is_new);

    if (buf != NULL && is_new) {
        buf->valid = false;
        buf->changed = 0;
    }
    return buf;
}

/* Returns a buffer for the block that no disk command is filling. */
static struct buf *
claim(uint32_t block)
{
    struct buf *buf = try_claim(block);

    assert(block > 0 && block < super.nblocks);
    while (buf == NULL) {
        starved = true;
        sleep(&starved, &table.lock);
        buf = try_claim(block);
    }
    while (buf->reading)
        sleep(buf, &table.lock);
    return buf;
}

/* Gives a reference back.  Caller holds the lock. */
static void
put(struct buf *buf)
{
    table_put(&table, &buf->entry);
    if (starved && buf->entry.refs == 0) {
        starved = false;
        wakeup(&starved);
    }
}

/*
 * Reads the block of a claimed buffer and up to nblocks - 1 following ones.
 * The lock is held on entry and on return, but not meanwhile.
 */
static void
fill(struct buf *first, unsigned nblocks)
{
    struct buf *filled[READ_AHEAD];
    void *pages[READ_AHEAD];
    unsigned n = 0;

    for (struct buf *buf = first; buf != NULL;) {
        uint32_t next = buf->entry.key + 1;
        buf->reading = true;
        filled[n] = buf;
        pages[n] = buf->data;
        n++;
        buf = NULL;
        if (n < nblocks && next < super.nblocks &&
            table_find(&table, next) == NULL)
            buf = try_claim(next);
    }
    release(&table.lock);
    bool ok = disk_read(block_sector(first->entry.key), pages, n) == 0;
    acquire(&table.lock);
    for (unsigned i = 0; i < n; i++) {
        filled[i]->reading = false;
        filled[i]->valid = ok;
        wakeup(filled[i]);
        if (i > 0)
            put(filled[i]);
    }
}

struct buf *
cache_find(uint32_t block)
{
    struct buf *buf = NULL;

    acquire(&table.lock);
    struct buf *found = (struct buf *)table_find(&table, block);
    if (found != NULL && found->valid)
        buf = try_claim(block);
    release(&table.lock);
    return buf;
}

struct buf *
cache_read(uint32_t block, unsigned nblocks)
{
    assert(nblocks > 0 && nblocks <= READ_AHEAD);
    acquire(&table.lock);
    struct buf *buf = claim(block);
    if (!buf->valid)
        fill(buf, nblocks);
    // An error may have been one of the following blocks' alone.
    if (!buf->valid && nblocks > 1)
        fill(buf, 1);
    if (!buf->valid) {
        put(buf);
        buf = NULL;
    }
    release(&table.lock);
    return buf;
}

struct buf *
cache_overwrite(uint32_t block)
{
    acquire(&table.lock);
    struct buf *buf = claim(block);
    release(&table.lock);
    return buf;
}

void
cache_dup(struct buf *buf)
{
    acquire(&table.lock);
    assert(buf->entry.refs > 0);
    buf->entry.refs++;
    release(&table.lock);
}

void
cache_put(struct buf *buf)
{
    acquire(&table.lock);
    put(buf);
    release(&table.lock);
}
