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
    bool *open = writing_end ? &pipe->writer_open : &pipe->reader_open;

    acquire(&pipe->lock);
    *open = false;
    wake(pipe);
    bool gone = !pipe->reader_open && !pipe->writer_open;
    release(&pipe->lock);
    if (gone) {
        kfree(pipe->ring);
        kfree(pipe);
    }
}

int
pipe_transfer(struct pipe *pipe, bool writing, pde_t *pgdir, uintptr_t va,
              size_t n)
{
    bool *busy = writing ? &pipe->writing : &pipe->reading;
    uint32_t *moved = writing ? &pipe->nwrite : &pipe->nread;
    const uintptr_t start = va, end = va + n;
    bool ok = true;

    acquire(&pipe->lock);
    while (*busy && ok)
        ok = wait(pipe);
    if (!ok)
        goto unlock;
    *busy = true;
    while (ok && va < end) {
        size_t filled = pipe->nwrite - pipe->nread;
        size_t run = writing ? PGSIZE - filled : filled;
        if (writing ? !pipe->reader_open
                    : run == 0 && (va > start || !pipe->writer_open))
            break;
        if (run == 0) {
            wake(pipe);
            ok = wait(pipe);
            continue;
        }
        // Without the lock, as this part of the ring is ours.
        char *at = pipe->ring + *moved % PGSIZE;
        run = run < end - va ? run : end - va;
        if (run > PGSIZE - *moved % PGSIZE)
            run = PGSIZE - *moved % PGSIZE;
        release(&pipe->lock);
        ok = (writing ? copyin(pgdir, at, va, run)
                      : copyout(pgdir, va, at, run)) == 0;
        acquire(&pipe->lock);
        if (ok) {
            *moved += run;
            va += run;
        }
    }
    *busy = false;
    wake(pipe);
unlock:
    release(&pipe->lock);
    return va > start || (ok && !writing) ? (int)(va - start) : -1;
}
