/*
 * What clone and join refuse, which of wait and join returns whom, and many
 * threads at once.
 */
#include "threads.h"

enum { MOST = 60, BAD = 8 };

struct input {
    int offset;                 // in a page: no multiple of its size
    int threads;
    int add;                    // what each thread adds to a sum
    int status;
};

struct seen {
    int good;                   // did a thread run on a good stack?
    int bad[BAD];               // results of clone
    int child, thread;          // pids
    int nothing_to_join, nothing_to_wait;   // with neither
    int join_child;             // join, with a child only
    int wait_thread;            // wait, with a thread only
    int waited, status, joined; // with both, which have ended
    int cloned, started, sum, joins, last;
};

static struct input input;
static struct seen seen;
static volatile int go;
static char stacks[MOST + 1][PAGE] __attribute__((aligned(PAGE)));

static void
end(void *argument)
{
    *(volatile int *)argument = 1;
    exit(0);
}

static void
bad_stacks(void)
{
    char *heap = sbrk(0);
    char *const bad[BAD] = {
        stacks[0] + input.offset,
        stacks[0] + 16,
        (char *)((uintptr_t)end / PAGE * PAGE),    // text
        heap - 5 * PAGE,                            // the stack's guard
        (char *)(((uintptr_t)heap + PAGE - 1) / PAGE * PAGE),
        (char *)0x80000000,                         // the kernel's
        (char *)0xfffff000,
        (char *)0x40000000,
    };

    for (int i = 0; i < BAD; i++)
        seen.bad[i] = lab_clone(end, &seen.good, bad[i]);
    seen.good = 0;
    if (lab_clone(end, &seen.good, stacks[0]) > 0)
        lab_join(NULL);
}

static void
wait_and_join(void)
{
    volatile int ended = 0;

    seen.nothing_to_join = lab_join(NULL);
    seen.nothing_to_wait = wait(NULL);
    seen.child = fork();
    if (seen.child == 0)
        exit(input.status);
    seen.join_child = lab_join(NULL);
    seen.thread = lab_clone(end, (void *)&ended, stacks[1]);
    wait_for(&ended, seen.thread > 0);
    sleep(3);
    seen.waited = wait(&seen.status);
    seen.wait_thread = wait(NULL);
    seen.joined = seen.thread > 0 ? lab_join(NULL) : -1;
}

static void
add(void *argument)
{
    __atomic_fetch_add(&seen.started, 1, __ATOMIC_SEQ_CST);
    while (go == 0)
        sleep(1);
    __atomic_fetch_add(&seen.sum, (int)argument, __ATOMIC_SEQ_CST);
    exit(0);
}

static void
many(void)
{
    for (int i = 0; i < input.threads; i++)
        seen.cloned += lab_clone(add, (void *)(input.add + i), stacks[i]) > 0;
    wait_for(&seen.started, seen.cloned);
    go = 1;
    for (int i = 0; i < seen.cloned; i++)
        seen.joins += lab_join(NULL) > 0;
    seen.last = lab_join(NULL);
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    bad_stacks();
    wait_and_join();
    many();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
