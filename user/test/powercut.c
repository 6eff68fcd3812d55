/*
 * powercut: changes files while the host records what goes to the disk.
 *
 *     powercut SEED CALLS PROCESS...
 *
 * Each process, a number from 0 on, makes that many random calls in a directory
 * of its own, p0 if it is process 0.  Before each call it prints "call PROCESS
 * NUMBER WHAT", and when the call has returned, "done PROCESS NUMBER RESULT".
 * Then it waits until the host answers with a line of the process's number: so
 * the host knows, for every call, which disk commands came before its return.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"

enum {
    PROCESSES_MAX = 8,
    CALLS_MAX = 4095,           // so that a word has room for the number
    NFILES = 5,
    NDIRECTORIES = 3,
    WRITE_MAX = 12000,
    LARGE_MIN = 64 * 1024,      // more than one piece
    LARGE_MAX = 200 * 1024,
    PATH_SIZE = 32,
};

static int process;             // which one we are
static int number;              // of the call
static int answer;              // a pipe: a byte for each answer to us
static uint32_t words[LARGE_MAX / 4];

static int
random_below(int n)
{
    return rand() % n;
}

static void
fail(const char *what)
{
    printf("powercut: process %d: %s failed\n", process, what);
    exit(1);
}

/* ---- Telling the host ---- */

static void
announce(const char *fmt, ...)
{
    char what[80];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    printf("call %d %d %s\n", process, number, what);
}

static void
conclude(int result)
{
    char byte;
    printf("done %d %d %d\n", process, number, result);
    if (read(answer, &byte, 1) != 1)
        fail("the answer");
}

/* ---- Paths ---- */

static void
choose_directory(char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "p%d/d%d", process, random_below(NDIRECTORIES));
}

static void
choose_file(char path[PATH_SIZE])
{
    int file = random_below(NFILES), directory = random_below(NDIRECTORIES);
    if (random_below(3) > 0)
        snprintf(path, PATH_SIZE, "p%d/f%d", process, file);
    else
        snprintf(path, PATH_SIZE, "p%d/d%d/f%d", process, directory, file);
}

/* ---- The calls: each function makes one that may change something ---- */

static void
open_file(const char *path, const char *what, int flags)
{
    announce("%s %s", what, path);
    int fd = open(path, O_RDWR | flags);
    if (fd >= 0)
        close(fd);
    conclude(fd < 0 ? -1 : 0);
}

static void
create_file(const char *path)
{
    open_file(path, "create", O_CREATE);
}

static void
empty_file(const char *path)
{
    open_file(path, "empty", O_CREATE | O_TRUNC);
}

/* Word i of each call's data is another one. */
static void
fill_words(int n)
{
    for (int i = 0; i < (n + 3) / 4; i++)
        words[i] = (uint32_t)(process << 28 | number << 16 | i);
}

static void
write_file(const char *path, int offset, int n)
{
    int fd = open(path, O_WRONLY);
    if (fd < 0) {
        create_file(path);
        return;
    }
    fill_words(n);
    lseek(fd, offset, SEEK_SET);
    announce("write %s %d %d", path, offset, n);
    int result = write(fd, words, (size_t)n);
    conclude(result);
    close(fd);
}

static void
append_file(const char *path, int n)
{
    int fd = open(path, O_WRONLY | O_APPEND);
    if (fd < 0) {
        create_file(path);
        return;
    }
    fill_words(n);
    announce("append %s %d", path, n);
    int result = write(fd, words, (size_t)n);
    conclude(result);
    close(fd);
}

static void
remove_path(const char *what, const char *path)
{
    announce("%s %s", what, path);
    conclude(unlink(path));
}

/* Nothing can be seen of what is written to a file without a name. */
static void
remove_open_file(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR);
    announce("unlink %s while open", path);
    int result = unlink(path);
    if (fstat(fd, &st) == 0 && st.nlink == 0 &&
        write(fd, words, WRITE_MAX) != WRITE_MAX)
        fail("write");
    if (random_below(2) == 0)
        close(fd);
    conclude(result);
    close(fd);
}

