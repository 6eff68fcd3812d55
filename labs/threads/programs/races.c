/*
 * Processes that end while their threads call clone and sbrk.  Short, as it
 * runs under many schedules.
 */
#include "threads.h"

enum { ROUNDS = 4, MAKERS = 3, EACH = 3 };

struct input {
    int spin[ROUNDS];           // how long the process runs, in rounds
    int statuses[ROUNDS];
};

struct seen {
    int first;                  // the pid of a thread, from clone
    int waited[ROUNDS];         // 1 if it was the child
    int statuses[ROUNDS];
    int pids;                   // that the threads have had
    int alive;                  // threads whose process has ended
};

static struct input input;
static struct seen seen;
static char stacks[MAKERS * (EACH + 1)][PAGE] __attribute__((aligned(PAGE)));

static void
end_at_once(void *argument)
{
    (void)argument;
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
    seen.first = lab_clone(end_at_once, NULL, stacks[0]);
    if (seen.first > 0)
        lab_join(NULL);
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
    seen.pids = last - seen.first;
    seen.alive = count_alive(seen.first, last);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
