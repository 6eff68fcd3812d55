/*
 * The log at work.
 *
 * Transactions are numbered from 1 on, without end; number n lies in slot
 * n % LOG_SLOTS.  Everything up to number `home` is known to be home.
 *
 *      home + 1 ... number     committed, in the log; pinned in the cache
 *      number + 1              being made: changed in the cache only
 *
 * Each header names the `home` of its time.  Recovery takes the header with the
 * highest number, and replays what lies between the two.  For that to be right:
 *
 *  1. Nothing goes home before its commit has been flushed, and only while no
 *     call is in progress: then the cache holds just what was committed.
 *  2. A slot is written again only after what was in it is home and flushed:
 *     when number + 1 is written, home is at least number + 1 - LOG_SLOTS.
 *  3. Until it is home and flushed, a block stays pinned: every read finds it
 *     in the cache.
 *
 * Writing home needs no flush of its own.  When all other slots are in use, a
 * commit ends with writing every pinned block home.  The next transaction goes
 * to the last slot, with the old `home` still in its header, and the flush of
 * that commit covers the home writes too: only now `home` moves on.
 *
 * If the disk fails to write, the log can promise nothing any more: no call may
 * change anything until the next boot, no slot is reused, nothing is unpinned.
 *
 * Locking: all belongs to who has log.busy, which is the call in progress or
 * whoever commits.
 */
#include "fs/log.h"

#include "lib/string.h"
#include "core/panic.h"
#include "core/printf.h"
#include "sched/sleeplock.h"
#include "dev/disk.h"
#include "fs/super.h"

enum { MAX_PINNED = LOG_SLOTS * LOG_MAX };

/* What a buffer was before the call in progress changed it. */
struct undo {
    struct buf *buf;
    bool valid;
    uint64_t changed;
    void *data;                 // [const] a page for the contents
};

static struct {
    struct sleeplock busy;      // of all that follows; first come, first served
    bool read_only;             // since a write failed
    uint64_t number;            // last transaction that is committed
    unsigned nchanged;          // blocks in the next one
    uint64_t home;              // up to this one all is home, and flushed
    uint64_t written;           // the same, but perhaps not flushed
    struct buf *pinned[MAX_PINNED];     // by block number
    unsigned npinned;
    struct undo undo[LOG_MAX];  // what the call in progress changed
    unsigned nundo;
    struct log_header *header;  // a page
} log;

void
log_start(uint64_t number, void *const pages[])
{
    log.number = log.home = log.written = number;
    log.header = pages[0];
    for (unsigned i = 0; i < LOG_MAX; i++)
        log.undo[i].data = pages[1 + i];
}

uint32_t
slot_sector(uint64_t number)
{
    uint32_t slot = (uint32_t)number % LOG_SLOTS;

    return block_sector(super.log_start + slot * LOG_SLOT_BLOCKS);
}

void
slot_checksum(void *const pages[], unsigned n, uint32_t checksum[2])
{
    uint32_t sum = 0, sum_of_sums = 0;

    for (unsigned i = 0; i < n; i++) {
        const uint32_t *words = pages[i];
        for (unsigned j = 0; j < BSIZE / 4; j++) {
            sum += words[j];
            sum_of_sums += sum;
        }
    }
    checksum[0] = sum;
    checksum[1] = sum_of_sums;
}

/* Unpins the buffers that no transaction after `home` has changed. */
static void
unpin_home(void)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < log.npinned; i++) {
        if (log.pinned[i]->changed > log.home)
            log.pinned[kept++] = log.pinned[i];
        else
            cache_put(log.pinned[i]);
    }
    log.npinned = kept;
}

/* Writes the next transaction to its slot, and flushes. */
static int
write_slot(void)
{
    struct log_header *header = log.header;
    void *pages[LOG_SLOT_BLOCKS] = { header };
    uint64_t number = log.number + 1;

    assert(number - log.home <= LOG_SLOTS);
    memset(header, 0, BSIZE);
    header->magic = LOG_MAGIC;
    header->number = number;
    header->home = log.home;
    for (unsigned i = 0; i < log.npinned; i++) {
        if (log.pinned[i]->changed != number)
            continue;
        header->blocks[header->count++] = log.pinned[i]->entry.key;
        pages[header->count] = log.pinned[i]->data;
    }
    assert(header->count == log.nchanged);
    slot_checksum(pages, 1 + header->count, header->checksum);
    if (disk_write(slot_sector(number), pages, 1 + header->count) < 0)
        return -1;
    return disk_flush();
}

