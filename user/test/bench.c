/*
 * bench: what the operations of the system cost.
 *
 * Prints `bench NAME N TICKS` for each row: N operations took TICKS ticks of
 * the time-stamp counter each.  Under QEMU's -icount shift=0 a tick is one
 * executed instruction.  Other kernels of this kind have been measured with the
 * same names, loops and counts, so that the rows can be compared.
 *
 * With arguments it makes only the rows that they name, in its own order.  No
 * row is called "nothing": so it is its own small program for the row of exec.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"

enum {
    PAGE = 4096,
    MIB = 1024 * 1024,
    LARGE = 64 * 1024,          // the most that one write makes durable at once
};

static char block[PAGE];

/* ---- The clock ---- */

static uint64_t started;

static uint64_t
time_stamp(void)
{
    uint64_t now;
    asm volatile("rdtsc" : "=A"(now));
    return now;
}

static void
start(void)
{
    started = time_stamp();
}

/* Prints the row.  C would want libgcc for the quotient, so it takes asm. */
static void
report(const char *name, uint32_t n)
{
    uint64_t ticks = time_stamp() - started;
    uint32_t high = (uint32_t)(ticks >> 32), each = UINT32_MAX;
    if (high < n)
        asm("divl %2" : "=a"(each), "+d"(high)
            : "r"(n), "0"((uint32_t)ticks) : "cc");
    printf("bench %s %u %u\n", name, (unsigned)n, (unsigned)each);
}

/* A row with a failed call would be a fast one: better none. */
static void
must(int holds, const char *what)
{
    if (!holds) {
        printf("bench: %s failed\n", what);
        exit(1);
    }
}

/* ---- Calls and pipes ---- */

static void
bench_getpid(void)
{
    enum { N = 5000 };
    start();
    for (int i = 0; i < N; i++)
        getpid();
    report("getpid", N);
}

static void
bench_ping_pong(void)
{
    enum { N = 500 };
    int there[2], back[2];
    char c = 'x';
    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    if (fork() == 0) {
        for (int i = 0; i < N; i++) {
            read(there[0], &c, 1);
            write(back[1], &c, 1);
        }
        exit(0);
    }
    start();
    for (int i = 0; i < N; i++) {
        write(there[1], &c, 1);
        read(back[0], &c, 1);
    }
    report("pipe_pingpong", N);
    must(wait(NULL) > 0, "wait");
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
}

static void
bench_pipe_pages(void)
{
    enum { N = 64 };
    int fds[2];
    must(pipe(fds) == 0, "pipe");
    if (fork() == 0) {
        close(fds[0]);
        for (int i = 0; i < N; i++)
            write(fds[1], block, PAGE);
        exit(0);
    }
    close(fds[1]);
    start();
    while (read(fds[0], block, PAGE) > 0)
        continue;
    report("pipe_4k", N);
    must(wait(NULL) > 0, "wait");
    close(fds[0]);
}

/* ---- Processes and memory ---- */

static void
fork_and_wait(int times)
{
    for (int i = 0; i < times; i++) {
        int pid = fork();
        if (pid == 0)
            exit(0);
        must(pid > 0 && wait(NULL) == pid, "fork");
    }
}

static void
bench_fork(void)
{
    enum { N = 50 };
    start();
    fork_and_wait(N);
    report("fork_exit_wait", N);
}

static void
bench_fork_big(void)
{
    enum { N = 5, SIZE = 4 * MIB };
    char *heap = sbrk(SIZE);
    must((intptr_t)heap != -1, "sbrk");
    for (int i = 0; i < SIZE; i += PAGE)
        heap[i] = 1;
    start();
    fork_and_wait(N);
    report("fork_4mb", N);
    sbrk(-SIZE);
}

static void
bench_exec(void)
{
    enum { N = 20 };
    char name[] = "bench", argument[] = "nothing";
    char *argv[] = {name, argument, NULL};
    start();
    for (int i = 0; i < N; i++) {
        int status = -1;
        if (fork() == 0) {
            exec("/bench", argv);
            exit(1);
        }
        must(wait(&status) > 0 && status == 0, "exec");
    }
    report("fork_exec_wait", N);
}

static void
bench_sbrk(void)
{
    enum { N = 10 };
    start();
    for (int i = 0; i < N; i++) {
        char *heap = sbrk(MIB);
        must((intptr_t)heap != -1, "sbrk");
        for (int j = 0; j < MIB; j += PAGE)
            heap[j] = 1;
        sbrk(-MIB);
    }
    report("sbrk_touch_1mb", N);
}

