/*
 * Makes files, first alone, then by several processes at once.  At last each of
 * these writes much, in one call.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { LARGEST = 64 * 1024 };

struct input {
    int files, processes, size;
};

static char bytes[LARGEST];

static void
make_files(int process, int n)
{
    char name[16];

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "/%d-%d", process, i);
        close(open(name, O_RDWR | O_CREATE));
    }
}

static void
write_much(int process, int size)
{
    char name[16];

    snprintf(name, sizeof(name), "/%d", process);
    int fd = open(name, O_RDWR | O_CREATE);
    int written = write(fd, bytes, (size_t)size);
    lab_stop(LAB_REPORT, &written, sizeof(written));
}

int
main(void)
{
    struct input input = { 0 };
    int moment = 0;

    lab_stop(LAB_INPUT, &input, sizeof(input));
    // What is read for the first time is in memory then.
    make_files(0, 1);
    lab_stop(LAB_REPORT, &moment, sizeof(moment));
    make_files(1, input.files);
    lab_stop(LAB_REPORT, &moment, sizeof(moment));
    for (int i = 0; i < input.processes; i++) {
        if (fork() == 0) {
            make_files(2 + i, input.files);
            exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    lab_stop(LAB_REPORT, &moment, sizeof(moment));
    for (int i = 0; i < input.processes; i++) {
        if (fork() == 0) {
            write_much(i, input.size);
            exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
