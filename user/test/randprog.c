/*
 * randprog: random programs of fork, pipe, open, dup, read, write, lseek, close
 * and wait, whose results do not depend on the system that runs them.
 *
 *     randprog FIRST N     runs the N programs of the seeds from FIRST on,
 *                          and prints a checksum of what each has seen
 *     randprog -v SEED     runs one, and prints each call with its result
 *
 * tests/56-random-programs.t runs the same seeds here and on Linux, which knows
 * what a Unix answers; so nothing has to be worked out beforehand.
 *
 * No program waits for ever, since each keeps a model of its pipes: how many
 * bytes are in each, and who has its ends open.  A call that would wait is not
 * made.  And what it prints does not depend on who runs first: a parent waits
 * for its child at once, or both do what has the same outcome in any order.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "lib/limits.h"

enum {
    STATE = 3,                  // descriptor through which children report
    FIRST_FD = STATE + 1,       // those from here on are the program's
    NPIPES = 32,                // in one program, over its whole life
    PIPE_BYTES = 4096,          // what a pipe holds at least
    DEPTH_MAX = 3,              // of forks
    LOG_BYTES = 64 * 1024,
    BUFFER_BYTES = 9000,        // the largest read and write
    MUCH = 80 * 1024,           // more than any system's pipe holds
};

static const char *const names[] = {"a", "b", "c"};
enum { NNAMES = sizeof(names) / sizeof(names[0]) };

/* ---- What the program knows of itself ---- */

enum kind { CLOSED, PLAIN_FILE, READER, WRITER };

struct descriptor {
    enum kind kind;
    int pipe;                   // of a READER or WRITER: index in pipes
};

static struct descriptor table[NOFILE];

/* What a child reports to its parent, before what it has logged. */
static struct report {
    int bytes_in[NPIPES];
    int npipes;
    int logged;
} now;

/* How many ends of each pipe the parent, its parent, and so on have open. */
static int held_above[NPIPES][WRITER + 1];

static char logged[LOG_BYTES];
static char buffer[BUFFER_BYTES];
static uint32_t state;          // of the random numbers
static int depth;
static bool failed;             // this program itself does not work

static uint32_t
draw(uint32_t n)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

static uint32_t
checksum(const char *bytes, size_t n)
{
    uint32_t sum = 2166136261;
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (uint8_t)bytes[i]) * 16777619;
    return sum;
}

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Logs one line, set off by how deep below the first process this one is. */
static void
say(const char *fmt, ...)
{
    char line[100];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    int room = LOG_BYTES - now.logged;
    int n = snprintf(logged + now.logged, room, "%*s%s", 2 * depth, "", line);
    failed |= n >= room;
    now.logged += failed ? 0 : n;
}

/* How many ends of this kind the pipe has, in all processes. */
static int
ends(int pipe, enum kind kind)
{
    int n = held_above[pipe][kind];
    for (int fd = 0; fd < NOFILE; fd++)
        n += table[fd].kind == kind && table[fd].pipe == pipe;
    return n;
}

/* ---- Choosing ---- */

/* Mostly a descriptor that is open, at times one that may not be. */
static int
some_fd(void)
{
    static const int odd[] = {-1, NOFILE, 1000};
    if (draw(20) == 0)
        return odd[draw(3)];
    int fd = FIRST_FD + draw(NOFILE - FIRST_FD);
    for (int i = 0; i < NOFILE && table[fd].kind == CLOSED; i++)
        fd = fd + 1 < NOFILE ? fd + 1 : FIRST_FD;
    return fd;
}

static struct descriptor
descriptor_of(int fd)
{
    static const struct descriptor none;
    return fd >= 0 && fd < NOFILE ? table[fd] : none;
}

static int
some_length(void)
{
    switch (draw(8)) {
    case 0:
        return 0;
    case 1:
        return draw(BUFFER_BYTES + 1);
    case 2:
        return PIPE_BYTES;
    default:
        return 1 + draw(300);
    }
}

