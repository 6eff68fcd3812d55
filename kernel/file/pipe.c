/*
 * Pipes.
 *
 * Locking: pipe->lock guards the counters and flags.  The ring itself belongs
 * to whoever has set `reading` (its filled part) or `writing` (its free part),
 * so that user memory is touched with no spinlock held.
 *
 * Whoever waits, for bytes, for room or for its turn, sleeps on the pipe.
 */
#include "file/pipe.h"

#include "core/spinlock.h"
#include "mem/kalloc.h"
#include "mem/usermem.h"
#include "sched/sleep.h"

struct pipe {
    struct spinlock lock;
    uint32_t nread;             // [lock] bytes ever read
    uint32_t nwrite;            // [lock] bytes ever written
    bool reader_open;           // [lock]
    bool writer_open;           // [lock]
    bool reading;               // [lock] someone uses the ring's filled part
    bool writing;               // [lock] someone uses the ring's free part
    bool waiting;               // [lock] someone may be asleep
    char *ring;                 // [reading] [writing] a page, used in a circle
};

struct pipe *
pipe_alloc(void)
{
    struct pipe *pipe = kalloc();
    char *ring = kalloc();

    if (pipe != NULL && ring != NULL) {
        *pipe = (struct pipe){
            .lock = SPINLOCK("pipe", RANK_PIPE),
            .reader_open = true,
            .writer_open = true,
            .ring = ring,
        };
        return pipe;
    }
    if (pipe != NULL)
        kfree(pipe);
    if (ring != NULL)
        kfree(ring);
    return NULL;
}

/* Sleeps until something changes.  False if the caller has been killed. */
static bool
wait(struct pipe *pipe)
{
    pipe->waiting = true;
    return sleep_killable(pipe, &pipe->lock);
}

/* Something has changed. */
static void
wake(struct pipe *pipe)
{
    if (pipe->waiting) {
        pipe->waiting = false;
        wakeup(pipe);
    }
}

void
pipe_close(struct pipe *pipe, bool writing_end)
{
    acquire(&pipe->lock);
    if (writing_end)
        pipe->writer_open = false;
    else
        pipe->reader_open = false;
    wake(pipe);
    bool gone = !pipe->reader_open && !pipe->writer_open;
    release(&pipe->lock);
    if (gone) {
        kfree(pipe->ring);
        kfree(pipe);
    }
}

static size_t
min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Copies n bytes, PGSIZE at most, out of the ring from byte `at` on. */
static int
copy_out_of_ring(struct pipe *pipe, uint32_t at, pde_t *pgdir, uintptr_t dst,
                 size_t n)
{
    size_t first = min(n, PGSIZE - at % PGSIZE);

    if (copyout(pgdir, dst, pipe->ring + at % PGSIZE, first) < 0)
        return -1;
    return copyout(pgdir, dst + first, pipe->ring, n - first);
}

int
pipe_read(struct pipe *pipe, pde_t *pgdir, uintptr_t dst, size_t n)
{
    int result = -1;

    acquire(&pipe->lock);
    while (pipe->reading ||
           (pipe->nread == pipe->nwrite && pipe->writer_open)) {
        if (!wait(pipe))
            goto unlock;
    }
    uint32_t at = pipe->nread;
    n = min(n, pipe->nwrite - at);
    pipe->reading = true;
    release(&pipe->lock);
    result = copy_out_of_ring(pipe, at, pgdir, dst, n);
    acquire(&pipe->lock);
    pipe->reading = false;
    if (result == 0) {
        pipe->nread += n;
        result = (int)n;
    }
    wake(pipe);
unlock:
    release(&pipe->lock);
    return result;
}

/*
 * Copies what fits now of n bytes, at least one and up to the ring's end, from
 * src to the ring; returns the count, or -1.  Caller has set `writing` and
 * holds the lock, which is given up meanwhile.
 */
static int
write_run(struct pipe *pipe, pde_t *pgdir, uintptr_t src, size_t n)
{
    uint32_t at = pipe->nwrite % PGSIZE;

    n = min(n, PGSIZE - (pipe->nwrite - pipe->nread));
    n = min(n, PGSIZE - at);
    release(&pipe->lock);
    int result = copyin(pgdir, pipe->ring + at, src, n);
    acquire(&pipe->lock);
    if (result < 0)
        return -1;
    pipe->nwrite += n;
    wake(pipe);
    return (int)n;
}

int
pipe_write(struct pipe *pipe, pde_t *pgdir, uintptr_t src, size_t n)
{
    size_t done = 0;
    bool ok = true;

    acquire(&pipe->lock);
    while (pipe->writing && ok)
        ok = wait(pipe);
    if (!ok)
        goto unlock;
    pipe->writing = true;
    while (done < n && ok && pipe->reader_open) {
        if (pipe->nwrite - pipe->nread == PGSIZE) {
            ok = wait(pipe);
            continue;
        }
        int count = write_run(pipe, pgdir, src + done, n - done);
        ok = count > 0;
        done += ok ? (size_t)count : 0;
    }
    pipe->writing = false;
    wake(pipe);
unlock:
    release(&pipe->lock);
    return done > 0 ? (int)done : -1;
}