/* ---- Files ---- */

static const char *
file_name(int i)
{
    static char name[] = "bench.00";
    name[6] = (char)('0' + i / 10);
    name[7] = (char)('0' + i % 10);
    return name;
}

enum { NCREATED = 40 };

static void
bench_create(void)
{
    start();
    for (int i = 0; i < NCREATED; i++) {
        int fd = open(file_name(i), O_CREATE | O_RDWR);
        must(fd >= 0, "create");
        close(fd);
    }
    report("create", NCREATED);
}

/* Removes what bench_create made. */
static void
bench_unlink(void)
{
    start();
    for (int i = 0; i < NCREATED; i++)
        must(unlink(file_name(i)) == 0, "unlink");
    report("unlink", NCREATED);
}

static int
open_file(const char *name, int flags)
{
    int fd = open(name, flags);
    must(fd >= 0, "open");
    return fd;
}

/* The files of the rows that follow. */
static const char small_file[] = "bench.file", large_file[] = "bench.large";
enum { NPAGES = 16 };

static void
bench_write_page(void)
{
    int fd = open_file(small_file, O_CREATE | O_TRUNC | O_RDWR);
    start();
    for (int i = 0; i < NPAGES; i++)
        must(write(fd, block, PAGE) == PAGE, "write");
    report("write_4k", NPAGES);
    close(fd);
}

static void
bench_read(void)
{
    enum { ROUNDS = 10 };
    start();
    for (int i = 0; i < ROUNDS; i++) {
        int fd = open_file(small_file, O_RDONLY);
        while (read(fd, block, PAGE) > 0)
            continue;
        close(fd);
    }
    report("read_4k", NPAGES * ROUNDS);
}

static void
bench_write_bytes(void)
{
    enum { N = 64, SMALL = 16 };
    int fd = open_file(small_file, O_RDWR);
    start();
    for (int i = 0; i < N; i++)
        must(write(fd, block, SMALL) == SMALL, "write");
    report("write_16b", N);
    close(fd);
}

static void
bench_write_large(void)
{
    enum { N = 56 };
    // Not in the program's data: fork would copy it in the rows above.
    char *bytes = sbrk(LARGE);
    must((intptr_t)bytes != -1, "sbrk");
    int fd = open_file(large_file, O_CREATE | O_TRUNC | O_RDWR);
    start();
    for (int i = 0; i < N; i++)
        must(write(fd, bytes, LARGE) == LARGE, "write");
    report("write_64k", N);
    close(fd);
    sbrk(-LARGE);
}

static void
bench_open(void)
{
    enum { N = 500 };
    start();
    for (int i = 0; i < N; i++)
        close(open_file(small_file, O_RDONLY));
    report("open_close", N);
}

static void
remove_files(void)
{
    must(unlink(small_file) == 0, "unlink");
    must(unlink(large_file) == 0, "unlink");
}

/* How many ticks of the time-stamp counter one of the system clock has. */
static void
bench_clock(void)
{
    enum { N = 50 };
    sleep(1);                   // to the edge of a tick
    start();
    sleep(N);
    report("clock", N);
}

/* ---- All rows ---- */

static const struct {
    const char *name;
    void (*run)(void);
} rows[] = {
    { "getpid", bench_getpid },
    { "pipe_pingpong", bench_ping_pong },
    { "pipe_4k", bench_pipe_pages },
    { "fork_exit_wait", bench_fork },
    { "fork_4mb", bench_fork_big },
    { "fork_exec_wait", bench_exec },
    { "sbrk_touch_1mb", bench_sbrk },
    { "create", bench_create },
    { "unlink", bench_unlink },
    { "write_4k", bench_write_page },
    { "read_4k", bench_read },
    { "write_16b", bench_write_bytes },
    { "write_64k", bench_write_large },
    { "open_close", bench_open },
    { "remove", remove_files },
    { "clock", bench_clock },
};

static int
is_wanted(const char *name, char *wanted[])
{
    for (; *wanted != NULL; wanted++)
        if (strcmp(name, *wanted) == 0)
            return 1;
    return 0;
}

int
main(int argc, char *argv[])
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (argc < 2 || is_wanted(rows[i].name, argv + 1))
            rows[i].run();
    if (argc < 2)
        printf("bench done\n");
    return 0;
}
