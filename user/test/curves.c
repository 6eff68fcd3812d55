/*
 * curves: what shows how costs grow, beside the rows of bench.
 *
 *     curves switch                        the write that wakes a reader, and
 *                                          from its end until the reader runs
 *     curves write KIB                     a new file of so many kibibytes
 *     curves crowd N COMMAND [ARGUMENT...] COMMAND, a path, while N processes
 *                                          sleep
 *
 * tools/curves calls it and draws the curves.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "measure.h"

static void
measure_switch(void)
{
    enum { N = 500 };
    int there[2], back[2];
    uint64_t woken = 0, switched = 0, before, after, now;

    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    int pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        char c;
        for (int i = 0; i < N; i++) {
            read(there[0], &c, 1);
            now = time_stamp();
            write(back[1], &now, sizeof(now));
        }
        exit(0);
    }
    sleep(1);                   // until the other one reads
    for (int i = 0; i < N; i++) {
        before = time_stamp();
        write(there[1], "x", 1);
        after = time_stamp();
        must(read(back[0], &now, sizeof(now)) == sizeof(now), "read");
        woken += after - before;
        switched += now - after;
    }
    report("wakeup", N, woken);
    report("switch", N, switched);
    must(wait(NULL) == pid, "wait");
}

/* In pieces as large as one write makes durable. */
static void
measure_write(int kib)
{
    enum { LARGE = 64 * 1024 };
    static const char name[] = "curves.file";
    static char bytes[LARGE];

    uint64_t started = time_stamp();
    int fd = open(name, O_CREATE | O_RDWR);
    must(fd >= 0, "open");
    for (int left = kib * 1024; left > 0; left -= LARGE) {
        int n = left < LARGE ? left : LARGE;
        must(write(fd, bytes, (size_t)n) == n, "write");
    }
    close(fd);
    report("write", 1, time_stamp() - started);
    must(unlink(name) == 0, "unlink");
}

/* The sleepers read a pipe that nobody writes to, until it is closed. */
static void
run_in_crowd(int n, char *command[])
{
    int crowd[2];

    must(pipe(crowd) == 0, "pipe");
    for (int i = 0; i < n; i++) {
        int pid = fork();
        must(pid >= 0, "fork");
        if (pid == 0) {
            char c;
            close(crowd[1]);
            read(crowd[0], &c, 1);
            exit(0);
        }
    }
    sleep(1);                   // until all of them read
    int pid = fork(), status = 0;
    must(pid >= 0, "fork");
    if (pid == 0) {
        exec(command[0], command);
        must(0, command[0]);
    }
    must(wait(&status) == pid && status == 0, command[0]);
    close(crowd[1]);
    for (int i = 0; i < n; i++)
        must(wait(NULL) > 0, "wait");
}

int
main(int argc, char *argv[])
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "switch") == 0 && argc == 2) {
        measure_switch();
    } else if (strcmp(what, "write") == 0 && argc == 3) {
        measure_write(atoi(argv[2]));
    } else if (strcmp(what, "crowd") == 0 && argc > 3) {
        run_in_crowd(atoi(argv[2]), argv + 3);
    } else {
        dprintf(2, "usage: curves switch | write KIB | "
                   "crowd N COMMAND [ARGUMENT...]\n");
        return 1;
    }
    return 0;
}