static void
two_paths(const char *what, int (*call)(const char *, const char *),
          const char *from, const char *to)
{
    announce("%s %s %s", what, from, to);
    conclude(call(from, to));
}

static void
make_directory(const char *path)
{
    announce("mkdir %s", path);
    conclude(mkdir(path));
}

static void
any_call(void)
{
    char file[PATH_SIZE], other[PATH_SIZE];
    char directory[PATH_SIZE], inner[PATH_SIZE];
    choose_file(file);
    choose_file(other);
    choose_directory(directory);
    snprintf(inner, sizeof(inner), "p%d/d%d/d", process,
             random_below(NDIRECTORIES));
    int n = 1 + random_below(random_below(2) == 0 ? 100 : WRITE_MAX);
    int large = LARGE_MIN + 1 + random_below(LARGE_MAX - LARGE_MIN);
    switch (random_below(24)) {
    case 0: case 1: case 2: create_file(file); break;
    case 3: empty_file(file); break;
    case 4: case 5: case 6:
        write_file(file, random_below(3 * WRITE_MAX), n); break;
    case 7: write_file(file, 0, n); break;
    case 8: case 9: case 10: append_file(file, n); break;
    case 11: case 12: remove_path("unlink", file); break;
    case 13: remove_open_file(file); break;
    case 14: case 15: two_paths("link", link, file, other); break;
    case 16: case 17: two_paths("rename", rename, file, other); break;
    case 18: two_paths("rename", rename, directory, inner); break;
    case 19: two_paths("rename", rename, inner, directory); break;
    case 20: case 21: make_directory(directory); break;
    case 22: remove_path("rmdir", directory); break;
    case 23: write_file(file, random_below(WRITE_MAX), large); break;
    }
}

static void
work(int seed, int calls)
{
    char path[PATH_SIZE];
    srand((unsigned)(seed * PROCESSES_MAX + process));
    snprintf(path, sizeof(path), "p%d", process);
    make_directory(path);
    for (number = 1; number < calls; number++)
        any_call();
    exit(0);
}

/* ---- The first process ---- */

static int answers[PROCESSES_MAX];      // writing ends of the processes' pipes

static void
start_process(int which, int seed, int calls)
{
    int fds[2];
    if (pipe(fds) < 0)
        fail("pipe");
    answers[which] = fds[1];
    int pid = fork();
    if (pid < 0)
        fail("fork");
    if (pid == 0) {
        process = which;
        answer = fds[0];
        work(seed, calls);
    }
    close(fds[0]);
}

/* Passes the host's answers on, each a line with the number of a process. */
static void
pass_answers(int n)
{
    char line[16];
    for (int i = 0; i < n; i++) {
        gets(line, sizeof(line));
        int which = line[0] - '0';
        if (which < 0 || which >= PROCESSES_MAX ||
            write(answers[which], line, 1) != 1)
            fail("passing an answer");
    }
}

static _Noreturn void
usage(void)
{
    dprintf(2, "usage: powercut SEED CALLS PROCESS...\n");
    exit(2);
}

int
main(int argc, char *argv[])
{
    int seed = argc > 3 ? parse_number(argv[1], 1000000) : -1;
    int calls = argc > 3 ? parse_number(argv[2], CALLS_MAX) : 0;
    if (seed < 0 || calls < 1)
        usage();
    for (int i = 3; i < argc; i++) {
        int which = parse_number(argv[i], PROCESSES_MAX - 1);
        if (which < 0)
            usage();
        start_process(which, seed, calls);
    }
    pass_answers((argc - 3) * calls);
    for (int i = 3; i < argc; i++) {
        int status = -1;
        if (wait(&status) < 0 || status != 0)
            fail("a process");
    }
    printf("powercut: done\n");
    return 0;
}
