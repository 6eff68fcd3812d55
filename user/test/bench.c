/*
 * bench: what the operations of the system cost.
 *
 * Prints `bench NAME N TICKS` for each row: N operations took TICKS ticks of
 * the time-stamp counter each.  Other kernels of this kind have been measured
 * with the same names, loops and counts, so that the rows can be compared; what
 * else is measured is in programs of its own.
 *
 *     bench [-d DIVISOR] [ROW...]
 *
 * With names it makes only these rows, in its own order.  No row is called
 * "nothing": so it is its own small program for the row of exec.  -d makes a
 * DIVISOR-th of the repetitions, for a log of all that happens.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "measure.h"

enum {
    PAGE = 4096,
    MIB = 1024 * 1024,
    LARGE = 64 * 1024,          // the most that one write makes durable at once
};

static char block[PAGE];
static int divisor = 1;

/* The repetitions to make where n are usual. */
static int
repetitions(int n)
{
    return n > divisor ? n / divisor : 1;
}

static uint64_t started;

static void
start(void)
{
    started = time_stamp();
}

static void
stop(const char *name, int n)
{
    report(name, (uint32_t)n, time_stamp() - started);
}

/* ---- Calls and pipes ---- */

static void
bench_getpid(void)
{
    const int n = repetitions(5000);
    start();
    for (int i = 0; i < n; i++)
        getpid();
    stop("getpid", n);
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
    stop("pipe_pingpong", n);
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
    stop("pipe_4k", n);
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
    const int n = repetitions(50);
    start();
    fork_and_wait(n);
    stop("fork_exit_wait", n);
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
    stop("fork_4mb", n);
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
    stop("fork_exec_wait", n);
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
    stop("sbrk_touch_1mb", n);
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
    stop("create", NCREATED);
}

/* Removes what bench_create made. */
static void
bench_unlink(void)
{
    start();
    for (int i = 0; i < NCREATED; i++)
        must(unlink(file_name(i)) == 0, "unlink");
    stop("unlink", NCREATED);
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
    stop("write_4k", NPAGES);
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
    stop("read_4k", NPAGES * rounds);
}

static void
bench_write_bytes(void)
{
    enum { N = 64, SMALL = 16 };
    int fd = open_file(small_file, O_RDWR);
    start();
    for (int i = 0; i < N; i++)
        must(write(fd, block, SMALL) == SMALL, "write");
    stop("write_16b", N);
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
    stop("write_64k", N);
    close(fd);
    sbrk(-LARGE);
}

static void
bench_open(void)
{
    const int n = repetitions(500);
    start();
    for (int i = 0; i < n; i++)
        close(open_file(small_file, O_RDONLY));
    stop("open_close", n);
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
    stop("clock", N);
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

/* Without names all rows are wanted. */
static int
is_wanted(const char *name, char *names[])
{
    if (*names == NULL)
        return 1;
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return 1;
    return 0;
}

int
main(int argc, char *argv[])
{
    char **names = argv + 1;

    if (argc > 2 && strcmp(argv[1], "-d") == 0) {
        divisor = atoi(argv[2]);
        names += 2;
    }
    if (divisor < 1) {
        printf("usage: bench [-d DIVISOR] [ROW...]\n");
        return 1;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (is_wanted(rows[i].name, names))
            rows[i].run();
    if (*names == NULL)
        printf("bench done\n");
    return 0;
}
