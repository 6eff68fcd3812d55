/*
 * parallel: how long two processes take that have nothing to do with each
 * other.
 *
 *     parallel LOAD...
 *
 * A load is one of those below.  Each gives a row as bench prints them: ticks of
 * the time-stamp counter until both processes are done, for each round that they
 * make.  tools/bench compares a machine of two CPUs with one of one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "measure.h"

enum { NPROCESSES = 2, PAGE = 4096, NPAGES = 16 };

/* Arithmetic that no compiler foresees the result of. */
static void
compute(int rounds, int id)
{
    enum { STEPS = 1000 };
    volatile uint32_t result;
    uint32_t x = (uint32_t)id;

    for (int i = 0; i < rounds * STEPS; i++)
        x = x * 1664525 + 1013904223;   // Numerical Recipes, "Quick and Dirty"
    result = x;
    (void)result;
}

/* A byte goes to a process of its own and comes back. */
static void
exchange(int rounds, int id)
{
    int there[2], back[2];
    char c = (char)id;

    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    int pid = fork();
    must(pid >= 0, "fork");
    for (int i = 0; i < rounds; i++) {
        if (pid == 0) {
            must(read(there[0], &c, 1) == 1, "read");
            must(write(back[1], &c, 1) == 1, "write");
        } else {
            must(write(there[1], &c, 1) == 1, "write");
            must(read(back[0], &c, 1) == 1, "read");
        }
    }
    if (pid == 0)
        exit(0);
    must(wait(NULL) == pid, "wait");
}

static const char *
file_name(int id)
{
    static char name[] = "parallel.0";
    name[sizeof(name) - 2] = (char)('0' + id);
    return name;
}

/* A file of its own, which is in the cache, from its start to its end. */
static void
read_file(int rounds, int id)
{
    static char block[PAGE];

    for (int i = 0; i < rounds; i++) {
        int fd = open(file_name(id), O_RDONLY);
        must(fd >= 0, "open");
        for (int j = 0; j < NPAGES; j++)
            must(read(fd, block, PAGE) == PAGE, "read");
        close(fd);
    }
}

static const struct {
    const char *name;
    void (*run)(int rounds, int id);
    int rounds;                 // some tenths of a second
} loads[] = {
    { "compute", compute, 100000 },
    { "pipes", exchange, 10000 },
    { "files", read_file, 1000 },
};

static void
make_files(void)
{
    static const char block[PAGE];

    for (int id = 0; id < NPROCESSES; id++) {
        int fd = open(file_name(id), O_CREATE | O_TRUNC | O_WRONLY);
        must(fd >= 0, "open");
        for (int i = 0; i < NPAGES; i++)
            must(write(fd, block, PAGE) == PAGE, "write");
        close(fd);
    }
}

/* The processes start when a byte for each comes through a pipe. */
static void
measure(const char *name, void (*run)(int rounds, int id), int rounds)
{
    int start[2];
    char c = 0;

    must(pipe(start) == 0, "pipe");
    for (int id = 0; id < NPROCESSES; id++) {
        int pid = fork();
        must(pid >= 0, "fork");
        if (pid == 0) {
            must(read(start[0], &c, 1) == 1, "read");
            run(rounds, id);
            exit(0);
        }
    }
    sleep(1);                   // until both of them read
    uint64_t started = time_stamp();
    for (int i = 0; i < NPROCESSES; i++)
        must(write(start[1], &c, 1) == 1, "write");
    for (int i = 0; i < NPROCESSES; i++) {
        int status = -1;
        must(wait(&status) > 0 && status == 0, name);
    }
    report(name, (uint32_t)rounds, time_stamp() - started);
    close(start[0]);
    close(start[1]);
}

int
main(int argc, char *argv[])
{
    make_files();
    for (int i = 1; i < argc; i++)
        for (size_t j = 0; j < sizeof(loads) / sizeof(loads[0]); j++)
            if (strcmp(argv[i], loads[j].name) == 0)
                measure(loads[j].name, loads[j].run, loads[j].rounds);
    for (int id = 0; id < NPROCESSES; id++)
        must(unlink(file_name(id)) == 0, "unlink");
    return 0;
}
