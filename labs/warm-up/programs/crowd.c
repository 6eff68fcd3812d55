/*
 * The count of reads while several processes read at once.
 *
 * First one process reads, so that the grader can find the count in memory and
 * watch who writes it.  Then four children read from pipes, where they wait in
 * the middle of a read until the parent gives them a byte, in an order drawn
 * for this run; and at last they read in a loop, on all CPUs at once.
 */
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { GETREADCOUNT = 26, ALONE = 2, CHILDREN = 4, ORDER = 16 };

struct input {
    int alone[ALONE];           // reads before each of the first two reports
    int loops[CHILDREN];        // reads that each child makes in its loop
    int spin[CHILDREN];         // how long it waits before that, in rounds
    int order[ORDER];           // whom the parent gives the next byte
};

static struct input input;

static void
read_nothing(int times)
{
    char byte;

    for (int i = 0; i < times; i++)
        read(-1, &byte, 1);
}

static void
report_count(void)
{
    int count = lab_call(GETREADCOUNT);

    lab_stop(LAB_REPORT, &count, sizeof(count));
}

static void
child(int n, int fd)
{
    char byte;

    while (read(fd, &byte, 1) == 1)
        ;
    for (volatile int i = 0; i < input.spin[n]; i++)
        ;
    read_nothing(input.loops[n]);
    exit(0);
}

int
main(void)
{
    int fds[CHILDREN];

    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int i = 0; i < ALONE; i++) {
        read_nothing(input.alone[i]);
        report_count();
    }
    for (int i = 0; i < CHILDREN; i++) {
        int ends[2];

        pipe(ends);
        if (fork() == 0) {
            close(ends[1]);
            for (int j = 0; j < i; j++)
                close(fds[j]);
            child(i, ends[0]);
        }
        close(ends[0]);
        fds[i] = ends[1];
    }
    for (int i = 0; i < ORDER; i++)
        write(fds[input.order[i]], "x", 1);
    for (int i = 0; i < CHILDREN; i++)
        close(fds[i]);
    for (int i = 0; i < CHILDREN; i++)
        wait(NULL);
    report_count();
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
