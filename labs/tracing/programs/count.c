/* What callcount returns: numbers, without a verdict. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"

enum { KINDS = 4, ODD = 4 };

struct input {
    int kinds[KINDS];           // numbers of calls
    int times[KINDS];           // how often each is made, with argument -1
    int child[KINDS];           // the same in a child
    int odd[ODD];               // numbers that no call has
};

/* What one process sees of its own counts. */
struct seen {
    int who;
    int before[KINDS], after[KINDS];
    int twice[2];               // callcount(27), asked twice
    int odd[ODD];
};

static struct input input;

static void
counts(int values[KINDS])
{
    for (int i = 0; i < KINDS; i++)
        values[i] = count_of(input.kinds[i]);
}

/* Makes the calls, and those that are none, and reports the counts. */
static void
report_counts(int who, const int times[KINDS])
{
    struct seen seen = { .who = who };

    counts(seen.before);
    for (int i = 0; i < KINDS; i++)
        for (int j = 0; j < times[i]; j++)
            call(-1, -1, -1, input.kinds[i]);
    for (int i = 0; i < ODD; i++)
        call(-1, -1, -1, input.odd[i]);
    counts(seen.after);
    for (int i = 0; i < ODD; i++)
        seen.odd[i] = count_of(input.odd[i]);
    for (int i = 0; i < 2; i++)
        seen.twice[i] = count_of(CALLCOUNT);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
}

int
main(int argc, char *argv[])
{
    static char *const again[] = { "init", "again", NULL };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    if (argc > 1 && strcmp(argv[1], "again") == 0) {
        report_counts(2, input.times);
        leave(0);
    }
    report_counts(0, input.times);
    if (fork() == 0) {
        report_counts(1, input.child);
        exec("/init", again);
        leave(1);
    }
    wait(NULL);
    report_counts(3, input.times);
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
