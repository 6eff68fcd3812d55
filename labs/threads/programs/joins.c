/* Threads of the library come and go: is each joined, and its stack freed? */
#include <thread.h>

#include "threads.h"

enum { THREADS = 4, ROUNDS = 4 };

struct input {
    int in_round;               // threads, one after the other
};

struct seen {
    int pids[THREADS], joined[THREADS], last;
    int joins[ROUNDS];          // that returned the thread just made
    int ends[ROUNDS];           // where the heap ends
};

static struct input input;
static struct seen seen;

static void
nothing(void *argument)
{
    (void)argument;
}

static void
join_some(void)
{
    for (int i = 0; i < THREADS; i++)
        seen.pids[i] = thread_create(nothing, NULL);
    for (int i = 0; i < THREADS; i++)
        seen.joined[i] = seen.pids[i] > 0 ? thread_join() : -1;
    seen.last = thread_join();
}

/* Many threads: their stacks are used again. */
static void
use_stacks(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < input.in_round; i++) {
            int pid = thread_create(nothing, NULL);
            seen.joins[round] += pid > 0 && thread_join() == pid;
        }
        seen.ends[round] = (int)sbrk(0);
    }
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    join_some();
    use_stacks();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
