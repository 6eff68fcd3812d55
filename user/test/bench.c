/*
 * bench: what the operations of the system cost.
 *
 * Prints `bench NAME N TICKS` for each row: N operations took TICKS ticks of
 * the time-stamp counter each.  Under QEMU's -icount shift=0 a tick is one
 * executed instruction.  Other kernels of this kind have been measured with the
 * same names, loops and counts, so that the rows can be compared.
 *
 *     bench [-d DIVISOR] [-p PROCESSES] [-f FILE] [-s KIB] [ROW...]
 *
 * With arguments it makes only the rows that they name, in its own order.  No
 * row is called "nothing": so it is its own small program for the row of exec.
 *
 *   -d  a DIVISOR-th of the repetitions, for a log of all that happens
 *   -p  while PROCESSES exist, all but those of the row asleep
 *   -f  the row open_close opens FILE
 *   -s  the row write_file writes KIB kibibytes
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

/* What the options say. */
static int divisor = 1;
static int nprocesses;
static const char *opened_file;
static int file_kib = 64;

/* The repetitions to make where n are usual. */
static int
repetitions(int n)
{
    return n > divisor ? n / divisor : 1;
}

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

/* Prints a row.  C would want libgcc for the quotient, so it takes asm. */
static void
report_ticks(const char *name, uint32_t n, uint64_t ticks)
{
    uint32_t high = (uint32_t)(ticks >> 32), each = UINT32_MAX;
    if (high < n)
        asm("divl %2" : "=a"(each), "+d"(high)
            : "r"(n), "0"((uint32_t)ticks) : "cc");
    printf("bench %s %u %u\n", name, (unsigned)n, (unsigned)each);
}

static void
report(const char *name, uint32_t n)
{
    report_ticks(name, n, time_stamp() - started);
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
    const int n = repetitions(5000);
    start();
    for (int i = 0; i < n; i++)
        getpid();
    report("getpid", n);
}

static void
bench_ping_pong(void)
{
    const int n = repetitions(500);
    int there[2], back[2];
    char c = 'x';
    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    if (fork() == 0) {
        for (int i = 0; i < n; i++) {
            read(there[0], &c, 1);
            write(back[1], &c, 1);
        }
        exit(0);
    }
    start();
    for (int i = 0; i < n; i++) {
        write(there[1], &c, 1);
        read(back[0], &c, 1);
    }
    report("pipe_pingpong", n);
    must(wait(NULL) > 0, "wait");
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
}

static void
bench_pipe_pages(void)
{
    const int n = repetitions(64);
    int fds[2];
    must(pipe(fds) == 0, "pipe");
    if (fork() == 0) {
        close(fds[0]);
        for (int i = 0; i < n; i++)
            write(fds[1], block, PAGE);
        exit(0);
    }
    close(fds[1]);
    start();
    while (read(fds[0], block, PAGE) > 0)
        continue;
    report("pipe_4k", n);
    must(wait(NULL) > 0, "wait");
    close(fds[0]);
}

/*
 * Two rows: the write that wakes a reader, and from its end until the reader,
 * another process, is back from its read.
 */
static void
bench_switch(void)
{
    const int n = repetitions(500);
    int there[2], back[2];
    uint64_t woken = 0, switched = 0, before, after, now;
    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    if (fork() == 0) {
        char c;
        for (int i = 0; i < n; i++) {
            read(there[0], &c, 1);
            now = time_stamp();
            write(back[1], &now, sizeof(now));
        }
        exit(0);
    }
    sleep(1);                   // until the other one reads
    for (int i = 0; i < n; i++) {
        before = time_stamp();
        write(there[1], "x", 1);
        after = time_stamp();
        must(read(back[0], &now, sizeof(now)) == sizeof(now), "read");
        woken += after - before;
        switched += now - after;
    }
    report_ticks("wakeup", (uint32_t)n, woken);
    report_ticks("switch", (uint32_t)n, switched);
    must(wait(NULL) > 0, "wait");
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
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
    const int n = repetitions(50);
    start();
    fork_and_wait(n);
    report("fork_exit_wait", n);
}

static void
bench_fork_big(void)
{
    enum { SIZE = 4 * MIB };
    const int n = repetitions(5);
    char *heap = sbrk(SIZE);
    must((intptr_t)heap != -1, "sbrk");
    for (int i = 0; i < SIZE; i += PAGE)
        heap[i] = 1;
    start();
    fork_and_wait(n);
    report("fork_4mb", n);
    sbrk(-SIZE);
}

static void
bench_exec(void)
{
    const int n = repetitions(20);
    char name[] = "bench", argument[] = "nothing";
    char *argv[] = {name, argument, NULL};
    start();
    for (int i = 0; i < n; i++) {
        int status = -1;
        if (fork() == 0) {
            exec("/bench", argv);
            exit(1);
        }
        must(wait(&status) > 0 && status == 0, "exec");
    }
    report("fork_exec_wait", n);
}

