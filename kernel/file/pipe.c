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

/*
 * Copies a run of up to n bytes that the ring has, or has room for, without a
 * turn of the circle; returns their number, or -1.  The caller has the right to
 * that part of the ring, and holds the lock, which is given up meanwhile.
 */
static int
copy_run(struct pipe *pipe, bool writing, pde_t *pgdir, uintptr_t va, size_t n)
{
    uint32_t *moved = writing ? &pipe->nwrite : &pipe->nread;
    char *at = pipe->ring + *moved % PGSIZE;
    size_t straight = PGSIZE - *moved % PGSIZE;

    n = n < straight ? n : straight;
    release(&pipe->lock);
    int result = writing ? copyin(pgdir, at, va, n) : copyout(pgdir, va, at, n);
    acquire(&pipe->lock);
    if (result < 0)
        return -1;
    *moved += n;
    wake(pipe);
    return (int)n;
}

int
pipe_transfer(struct pipe *pipe, bool writing, pde_t *pgdir, uintptr_t va,
              size_t n)
{
    bool *busy = writing ? &pipe->writing : &pipe->reading;
    size_t done = 0;
    bool ok = true;

    acquire(&pipe->lock);
    while (*busy && ok)
        ok = wait(pipe);
    if (!ok)
        goto unlock;
    *busy = true;
    while (ok && done < n) {
        size_t filled = pipe->nwrite - pipe->nread;
        size_t ready = writing ? PGSIZE - filled : filled;
        if (writing ? !pipe->reader_open
                    : ready == 0 && (done > 0 || !pipe->writer_open))
            break;
        if (ready == 0) {
            ok = wait(pipe);
            continue;
        }
        ready = ready < n - done ? ready : n - done;
        int count = copy_run(pipe, writing, pgdir, va + done, ready);
        ok = count > 0;
        done += ok ? (size_t)count : 0;
    }
    *busy = false;
    wake(pipe);
unlock:
    release(&pipe->lock);
    return done > 0 || (ok && !writing) ? (int)done : -1;
}
