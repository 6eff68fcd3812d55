/*
 * Threads that call sbrk at the same time, while main forks.  Short, as it runs
 * under many schedules.
 */
#include "threads.h"

enum { GROWERS = 3, STEPS = 80, FORKS = 6 };

struct input {
    int steps[GROWERS];         // calls of sbrk by each
    int statuses[FORKS];        // of the children
};

struct seen {
    int old_end, got[GROWERS][STEPS], new_end;
    int statuses[FORKS];
};

static struct input input;
static struct seen seen;
static char stacks[GROWERS][PAGE] __attribute__((aligned(PAGE)));

static void
grow(void *argument)
{
    int who = (int)argument;

    for (int i = 0; i < input.steps[who]; i++)
        seen.got[who][i] = (int)sbrk(PAGE);
    exit(0);
}

/* The child: is a page there up to the end of its memory? */
static void
be_child(int status)
{
    volatile char *end = sbrk(0);

    end[-1] = 1;
    exit(status);
}

int
main(void)
{
    int n = 0;

    lab_stop(LAB_INPUT, &input, sizeof(input));
    seen.old_end = (int)sbrk(0);
    for (int i = 0; i < GROWERS; i++)
        n += lab_clone(grow, (void *)i, stacks[i]) > 0;
    for (int i = 0; i < FORKS; i++) {
        int child = fork(), ended;
        if (child == 0)
            be_child(input.statuses[i]);
        // That wait takes no threads, another test looks at.
        do
            ended = wait(&seen.statuses[i]);
        while (ended > 0 && ended != child);
    }
    for (int i = 0; i < n; i++)
        lab_join(NULL);
    seen.new_end = (int)sbrk(0);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
