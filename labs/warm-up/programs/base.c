/* What worked before the lab, as numbers: files, processes, pipes, leaks. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { BYTES = 3000, ROUNDS = 3 };

struct input {
    int factor, status;
};

/* How much the machine has to give, found by asking until it says no. */
struct room {
    int pages, processes, descriptors;
};

struct seen {
    int file_sum, pipe_sum;     // sums of the bytes read back
    int status;                 // of a child
    int wrong_pid;              // 0 if wait named the child
    struct room before, after;
};

static struct input input;
static unsigned char bytes[BYTES];

static int
sum(void)
{
    int total = 0;

    for (int i = 0; i < BYTES; i++)
        total = total * 31 + bytes[i];
    return total;
}

static void
fill(void)
{
    for (int i = 0; i < BYTES; i++)
        bytes[i] = (unsigned char)(i * input.factor >> 3);
}

static int
file_sum(void)
{
    fill();
    int fd = open("/lab-file", O_RDWR | O_CREATE | O_TRUNC);
    write(fd, bytes, BYTES);
    close(fd);
    memset(bytes, 0, BYTES);
    fd = open("/lab-file", O_RDONLY);
    read(fd, bytes, BYTES);
    close(fd);
    unlink("/lab-file");
    return sum();
}

static int
pipe_sum(void)
{
    int fds[2], at = 0;

    fill();
    pipe(fds);
    if (fork() == 0) {
        for (int i = 0; i < BYTES; i += 100)
            write(fds[1], bytes + i, 100);
        exit(0);
    }
    close(fds[1]);
    memset(bytes, 0, BYTES);
    while (at < BYTES) {
        int n = read(fds[0], bytes + at, (size_t)(BYTES - at));
        if (n <= 0)
            break;
        at += n;
    }
    close(fds[0]);
    wait(NULL);
    return sum();
}

/* A child measures, so that its end gives everything back. */
static void
measure(struct room *room)
{
    int fds[2];

    pipe(fds);
    if (fork() == 0) {
        struct room found = { 0 };

        while (sbrk(4096) != (void *)-1)
            found.pages++;
        sbrk(-found.pages * 4096);
        while (1) {
            int pid = fork();
            if (pid == 0)
                sleep(1000000);
            if (pid < 0)
                break;
            kill(pid);
            found.processes++;
        }
        while (wait(NULL) > 0)
            ;
        while (dup(fds[1]) >= 0)
            found.descriptors++;
        write(fds[1], &found, sizeof(found));
        exit(0);
    }
    close(fds[1]);
    read(fds[0], room, sizeof(*room));
    close(fds[0]);
    wait(NULL);
}

int
main(void)
{
    struct seen seen = { 0 };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int round = 0; round < ROUNDS; round++) {
        int status = 0, pid;

        // What is allocated once, at the first use, is no leak.
        if (round == ROUNDS - 1)
            measure(&seen.before);
        seen.file_sum = file_sum();
        seen.pipe_sum = pipe_sum();
        pid = fork();
        if (pid == 0)
            exit(input.status);
        seen.wrong_pid = wait(&status) - pid;
        seen.status = status;
    }
    measure(&seen.after);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
