/*
 * Many processes on all CPUs, under each policy: some compute, some sleep, some
 * pass bytes on, some fork, and some are killed.  All have other tickets.  What
 * is reported is what came back from them.
 */
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"
#include "calls.h"

enum { POLICIES = 3, KINDS = 4, CROWD = 24, KILLED = 4, BYTES = 200 };

static struct {
    int status;                 // of the crowd: this, then one more for each
    int work;                   // rounds of a loop
} input;

static struct {
    int ended, killed;          // processes
    int statuses;               // their sum
    int bytes;                  // that came through the pipe
} seen[POLICIES];

static void
work(int rounds)
{
    for (volatile int i = 0; i < rounds; i++)
        ;
}

static void
one(int n, int fd)
{
    call(SETTICKETS, n % 5 == 0 ? TICKETS_MAX : 1 + n);
    switch (n % KINDS) {
    case 0:
        work(input.work);
        break;
    case 1:
        for (int i = 0; i < 5; i++) {
            sleep(1);
            work(input.work / 10);
        }
        break;
    case 2:
        for (int i = 0; i < BYTES; i++)
            write(fd, "x", 1);
        break;
    case 3:
        for (int i = 0; i < 5; i++) {
            if (fork() == 0)
                exit(0);
            wait(NULL);
        }
        break;
    }
    exit(input.status + n);
}

static void
all(int policy)
{
    int fds[2], killed[KILLED], n, status;
    char bytes[64];

    call(SETPOLICY, policy);
    pipe(fds);
    for (int i = 0; i < KILLED; i++) {
        killed[i] = fork();
        while (killed[i] == 0)
            if (i % 2 == 0)
                sleep(1000);
    }
    for (int i = 0; i < CROWD; i++)
        if (fork() == 0) {
            close(fds[0]);
            one(i, fds[1]);
        }
    close(fds[1]);
    for (int i = 0; i < KILLED; i++)
        seen[policy].killed += kill(killed[i]) == 0;
    while ((n = read(fds[0], bytes, sizeof(bytes))) > 0)
        seen[policy].bytes += n;
    close(fds[0]);
    while (wait(&status) > 0) {
        seen[policy].ended++;
        seen[policy].statuses += status;
    }
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int policy = 0; policy < POLICIES; policy++)
        all(policy);
    lab_stop(LAB_REPORT, seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