/* ---- One step each ---- */

static void
step_open(void)
{
    static const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR};
    static const char *const odd[] = {"", "none/x", "a/x"};
    const char *name = draw(12) == 0 ? odd[draw(3)] : names[draw(NNAMES)];
    int flags = modes[draw(3)];
    // Not with O_RDONLY: systems differ in what that does.
    if (flags != O_RDONLY && draw(4) == 0)
        flags |= O_TRUNC;
    flags |= draw(2) == 0 ? O_CREATE : 0;
    flags |= draw(4) == 0 ? O_APPEND : 0;
    int fd = open(name, flags);
    say("open(\"%s\", 0x%x) = %d\n", name, flags, fd);
    if (fd >= 0 && fd < NOFILE)
        table[fd].kind = PLAIN_FILE;
}

static void
step_close(void)
{
    int fd = some_fd();
    int result = close(fd);
    say("close(%d) = %d\n", fd, result);
    if (result == 0)
        table[fd].kind = CLOSED;
}

static void
step_dup(void)
{
    int fd = some_fd();
    int copy = dup(fd);
    say("dup(%d) = %d\n", fd, copy);
    if (copy >= 0 && copy < NOFILE)
        table[copy] = descriptor_of(fd);
}

static void
step_pipe(void)
{
    int fds[2] = {-1, -1};
    if (now.npipes == NPIPES)
        return;
    int result = pipe(fds);
    say("pipe = %d: %d %d\n", result, fds[0], fds[1]);
    if (result != 0)
        return;
    table[fds[0]] = (struct descriptor){READER, now.npipes};
    table[fds[1]] = (struct descriptor){WRITER, now.npipes};
    now.bytes_in[now.npipes++] = 0;
}

static void
step_read(void)
{
    int fd = some_fd(), n = some_length();
    struct descriptor it = descriptor_of(fd);
    if (it.kind == READER && n > 0 && now.bytes_in[it.pipe] == 0 &&
        ends(it.pipe, WRITER) > 0)
        return;                         // it would wait
    int result = read(fd, buffer, n);
    say("read(%d, %d) = %d %08x\n", fd, n, result,
        (unsigned)checksum(buffer, result < 0 ? 0 : result));
    if (it.kind == READER && result > 0)
        now.bytes_in[it.pipe] -= result;
}

static void
step_write(void)
{
    int fd = some_fd(), n = some_length();
    struct descriptor it = descriptor_of(fd);
    if (it.kind == WRITER && ends(it.pipe, READER) > 0) {
        int room = PIPE_BYTES - now.bytes_in[it.pipe];
        n = n > room ? room : n;        // more would wait
    }
    char first = (char)draw(256);
    for (int i = 0; i < n; i++)
        buffer[i] = (char)(first + i * 7);
    int result = write(fd, buffer, n);
    say("write(%d, %d) = %d\n", fd, n, result);
    if (it.kind == WRITER && result > 0)
        now.bytes_in[it.pipe] += result;
}

static void
step_lseek(void)
{
    int fd = some_fd(), whence = draw(15) == 0 ? 9 : (int)draw(3);
    int offset = (int)draw(12000) - (whence == SEEK_SET ? 1000 : 6000);
    int result = lseek(fd, offset, whence);
    say("lseek(%d, %d, %d) = %d\n", fd, offset, whence, result);
}

static void
step_unlink(void)
{
    const char *name = names[draw(NNAMES)];
    say("unlink(\"%s\") = %d\n", name, unlink(name));
}

static void
step_wait(void)
{
    int status = 77;
    int result = wait(&status);
    say("wait = %d, status %d\n", result, status);
}

static void run_steps(int n);

/* Hands what this process knows, and has logged since `from`, to its parent. */
static void
report(int from)
{
    lseek(STATE, 0, SEEK_SET);
    write(STATE, &now, sizeof(now));
    write(STATE, logged + from, now.logged - from);
}

