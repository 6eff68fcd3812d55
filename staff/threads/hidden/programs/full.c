/* Threads until there is no process left, twice. */
#include "../programs/threads.h"

enum { MOST = 300, TIMES = 2 };

struct input {
    int add;
};

struct seen {
    int cloned[TIMES], refused[TIMES];
    int sums[TIMES];            // what the threads have added
    int joins[TIMES], last[TIMES];
    int forked;                 // can a process be forked afterwards?
};

static struct input input;
static struct seen seen;
static volatile int go;
static char stacks[MOST][PAGE] __attribute__((aligned(PAGE)));

static void
add(void *argument)
{
    while (go == 0)
        sleep(1);
    __atomic_fetch_add((int *)argument, input.add, __ATOMIC_SEQ_CST);
    exit(0);
}

static void
fill(int time)
{
    int n = 0;

    go = 0;
    while (n < MOST && lab_clone(add, &seen.sums[time], stacks[n]) > 0)
        n++;
    seen.cloned[time] = n;
    seen.refused[time] = lab_clone(add, &seen.sums[time], stacks[MOST - 1]);
    go = 1;
    for (int i = 0; i < n; i++)
        seen.joins[time] += lab_join(NULL) > 0;
    seen.last[time] = lab_join(NULL);
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int time = 0; time < TIMES; time++)
        fill(time);
    int pid = fork();
    if (pid == 0)
        exit(0);
    seen.forked = pid > 0 && wait(NULL) == pid;
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
