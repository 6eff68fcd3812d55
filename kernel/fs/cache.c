/*
 * The block cache.
 *
 * The log holds a reference to each buffer whose contents are not home yet, so
 * these are never given to another block.  At most LOG_SLOTS * LOG_MAX are
 * held so; the others come free after a moment, so whoever finds none waits.
 *
 * Locking: table.lock guards which block each buffer holds.  Only who has
 * `filling` reads from the disk, and so makes a buffer valid that nobody has
 * locked.
 */
#include "fs/cache.h"

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "core/debug.h"
#include "core/panic.h"
#include "mem/kalloc.h"
#include "sched/sleep.h"
#include "sched/sleeplock.h"
#include "dev/disk.h"
#include "fs/super.h"

static struct buf bufs[NBUF_MAX];
static struct table table = {
    .lock = SPINLOCK("block cache", RANK_BCACHE),
    .entries = bufs,
    .size = sizeof(bufs[0]),
};
static struct sleeplock filling;
static const char zeros[BSIZE];
static struct buf hole = { .data = (void *)zeros };
static bool starved;            // [table] somebody waits for an unused buffer

int
cache_init(void)
{
    size_t n = V2P(ram_top) / BSIZE / 8;

    table.nentries = n < NBUF_MIN ? NBUF_MIN : n > NBUF_MAX ? NBUF_MAX : n;
    for (size_t i = 0; i < table.nentries; i++) {
        bufs[i].data = kalloc();
        if (bufs[i].data == NULL)
            return -1;
    }
    return 0;
}

/* Returns a buffer for the block, valid or not.  Inlined, as all pass by. */
static inline struct buf *
get(uint32_t block)
{
    assert(block > 0 && block < super.nblocks);
    acquire(&table.lock);
    struct buf *buf = table_get(&table, block);
    for (; buf == NULL; buf = table_get(&table, block)) {
        starved = true;
        sleep(&starved, &table.lock);
    }
    release(&table.lock);
    return buf;
}

/* Reads the block of a buffer and those that follow.  Caller has `filling`. */
static void
fill(struct buf *first)
{
    struct buf *filled[READ_AHEAD] = { first };
    void *pages[READ_AHEAD] = { first->data };
    uint32_t block = first->entry.key, sector = block_sector(block);
    unsigned n = 1;

    acquire(&table.lock);
    while (n < READ_AHEAD && block + n < super.nblocks &&
           table_find(&table, block + n) == NULL) {
        filled[n] = table_get(&table, block + n);
        if (filled[n] == NULL)
            break;
        pages[n] = filled[n]->data;
        n++;
    }
    release(&table.lock);
    bool ok = disk_read(sector, pages, n) == 0;
    for (unsigned i = 0; i < n; i++)
        filled[i]->entry.valid = ok;
    // An error may have been one of the following blocks' alone.
    if (!ok && n > 1)
        first->entry.valid = disk_read(sector, pages, 1) == 0;
    for (unsigned i = 1; i < n; i++)
        cache_put(filled[i]);
}

struct buf *
cache_read(uint32_t block)
{
    if (debug_fails(FAIL_DISK_READ))
        return NULL;
    struct buf *buf = block != 0 ? get(block) : &hole;
    if (buf == &hole || buf->entry.valid)
        return buf;
    sleeplock_acquire(&filling);
    if (!buf->entry.valid)
        fill(buf);
    sleeplock_release(&filling);
    if (buf->entry.valid)
        return buf;
    cache_put(buf);
    return NULL;
}

struct buf *
cache_overwrite(uint32_t block)
{
    struct buf *buf = get(block);

    // Somebody may be reading it, together with a block before.
    if (!buf->entry.valid) {
        sleeplock_acquire(&filling);
        sleeplock_release(&filling);
    }
    return buf;
}

void
cache_put(struct buf *buf)
{
    if (buf == &hole)
        return;
    acquire(&table.lock);
    assert(buf->entry.refs > 0);
    buf->entry.refs--;
    if (starved && buf->entry.refs == 0) {
        starved = false;
        wakeup(&starved);
    }
    release(&table.lock);
}