/*
 * Takes what a child has reported.  The pipes that it made have ended with it,
 * unless they are ours, too: their numbers may be used again.
 */
static void
take_report(void)
{
    int from = now.logged, npipes = now.npipes;
    lseek(STATE, 0, SEEK_SET);
    failed |= read(STATE, &now, sizeof(now)) != sizeof(now);
    int n = now.logged - from;
    failed |= n < 0 || n > LOG_BYTES - from;
    if (!failed)
        failed |= read(STATE, logged + from, n) != n;
    now.npipes = npipes;
}

/* Makes this process, just forked, know that its parent has the same ends. */
static void
go_below(void)
{
    depth++;
    for (int fd = 0; fd < NOFILE; fd++)
        if (table[fd].kind == READER || table[fd].kind == WRITER)
            held_above[table[fd].pipe][table[fd].kind]++;
}

/* A child that runs a program of its own, while this process waits for it. */
static void
step_fork(void)
{
    uint32_t seed = draw(1000000);
    int status = 77;
    if (depth == DEPTH_MAX)
        return;
    say("fork\n");
    int from = now.logged;
    int pid = fork();
    if (pid == 0) {
        state = seed;
        go_below();
        run_steps(2 + draw(12));
        report(from);
        exit(failed ? 126 : (int)draw(100));
    }
    failed |= pid < 0;
    int ended = wait(&status);
    take_report();
    say("wait = %s, status %d\n", ended == pid ? "the child" : "another",
        status);
}

/* Children that write the same to one descriptor, all at the same time. */
static void
step_brood(void)
{
    enum { RECORD = 50 };
    int n = 1 + draw(4), fd = some_fd(), sum = 0, status;
    struct descriptor it = descriptor_of(fd);
    if (it.kind == WRITER && ends(it.pipe, READER) > 0 &&
        now.bytes_in[it.pipe] + n * RECORD > PIPE_BYTES)
        return;                         // one of them would wait
    memset(buffer, 'x', RECORD);
    for (int i = 0; i < n; i++) {
        int pid = fork();
        if (pid == 0)
            exit(write(fd, buffer, RECORD) == RECORD ? 1 + i : 100);
        failed |= pid < 0;
    }
    for (int i = 0; i < n; i++) {
        status = 0;
        failed |= wait(&status) < 0;
        sum += status;
    }
    say("%d children write to %d: statuses %d\n", n, fd, sum);
    if (it.kind == WRITER && sum < 100)
        now.bytes_in[it.pipe] += n * RECORD;
}

/* The writing side of a stream.  The status says whether all was taken. */
static void
pour(int fd, int total)
{
    int written = 0, result = 0;
    while (result >= 0 && written < total) {
        int n = 1 + draw(BUFFER_BYTES);
        n = n < total - written ? n : total - written;
        for (int i = 0; i < n; i++)
            buffer[i] = (char)((written + i) % 251);
        result = write(fd, buffer, n);
        written += result;
    }
    exit(result < 0 ? 1 : 0);
}

/* Takes up to wanted bytes.  Returns how many it took, all of them right. */
static int
drink(int fd, int wanted)
{
    int total = 0, n = 1;
    while (n > 0 && total < wanted) {
        int most = 1 + draw(BUFFER_BYTES);
        most = most < wanted - total ? most : wanted - total;
        n = read(fd, buffer, most);
        for (int i = 0; i < n; i++)
            if (buffer[i] != (char)((total + i) % 251))
                return -1;
        total += n > 0 ? n : 0;
    }
    return total;
}

/*
 * A child sends more than a pipe holds, while this process takes all of it, or
 * goes away so early that the child must notice.
 */
