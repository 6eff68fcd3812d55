/*
 * The thread library: its threads, and its lock, by what is done under it.
 */
#include <thread.h>

#include "threads.h"

enum { THREADS = 4, WAITERS = 5, TURNS = 2, ROUNDS = 4, PER_ROUND = 20 };

struct input {
    int arguments[THREADS];
    int counts[THREADS];        // steps that each thread counts
    int window;                 // how long one step takes, in rounds
    int order[TURNS][WAITERS];  // who comes first
    int hold;                   // how long each of them has the lock, in rounds
};

struct seen {
    int pids[THREADS], arguments[THREADS], joined[THREADS], last;
    int started;
    int count;                  // what all of them have counted
    int served[TURNS][WAITERS], n[TURNS];
    int ends[ROUNDS];           // where the heap ends
    int joins[ROUNDS];
};

static struct input input;
static struct seen seen;
static struct lock lock;
static volatile int arrived;
static int turn;

static void
spin(int rounds)
{
    for (volatile int i = 0; i < rounds; i++)
        ;
}

/* Each step is a read and a write with much in between. */
static void
count(void *argument)
{
    int n = __atomic_fetch_add(&seen.started, 1, __ATOMIC_SEQ_CST);

    seen.arguments[n % THREADS] = (int)argument;
    for (int i = 0; i < input.counts[n % THREADS]; i++) {
        lock_acquire(&lock);
        int value = *(volatile int *)&seen.count;
        spin(input.window);
        seen.count = value + 1;
        lock_release(&lock);
    }
}

static void
count_together(void)
{
    lock_init(&lock);
    for (int i = 0; i < THREADS; i++)
        seen.pids[i] = thread_create(count, (void *)input.arguments[i]);
    for (int i = 0; i < THREADS; i++)
        seen.joined[i] = seen.pids[i] > 0 ? thread_join() : -1;
    seen.last = thread_join();
}

static void
come(void *who)
{
    arrived++;
    lock_acquire(&lock);
    seen.served[turn][seen.n[turn]++ % WAITERS] = (int)who;
    spin(input.hold);
    lock_release(&lock);
}

/*
 * Threads come one after the other while main has the lock.  Each has taken its
 * ticket before the next one comes; a lock that has no tickets gets some time.
 */
static void
come_in_order(void)
{
    lock_init(&lock);
    lock_acquire(&lock);
    arrived = 0;
    int n = 0;
    for (int i = 0; i < WAITERS; i++) {
        unsigned before = *(volatile unsigned *)&lock.next;
        if (thread_create(come, (void *)input.order[turn][i]) < 0)
            continue;
        wait_for(&arrived, ++n);
        for (int j = 0; j < 4 && *(volatile unsigned *)&lock.next == before;
             j++)
            sleep(1);
    }
    lock_release(&lock);
    while (n-- > 0)
        thread_join();
}

static void
nothing(void *argument)
{
    (void)argument;
}

/* Many threads, few at a time: their stacks are used again. */
static void
use_stacks(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PER_ROUND; i++)
            if (thread_create(nothing, NULL) > 0)
                seen.joins[round] += thread_join() > 0;
        seen.ends[round] = (int)sbrk(0);
    }
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    count_together();
    for (turn = 0; turn < TURNS; turn++)
        come_in_order();
    use_stacks();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
