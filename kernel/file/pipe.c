/*
 * Pipes.
 *
 * Locking: pipe->lock guards the counters and flags.  The ring itself belongs to
 * whoever has set `reading` (its filled part) or `writing` (its free part), so that
 * user memory is touched with no spinlock held.
 *
 * Readers sleep on nwrite and writers on nread: on the counter that has to move.
 */
#include "file/pipe.h"

#include "core/spinlock.h"
#include "mem/kalloc.h"
#include "mem/usermem.h"
#include "sched/sleep.h"

struct pipe {
    struct spinlock lock;
    uint32_t nread;             // [lock] bytes ever read
    uint32_t nwrite;            // [lock] bytes ever written, nread + PGSIZE at most
    bool reader_open;           // [lock]
    bool writer_open;           // [lock]
    bool reading;               // [lock] someone uses the ring's filled part
    bool writing;               // [lock] someone uses the ring's free part
    bool reader_waits;          // [lock] someone sleeps on nwrite
    bool writer_waits;          // [lock] someone sleeps on nread
    char *ring;                 // [reading] [writing] a page, indexed modulo PGSIZE
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

/* Wakes the readers that wait.  Caller holds the lock, as for the next three. */
static void
wake_readers(struct pipe *pipe)
{
    if (pipe->reader_waits) {
        pipe->reader_waits = false;
        wakeup(&pipe->nwrite);
    }
}

static void
wake_writers(struct pipe *pipe)
{
    if (pipe->writer_waits) {
        pipe->writer_waits = false;
        wakeup(&pipe->nread);
    }
}

/* Returns false if the caller has been killed. */
static bool
wait_as_reader(struct pipe *pipe)
{
    pipe->reader_waits = true;
    return sleep_killable(&pipe->nwrite, &pipe->lock);
}

static bool
wait_as_writer(struct pipe *pipe)
{
    pipe->writer_waits = true;
    return sleep_killable(&pipe->nread, &pipe->lock);
}

void
pipe_close(struct pipe *pipe, bool writing_end)
{
    acquire(&pipe->lock);
    if (writing_end)
        pipe->writer_open = false;
    else
        pipe->reader_open = false;
    wake_readers(pipe);
    wake_writers(pipe);
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
copy_from_ring(struct pipe *pipe, uint32_t at, pde_t *pgdir, uintptr_t dst,
               size_t n)
{
    size_t first = min(n, PGSIZE - at % PGSIZE);

    if (copyout(pgdir, dst, pipe->ring + at % PGSIZE, first) < 0)
        return -1;
    return first == n ? 0 : copyout(pgdir, dst + first, pipe->ring, n - first);
}

static int
copy_to_ring(struct pipe *pipe, uint32_t at, pde_t *pgdir, uintptr_t src,
             size_t n)
{
    size_t first = min(n, PGSIZE - at % PGSIZE);

    if (copyin(pgdir, pipe->ring + at % PGSIZE, src, first) < 0)
        return -1;
    return first == n ? 0 : copyin(pgdir, pipe->ring, src + first, n - first);
}

int
pipe_read(struct pipe *pipe, pde_t *pgdir, uintptr_t dst, size_t n)
{
    acquire(&pipe->lock);
    while (pipe->reading || (pipe->nread == pipe->nwrite && pipe->writer_open)) {
        if (!wait_as_reader(pipe)) {
            release(&pipe->lock);
            return -1;
        }
    }
    uint32_t at = pipe->nread;
    n = min(n, pipe->nwrite - at);
    pipe->reading = true;
    release(&pipe->lock);

    int result = copy_from_ring(pipe, at, pgdir, dst, n);

    acquire(&pipe->lock);
    pipe->reading = false;
    if (result == 0) {
        pipe->nread += n;
        wake_writers(pipe);
    }
    wake_readers(pipe);         // those who waited for their turn
    release(&pipe->lock);
    return result == 0 ? (int)n : -1;
}

/*
 * Moves what fits now of n bytes into the ring, first waiting for room.  Returns
 * the count, or -1.  Caller has set `writing` and holds the lock, which is given
 * up meanwhile.
 */
static int
write_some(struct pipe *pipe, pde_t *pgdir, uintptr_t src, size_t n)
{
    while (pipe->reader_open && pipe->nwrite - pipe->nread == PGSIZE) {
        if (!wait_as_writer(pipe))
            return -1;
    }
    if (!pipe->reader_open)
        return -1;
    uint32_t at = pipe->nwrite;
    n = min(n, PGSIZE - (at - pipe->nread));
    release(&pipe->lock);

    int result = copy_to_ring(pipe, at, pgdir, src, n);

    acquire(&pipe->lock);
    if (result < 0)
        return -1;
    pipe->nwrite += n;
    wake_readers(pipe);
    return (int)n;
}

int
pipe_write(struct pipe *pipe, pde_t *pgdir, uintptr_t src, size_t n)
{
    size_t done = 0;
    int moved = 0;

    acquire(&pipe->lock);
    while (pipe->writing) {
        if (!wait_as_writer(pipe)) {
            release(&pipe->lock);
            return -1;
        }
    }
    pipe->writing = true;
    while (done < n && moved >= 0) {
        moved = write_some(pipe, pgdir, src + done, n - done);
        if (moved > 0)
            done += (size_t)moved;
    }
    pipe->writing = false;
    wake_writers(pipe);         // those who waited for their turn
    release(&pipe->lock);
    return done > 0 ? (int)done : -1;
}