static void
step_stream(void)
{
    int fds[2], status = 77;
    int total = draw(3 * BUFFER_BYTES), wanted = total + 1;
    uint32_t seed = draw(1000000);
    if (draw(2) == 0) {
        wanted = total;
        total += MUCH;
    }
    if (pipe(fds) < 0) {
        say("no pipe for a stream\n");
        return;
    }
    int pid = fork();
    if (pid == 0) {
        state = seed;
        close(fds[0]);
        pour(fds[1], total);
    }
    failed |= pid < 0;
    close(fds[1]);
    uint32_t saved = state;
    int taken = drink(fds[0], wanted);
    state = saved;                      // it drew who knows how often
    close(fds[0]);
    int ended = wait(&status);
    say("stream of %d: took %d, %s ended with %d\n", total, taken,
        ended == pid ? "the child" : "another", status);
}

static void
run_steps(int n)
{
    // What comes often stands here several times.
    static void (*const steps[])(void) = {
        step_open, step_open, step_open, step_close, step_close, step_dup,
        step_pipe, step_read, step_read, step_read, step_read, step_read,
        step_write, step_write, step_write, step_write, step_write, step_write,
        step_lseek, step_lseek, step_unlink, step_wait, step_fork, step_fork,
        step_brood, step_stream,
    };
    for (int i = 0; i < n && !failed; i++) {
        size_t choice = draw(sizeof(steps) / sizeof(steps[0]));
        steps[choice]();
    }
}

/* ---- Whole programs ---- */

/* What the files hold when all has ended. */
static void
say_files(void)
{
    close(NOFILE - 1);
    for (int i = 0; i < NNAMES; i++) {
        uint32_t sum = 0;
        int total = 0, n = 0;
        int fd = open(names[i], O_RDONLY);
        if (fd < 0) {
            say("no file %s\n", names[i]);
            continue;
        }
        do {
            n = read(fd, buffer, sizeof(buffer));
            sum = sum * 31 + checksum(buffer, n < 0 ? 0 : n);
            total += n;
        } while (n > 0);
        say("file %s: %d bytes, %08x\n", names[i], total, (unsigned)sum);
        close(fd);
    }
}

/* Leaves descriptor STATE for a file without a name, and no other. */
static void
open_state(void)
{
    for (int fd = STATE; fd < NOFILE; fd++)
        close(fd);
    failed |= open("state", O_CREATE | O_TRUNC | O_RDWR) != STATE;
    unlink("state");
    for (int i = 0; i < NNAMES; i++)
        unlink(names[i]);
}

/* The program of this seed, in a process of its own. */
static void
run_program(int seed, bool verbose)
{
    int pid = fork();
    if (pid == 0) {
        open_state();
        state = (uint32_t)seed * 2654435761u;
        step_open();
        step_open();
        step_pipe();
        run_steps(10 + draw(50));
        say_files();
        if (verbose)
            write(1, logged, now.logged);
        dprintf(1, "seed %d: %08x\n", seed,
                (unsigned)checksum(logged, now.logged));
        exit(failed ? 1 : 0);
    }
    int status = -1;
    if (wait(&status) != pid || status != 0)
        dprintf(1, "seed %d: failed, status %d\n", seed, status);
}

int
main(int argc, char *argv[])
{
    bool verbose = argc == 3 && strcmp(argv[1], "-v") == 0;
    if (argc != 3) {
        dprintf(2, "usage: randprog FIRST N, or randprog -v SEED\n");
        return 2;
    }
    int first = atoi(verbose ? argv[2] : argv[1]);
    int n = verbose ? 1 : atoi(argv[2]);
    mkdir("/randprog.tmp");
    if (chdir("/randprog.tmp") < 0)
        return 1;
    for (int seed = first; seed < first + n; seed++)
        run_program(seed, verbose);
    for (int i = 0; i < NNAMES; i++)
        unlink(names[i]);
    return chdir("/") == 0 && unlink("/randprog.tmp") == 0 ? 0 : 1;
}
