/* Runs the student's program reads, and tells what it printed. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

/* As drawn: what reads is to run, as digits for the program reader. */
struct input {
    int times, status;
};

struct seen {
    int status;
    int n;                      // bytes of text
    char text[200];
};

static void
to_digits(char digits[4], int n)
{
    for (int i = 2; i >= 0; i--, n /= 10)
        digits[i] = (char)('0' + n % 10);
    digits[3] = '\0';
}

int
main(void)
{
    struct input input = { 0 };
    struct seen seen = { 0 };
    char times[4], status[4];
    char *const argv[] = { "reads", "reader", times, status, NULL };
    int fds[2];

    lab_stop(LAB_INPUT, &input, sizeof(input));
    to_digits(times, input.times);
    to_digits(status, input.status);
    pipe(fds);
    if (fork() == 0) {
        // The output of reads is the pipe; it has no other file.
        close(fds[0]);
        if (fds[1] != STDOUT_FILENO) {
            close(STDOUT_FILENO);
            dup(fds[1]);
        }
        exec("/reads", argv);
        exit(255);
    }
    close(fds[1]);
    wait(&seen.status);
    seen.n = read(fds[0], seen.text, sizeof(seen.text));
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