static void
bench_sbrk(void)
{
    const int n = repetitions(10);
    start();
    for (int i = 0; i < n; i++) {
        char *heap = sbrk(MIB);
        must((intptr_t)heap != -1, "sbrk");
        for (int j = 0; j < MIB; j += PAGE)
            heap[j] = 1;
        sbrk(-MIB);
    }
    report("sbrk_touch_1mb", n);
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
    const int rounds = repetitions(10);
    start();
    for (int i = 0; i < rounds; i++) {
        int fd = open_file(small_file, O_RDONLY);
        while (read(fd, block, PAGE) > 0)
            continue;
        close(fd);
    }
    report("read_4k", NPAGES * rounds);
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
    const int n = repetitions(500);
    const char *name = opened_file != NULL ? opened_file : small_file;
    start();
    for (int i = 0; i < n; i++)
        close(open_file(name, O_RDONLY));
    report("open_close", n);
}

/* A new file, in pieces as large as one write makes durable. */
static void
bench_write_file(void)
{
    const char name[] = "bench.grows";
    char *bytes = sbrk(LARGE);
    must((intptr_t)bytes != -1, "sbrk");
    start();
    int fd = open_file(name, O_CREATE | O_RDWR);
    for (int left = file_kib * 1024; left > 0; left -= LARGE) {
        int n = left < LARGE ? left : LARGE;
        must(write(fd, bytes, (size_t)n) == n, "write");
    }
    close(fd);
    report("write_file", 1);
    must(unlink(name) == 0, "unlink");
    sbrk(-LARGE);
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

enum { ONLY_NAMED = 1 };        // not made where no row is named

static const struct {
    const char *name;
    void (*run)(void);
    int flags;
} rows[] = {
    { "getpid", bench_getpid, 0 },
    { "pipe_pingpong", bench_ping_pong, 0 },
    { "pipe_4k", bench_pipe_pages, 0 },
    { "fork_exit_wait", bench_fork, 0 },
    { "fork_4mb", bench_fork_big, 0 },
    { "fork_exec_wait", bench_exec, 0 },
    { "sbrk_touch_1mb", bench_sbrk, 0 },
    { "create", bench_create, 0 },
    { "unlink", bench_unlink, 0 },
    { "write_4k", bench_write_page, 0 },
    { "read_4k", bench_read, 0 },
    { "write_16b", bench_write_bytes, 0 },
    { "write_64k", bench_write_large, 0 },
    { "open_close", bench_open, 0 },
    { "remove", remove_files, 0 },
    { "clock", bench_clock, 0 },
    { "switch", bench_switch, ONLY_NAMED },
    { "write_file", bench_write_file, ONLY_NAMED },
};

/* Without names all rows are wanted that can be. */
static int
is_wanted(const char *name, int flags, char *names[])
{
    if (*names == NULL)
        return !(flags & ONLY_NAMED);
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return 1;
    return 0;
}

enum { OTHERS = 4 };            // init, the shell, this one, the row's child

/*
 * Makes processes that sleep in a read until `crowd` is closed, as many as are
 * missing.
 */
static void
make_crowd(int crowd[2])
{
    must(pipe(crowd) == 0, "pipe");
    for (int i = OTHERS; i < nprocesses; i++) {
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
}

static void
end_crowd(int crowd[2])
{
    close(crowd[1]);
    for (int i = OTHERS; i < nprocesses; i++)
        must(wait(NULL) > 0, "wait");
    close(crowd[0]);
}

static void
usage(void)
{
    dprintf(2, "usage: bench [-d DIVISOR] [-p PROCESSES] [-f FILE] [-s KIB] "
               "[ROW...]\n");
    exit(1);
}

/* Takes the options and returns the other arguments. */
static char **
take_options(int argc, char *argv[])
{
    int option;
    while (option = getopt(argc, argv, "d:p:f:s:"), option != -1) {
        if (option == 'd')
            divisor = atoi(optarg);
        else if (option == 'p')
            nprocesses = atoi(optarg);
        else if (option == 'f')
            opened_file = optarg;
        else if (option == 's')
            file_kib = atoi(optarg);
        else
            usage();
    }
    if (divisor < 1)
        usage();
    return argv + optind;
}

int
main(int argc, char *argv[])
{
    char **names = take_options(argc, argv);
    int crowd[2];

    if (nprocesses > 0)
        make_crowd(crowd);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (is_wanted(rows[i].name, rows[i].flags, names))
            rows[i].run();
    if (nprocesses > 0)
        end_crowd(crowd);
    if (*names == NULL)
        printf("bench done\n");
    return 0;
}
