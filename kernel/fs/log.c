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
 * Locking: log.lock guards who may work.  The fields [busy] belong to the call
 * in progress or, between calls, to the commit: to whoever has set log.busy.
 */
#include "fs/log.h"

#include <stddef.h>

#include "lib/string.h"
#include "core/panic.h"
#include "core/printf.h"
#include "core/spinlock.h"
#include "sched/sleep.h"
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
    struct spinlock lock;
    bool busy;                  // [lock] a call or a commit is in progress
    bool read_only;             // [lock] since a write failed
    unsigned waiting;           // [lock] processes in begin_op
    uint64_t number;            // [lock] last transaction that is committed
    unsigned nchanged;          // [busy] blocks in the next one
    uint64_t home;              // [busy] up to this one all is home, flushed
    uint64_t written;           // [busy] the same, but perhaps not flushed
    struct buf *pinned[MAX_PINNED];     // [busy] by block number
    unsigned npinned;           // [busy]
    struct undo undo[LOG_MAX];  // [busy] what the call in progress changed
    unsigned nundo;             // [busy]
    unsigned undos;             // [busy] how often undo_op was called
    struct log_header *header;  // [busy] a page
} log = { .lock = SPINLOCK("log", RANK_LOG) };

void
log_start(uint64_t number, void *const pages[])
{
    log.number = number;
    log.home = number;
    log.written = number;
    log.header = pages[0];
    for (unsigned i = 0; i < LOG_MAX; i++)
        log.undo[i].data = pages[1 + i];
}

/* The header's size without padding that a compiler may put behind it. */
enum { HEADER_SIZE = offsetof(struct log_header, blocks) + LOG_MAX * 4 };

uint32_t
slot_sector(uint64_t number)
{
    uint32_t slot = (uint32_t)number % LOG_SLOTS;

    return block_sector(super.log_start + slot * LOG_SLOT_BLOCKS);
}

/* Adds words to Fletcher's checksum: a sum, and a sum of that sum's values. */
static void
add_words(uint32_t checksum[2], const void *data, unsigned size)
{
    const uint32_t *words = data;
    uint32_t low = checksum[0], high = checksum[1];

    for (unsigned i = 0; i < size / 4; i++) {
        low += words[i];
        high += low;
    }
    checksum[0] = low;
    checksum[1] = high;
}

void
slot_checksum(const struct log_header *header, void *const contents[],
              uint32_t checksum[2])
{
    struct log_header copy = *header;

    memset(copy.checksum, 0, sizeof(copy.checksum));
    memset(checksum, 0, sizeof(copy.checksum));
    add_words(checksum, &copy, HEADER_SIZE);
    for (uint32_t i = 0; i < header->count; i++)
        add_words(checksum, contents[i], BSIZE);
}

/* Pins a buffer.  The list is in order: so home writes need few commands. */
static void
pin(struct buf *buf)
{
    unsigned i = log.npinned;

    assert(log.npinned < MAX_PINNED);
    for (; i > 0 && log.pinned[i - 1]->entry.key > buf->entry.key; i--)
        log.pinned[i] = log.pinned[i - 1];
    log.pinned[i] = buf;
    log.npinned++;
    cache_dup(buf);
}

/* Unpins the buffers that no transaction after `home` has changed. */
static void
unpin_home(void)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < log.npinned; i++) {
        struct buf *buf = log.pinned[i];
        if (buf->changed > log.home)
            log.pinned[kept++] = buf;
        else
            cache_put(buf);
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
        struct buf *buf = log.pinned[i];
        if (buf->changed != number)
            continue;
        header->blocks[header->count] = buf->entry.key;
        header->count++;
        pages[header->count] = buf->data;
    }
    assert(header->count == log.nchanged);
    slot_checksum(header, pages + 1, header->checksum);
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

/* Caller holds the lock. */
static void
become_read_only(void)
{
    log.read_only = true;
    printf("fs: the disk failed to write: "
           "no file can be changed until the next boot\n");
}

/*
 * Commits the next transaction.  Caller holds the lock, and does on return;
 * nobody is busy, and something was changed.
 */
static void
commit(void)
{
    log.busy = true;
    release(&log.lock);
    bool ok = write_slot() == 0;
    if (ok) {
        acquire(&log.lock);
        log.number++;
        release(&log.lock);
        wakeup(&log.number);
        log.nchanged = 0;
        log.home = log.written;
        unpin_home();
        if (log.number - log.home >= LOG_SLOTS - 1)
            ok = write_home() == 0;
    }
    acquire(&log.lock);
    if (!ok)
        become_read_only();
    log.busy = false;
    wakeup(&log.number);
    wakeup(&log.busy);
}

int
begin_op(unsigned nblocks)
{
    assert(nblocks <= LOG_MAX);
    acquire(&log.lock);
    log.waiting++;
    while (!log.read_only && (log.busy || log.nchanged + nblocks > LOG_MAX)) {
        if (log.busy)
            sleep(&log.busy, &log.lock);
        else
            commit();
    }
    log.waiting--;
    bool ok = !log.read_only;
    if (ok) {
        log.busy = true;
        log.nundo = 0;
    }
    release(&log.lock);
    return ok ? 0 : -1;
}

int
end_op(void)
{
    acquire(&log.lock);
    assert(log.busy);
    uint64_t mine = log.nchanged > 0 ? log.number + 1 : 0;
    log.busy = false;
    wakeup(&log.busy);
    // Who waits in begin_op joins this transaction; the last one commits it.
    while (log.number < mine && !log.read_only) {
        if (log.busy || log.waiting > 0)
            sleep(&log.number, &log.lock);
        else
            commit();
    }
    int result = log.number >= mine ? 0 : -1;
    release(&log.lock);
    return result;
}

void
log_modify(struct buf *buf)
{
    for (unsigned i = 0; i < log.nundo; i++) {
        if (log.undo[i].buf == buf)
            return;
    }
    assert(log.busy && log.nundo < LOG_MAX);
    struct undo *undo = &log.undo[log.nundo++];
    undo->buf = buf;
    undo->valid = buf->valid;
    undo->changed = buf->changed;
    if (buf->valid)
        memcpy(undo->data, buf->data, BSIZE);
    if (buf->changed <= log.home)
        pin(buf);
    if (buf->changed <= log.number)
        log.nchanged++;
    buf->changed = log.number + 1;
    buf->valid = true;
}

void
undo_op(void)
{
    for (unsigned i = 0; i < log.nundo; i++) {
        struct undo *undo = &log.undo[i];
        if (undo->valid)
            memcpy(undo->buf->data, undo->data, BSIZE);
        undo->buf->valid = undo->valid;
        undo->buf->changed = undo->changed;
        if (undo->changed <= log.number)
            log.nchanged--;
    }
    log.nundo = 0;
    log.undos++;
    unpin_home();
}

unsigned
log_undos(void)
{
    return log.undos;
}

int
log_checkpoint(void)
{
    // Asking for a whole transaction leaves nothing to be committed.
    if (begin_op(LOG_MAX) < 0)
        return -1;
    int result = write_home() < 0 ? -1 : disk_flush();
    if (result == 0) {
        log.home = log.number;
        unpin_home();
    } else {
        acquire(&log.lock);
        become_read_only();
        release(&log.lock);
    }
    end_op();
    return result;
}
