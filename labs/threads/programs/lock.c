/*
 * The threads of the library, which run while main does; and its lock, by what
 * is done under it.  Nobody joins these threads: another program does that.
 */
#include <thread.h>

#include "threads.h"

enum { THREADS = 4, WAITERS = 4, TURNS = 2 };

struct input {
    int arguments[THREADS];
    int go;                     // what main writes when all have begun
    int counts[THREADS];        // steps that each thread counts
    int window;                 // how long one step takes, in rounds
    int order[TURNS][WAITERS];  // who comes first
    int hold;                   // how long each of them has the lock, in rounds
};

/* A thread, as it sees itself. */
struct row {
    int argument;
    int pid;
    int go;                     // what it saw main write
};

struct seen {
    int pids[THREADS];          // as thread_create says
    struct row rows[THREADS];   // in the order in which they began
    int began;                  // when main had not called the library again
    int started;
    int count;                  // what all of them have counted
    int served[TURNS][WAITERS], n[TURNS];
};

static struct input input;
static struct seen seen;
static struct lock lock;
static volatile int go, done, arrived;
static int turn;

static void
spin(int rounds)
{
    for (volatile int i = 0; i < rounds; i++)
        ;
}

/*
 * As wait_for, up to a few seconds.  First without a sleep: while all CPUs spin
 * for a lock, the host needs about a second for each tick.
 */
static void
wait_longer(const volatile int *flag, int n)
{
    for (int i = 0; i < 200000 && *flag < n; i++)
        ;
    for (int i = 0; i < 6 && wait_for(flag, n) < n; i++)
        ;
}

/* Each step is a read and a write with much in between. */
static void
count(void *argument)
{
    int n = __atomic_fetch_add(&seen.started, 1, __ATOMIC_SEQ_CST) % THREADS;

    // The library has no part in what the call says.
    seen.rows[n] = (struct row){ .argument = (int)argument,
                                 .pid = lab_call(GETPID) };
    seen.rows[n].go = wait_for(&go, input.go);
    for (int i = 0; i < input.counts[n]; i++) {
        lock_acquire(&lock);
        int value = *(volatile int *)&seen.count;
        spin(input.window);
        seen.count = value + 1;
        lock_release(&lock);
    }
    __atomic_fetch_add(&done, 1, __ATOMIC_SEQ_CST);
}

static void
count_together(void)
{
    int n = 0;

    lock_init(&lock);
    for (int i = 0; i < THREADS; i++) {
        seen.pids[i] = thread_create(count, (void *)input.arguments[i]);
        n += seen.pids[i] > 0;
    }
    seen.began = wait_for(&seen.started, n);
    go = input.go;
    wait_longer(&done, n);
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
        wait_longer(&arrived, ++n);
        spin(1000);
        for (int j = 0; j < 4 && *(volatile unsigned *)&lock.next == before;
             j++)
            sleep(1);
    }
    lock_release(&lock);
    wait_longer(&seen.n[turn], n);
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    count_together();
    for (turn = 0; turn < TURNS; turn++)
        come_in_order();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
