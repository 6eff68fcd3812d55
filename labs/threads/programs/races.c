/*
 * Threads that meet in the kernel: in sbrk, and in clone while their process
 * ends.  Short, as it runs under many schedules.
 */
#include "threads.h"

enum { GROWERS = 3, STEPS = 40, ROUNDS = 4, MAKERS = 3, EACH = 3 };

struct input {
    int steps[GROWERS];         // calls of sbrk by each
    int spin[ROUNDS];           // how long the process runs, in rounds
    int statuses[ROUNDS];
};

struct seen {
    int old_end, got[GROWERS][STEPS], new_end;
    int waited[ROUNDS];         // 1 if it was the child
    int statuses[ROUNDS];
    int pids;                   // that the threads have had
    int alive;                  // threads whose process has ended
};

static struct input input;
static struct seen seen;
static char stacks[MAKERS * (EACH + 1)][PAGE] __attribute__((aligned(PAGE)));

static void
grow(void *argument)
{
    int who = (int)argument;

    for (int i = 0; i < input.steps[who]; i++)
        seen.got[who][i] = (int)sbrk(PAGE);
    exit(0);
}

static void
sleep_long(void *argument)
{
    (void)argument;
    sleep(1000000);
    exit(0);
}

/* Makes threads, and uses the memory, until the process ends. */
static void
make_threads(void *argument)
{
    int who = (int)argument;

    for (int i = 0; i < EACH; i++) {
        lab_clone(sleep_long, NULL, stacks[MAKERS + who * EACH + i]);
        sbrk(PAGE);
    }
    sleep(1000000);
    exit(0);
}

/* A process that ends while its threads make more of them. */
static void
end_meanwhile(int round)
{
    for (int i = 0; i < MAKERS; i++)
        lab_clone(make_threads, (void *)i, stacks[i]);
    for (volatile int i = 0; i < input.spin[round]; i++)
        ;
    exit(input.statuses[round]);
}

/* How many of the pids between two of them are somebody's. */
static int
count_alive(int first, int last)
{
    int n = 0;

    for (int pid = first + 1; pid < last; pid++)
        n += kill(pid) == 0;
    return n;
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    seen.old_end = (int)sbrk(0);
    int n = 0, first = fork();
    if (first == 0)
        exit(0);
    wait(NULL);
    for (int i = 0; i < GROWERS; i++)
        n += lab_clone(grow, (void *)i, stacks[i]) > 0;
    for (int i = 0; i < n; i++)
        lab_join(NULL);
    seen.new_end = (int)sbrk(0);
    for (int i = 0; i < ROUNDS; i++) {
        int pid = fork();
        if (pid == 0)
            end_meanwhile(i);
        seen.waited[i] = wait(&seen.statuses[i]) == pid;
    }
    int last = fork();
    if (last == 0)
        exit(0);
    wait(NULL);
    seen.pids = last - first;
    seen.alive = count_alive(first, last);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
