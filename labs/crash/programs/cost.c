/* Makes files, first alone, then by several processes at once. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

struct input {
    int files, processes;
};

static void
make_files(int process, int n)
{
    char name[16];

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "/%d-%d", process, i);
        close(open(name, O_RDWR | O_CREATE));
    }
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
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
