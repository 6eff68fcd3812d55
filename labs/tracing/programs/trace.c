/*
 * Makes calls with trace on, off, and handed down.  The grader has drawn the
 * calls and compares what the console shows; the reports tell the results that
 * the program itself saw, and stand between the parts of the console's text.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"

enum { CALLS = 20, CHILDREN = 2 };

struct input {
    calls_t traced;             // the set for the first part
    struct call calls[CALLS];
    int children[CHILDREN];     // numbers that appear in the children's calls
    char digits[2][4];          // arguments of the program other
};

/* Numbers for the grader, which knows what each report holds. */
struct seen {
    int part;
    int values[CALLS + 2];
};

static struct input input;

static void
report(struct seen *seen)
{
    lab_stop(LAB_REPORT, seen, sizeof(*seen));
}

static void
lines(void)
{
    struct seen seen = { .part = 1 };

    seen.values[0] = trace_calls(input.traced);
    for (int i = 0; i < CALLS; i++)
        seen.values[i + 2] = make(&input.calls[i]);
    seen.values[1] = trace_calls(0);
    for (int i = 0; i < CALLS; i++)
        make(&input.calls[i]);
    report(&seen);
}

/* A child makes a call, has a child that makes another, and turns it off. */
static void
child(int n)
{
    struct seen seen = { .part = 2, .values = { n, getpid() } };

    call(-n, 0, 0, DUP);
    seen.values[2] = call(0, 0, 0, FORK);
    if (seen.values[2] == 0) {
        call(n * 1000, 0, 0, KILL);
        leave(0);
    }
    seen.values[3] = wait(NULL);
    trace_calls(0);
    call(-n - 1, 0, 0, DUP);
    report(&seen);
    leave(0);
}

static void
children(void)
{
    struct seen seen = { .part = 3 };

    trace_calls(1 << FORK | 1 << DUP | 1 << KILL | 1 << WAIT);
    for (int i = 0; i < CHILDREN; i++) {
        seen.values[i] = call(0, 0, 0, FORK);
        if (seen.values[i] == 0)
            child(input.children[i]);
    }
    for (int i = 0; i < CHILDREN; i++)
        seen.values[CHILDREN + i] = wait(NULL);
    call(-input.children[0], 0, 0, DUP);
    trace_calls(0);
    if (call(0, 0, 0, FORK) == 0) {
        call(-input.children[0], 0, 0, DUP);
        leave(0);
    }
    wait(NULL);
    report(&seen);
}

/* exec leaves nothing of the program that called it, exit no process. */
static void
ends(void)
{
    static char *const nothing[] = { NULL };
    char *const argv[] = { "other", input.digits[0], input.digits[1], NULL };
    static const char nowhere[] = "/nowhere", other[] = "/other";
    struct seen seen = { .part = 4 };

    if (fork() == 0) {
        struct seen mine = { .part = 5, .values = { getpid(), (int)nowhere,
            (int)nothing, (int)other, (int)argv } };
        report(&mine);
        trace_calls(1 << EXEC | 1 << EXIT | 1 << DUP | 1 << READ);
        call((int)nowhere, (int)nothing, 0, EXEC);
        call((int)other, (int)argv, 0, EXEC);
        leave(255);
    }
    wait(&seen.values[0]);
    report(&seen);
}

int
main(void)
{
    struct seen begin = { .part = 0 };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    report(&begin);
    lines();
    children();
    ends();
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
