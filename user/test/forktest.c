/*
 * forktest: forks until fork fails, then waits for every child.
 *
 * The limit must be met with a -1, and each child be there exactly once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* More than any process table here has room for. */
enum { TOO_MANY = 100000 };

static void
check(int holds, const char *what)
{
    if (!holds) {
        printf("forktest: %s\n", what);
        exit(1);
    }
}

/* Children wait until the parent closes its end, so that all live at once. */
static void
live_until_closed(int gate[2])
{
    char c;
    close(gate[1]);
    exit(read(gate[0], &c, 1));
}

int
main(void)
{
    int gate[2];
    int n = 0, pid;
    check(pipe(gate) == 0, "pipe failed");
    do {
        pid = fork();
        if (pid == 0)
            live_until_closed(gate);
        n += pid > 0;
    } while (pid > 0 && n < TOO_MANY);
    check(n > 0, "fork failed at once");
    check(n < TOO_MANY, "fork never failed");

    close(gate[1]);
    for (int i = 0; i < n; i++) {
        int status = -1;
        check(wait(&status) > 0, "wait returned too early");
        check(status == 0, "a child was killed");
    }
    check(wait(NULL) == -1, "wait found one child too many");
    printf("forktest: %d children lived at once\n", n);
    printf("fork test OK\n");
    return 0;
}
