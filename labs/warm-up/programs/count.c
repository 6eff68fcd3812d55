/* What one process sees of the count of reads: numbers, without a verdict. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { GETREADCOUNT = 26 };

struct input {
    int good, failing;          // reads to make: that move a byte, that fail
};

struct seen {
    int start;
    int after_good;
    int after_failing;
    int at_once;                // with nothing read in between
    int waiting;                // with a child that waits in a read
};

enum { TICKS = 5 };

/* Returns the count while a child waits for a byte from an empty pipe. */
static int
count_while_waiting(const int fds[2])
{
    char byte = 'x';

    if (fork() == 0) {
        read(fds[0], &byte, 1);
        exit(0);
    }
    sleep(TICKS);
    int count = lab_call(GETREADCOUNT);
    write(fds[1], &byte, 1);
    wait(NULL);
    return count;
}

int
main(void)
{
    struct input input = { 0 };
    struct seen seen;
    int fds[2];
    char byte = 'x';

    lab_stop(LAB_INPUT, &input, sizeof(input));
    pipe(fds);
    seen.start = lab_call(GETREADCOUNT);
    for (int i = 0; i < input.good; i++) {
        write(fds[1], &byte, 1);
        read(fds[0], &byte, 1);
    }
    seen.after_good = lab_call(GETREADCOUNT);
    for (int i = 0; i < input.failing; i++)
        read(-1, &byte, 1);
    seen.after_failing = lab_call(GETREADCOUNT);
    seen.at_once = lab_call(GETREADCOUNT);
    seen.waiting = count_while_waiting(fds);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
