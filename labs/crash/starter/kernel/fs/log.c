/*
 * The log in memory: which blocks the call in progress has changed, and what
 * they were before.  What becomes of them on the disk is in journal.c.
 *
 * A changed buffer has one reference more until its transaction has been handed
 * to the journal: so it stays in the cache.
 *
 * Locking: all belongs to who has log.busy, which is the call in progress.
 */
#include "fs/log.h"

#include "lib/string.h"
#include "core/panic.h"
#include "sched/sleeplock.h"
#include "fs/journal.h"

/* What a buffer was before the call in progress changed it. */
struct undo {
    struct buf *buf;
    bool valid;
    uint64_t changed;
    void *data;                 // [const] a page for the contents
};

static struct {
    struct sleeplock busy;      // of all that follows; first come, first served
    uint64_t number;            // transactions that the journal has got
    struct buf *changed[LOG_MAX];       // in the next one
    unsigned nchanged;
    struct undo undo[LOG_MAX];  // what the call in progress changed
    unsigned nundo;
} log;

void
log_start(void *const pages[])
{
    for (unsigned i = 0; i < LOG_MAX; i++)
        log.undo[i].data = pages[i];
}

int
begin_op(unsigned nblocks)
{
    assert(nblocks <= LOG_MAX);
    sleeplock_acquire(&log.busy);
    assert(log.nchanged == 0);
    log.nundo = 0;
    return 0;
}

/* Hands what was changed to the journal. */
static int
commit(void)
{
    int result = journal_commit(log.changed, log.nchanged);

    log.number++;
    while (log.nchanged > 0)
        cache_put(log.changed[--log.nchanged]);
    return result;
}

int
end_op(void)
{
    int result = log.nchanged > 0 ? commit() : 0;

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
    if (buf->changed <= log.number) {
        assert(log.nchanged < LOG_MAX);
        // A new reference.
        log.changed[log.nchanged++] = cache_overwrite(buf->entry.key);
    }
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
        // Those that this call added are the last of the list.
        if (undo->changed <= log.number)
            cache_put(log.changed[--log.nchanged]);
    }
}

int
log_checkpoint(void)
{
    sleeplock_acquire(&log.busy);
    int result = journal_checkpoint();
    sleeplock_release(&log.busy);
    return result;
}