/* Writes every pinned block home; does not flush. */
static int
write_home(void)
{
    for (unsigned i = 0; i < log.npinned;) {
        void *pages[DISK_MAX_PAGES];
        uint32_t first = log.pinned[i]->entry.key;
        unsigned n = 0;
        while (n < DISK_MAX_PAGES && i < log.npinned &&
               log.pinned[i]->entry.key == first + n)
            pages[n++] = log.pinned[i++]->data;
        if (disk_write(block_sector(first), pages, n) < 0)
            return -1;
    }
    log.written = log.number;
    return 0;
}

/* Notes that the disk failed to write.  Returns -1. */
static int
become_read_only(void)
{
    if (!log.read_only)
        printf("fs: the disk failed to write: "
               "no file can be changed until the next boot\n");
    log.read_only = true;
    return -1;
}

/* Commits what the calls up to this one have changed.  Returns 0 or -1. */
static int
commit(void)
{
    if (log.nchanged == 0)
        return 0;
    if (log.read_only || write_slot() < 0)
        return become_read_only();
    log.number++;
    log.nchanged = 0;
    log.home = log.written;
    unpin_home();
    // It is durable even if this fails.
    if (log.number - log.home >= LOG_SLOTS - 1 && write_home() < 0)
        become_read_only();
    return 0;
}

int
begin_op(unsigned nblocks)
{
    assert(nblocks <= LOG_MAX);
    sleeplock_acquire(&log.busy);
    if (log.nchanged + nblocks > LOG_MAX)
        commit();
    log.nundo = 0;
    if (!log.read_only)
        return 0;
    sleeplock_release(&log.busy);
    return -1;
}

int
end_op(void)
{
    bool changed = log.nundo > 0;
    uint64_t mine = log.number + 1;

    sleeplock_release(&log.busy);
    if (!changed)
        return 0;
    // Those who wait for the lock come first, and join this transaction.  The
    // first one to have the lock again after its call commits it for all.
    sleeplock_acquire(&log.busy);
    int result = log.number >= mine ? 0 : commit();
    sleeplock_release(&log.busy);
    return result;
}

void
log_modify(struct buf *buf)
{
    for (unsigned i = 0; i < log.nundo; i++)
        if (log.undo[i].buf == buf)
            return;
    assert(log.nundo < LOG_MAX);
    struct undo *undo = &log.undo[log.nundo++];
    undo->buf = buf;
    undo->valid = buf->entry.valid;
    undo->changed = buf->changed;
    if (undo->valid)
        memcpy(undo->data, buf->data, BSIZE);
    if (buf->changed <= log.home) {
        // Pins it.  The list is in order: so home writes need few commands.
        unsigned i = log.npinned++;
        assert(i < MAX_PINNED);
        for (; i > 0 && log.pinned[i - 1]->entry.key > buf->entry.key; i--)
            log.pinned[i] = log.pinned[i - 1];
        log.pinned[i] = cache_overwrite(buf->entry.key);    // a new reference
    }
    if (buf->changed <= log.number)
        log.nchanged++;
    buf->changed = log.number + 1;
    buf->entry.valid = true;
}

void
undo_op(void)
{
    while (log.nundo > 0) {
        struct undo *undo = &log.undo[--log.nundo];
        if (undo->valid)
            memcpy(undo->buf->data, undo->data, BSIZE);
        undo->buf->entry.valid = undo->valid;
        undo->buf->changed = undo->changed;
        if (undo->changed <= log.number)
            log.nchanged--;
    }
    unpin_home();
}

int
log_checkpoint(void)
{
    sleeplock_acquire(&log.busy);
    bool ok = commit() == 0 && !log.read_only && write_home() == 0 &&
              disk_flush() == 0;
    int result = ok ? 0 : become_read_only();
    sleeplock_release(&log.busy);
    return result;
}
