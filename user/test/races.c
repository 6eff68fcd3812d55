/*
 * races: processes that want the same things at the same time.
 *
 *     races [ROUNDS]
 *
 * Several read and write one pipe; others fork, kill, exit and wait; others
 * share memory with children, grow and shrink; others make and remove the same
 * names.  What is promised must hold whoever comes first.
 *
 * It can take init's place on the disk: as the first process it ends the
 * machine with halt, and says how many instructions that took, if QEMU counts
 * them.  That is the work of `make qemu SCHED=seed`.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEV_CONSOLE = 1,            // as in kernel/dev/device.h
    INIT = 1,                   // the first process
    ROUNDS_MAX = 100000,
    READERS = 3, WRITERS = 3,
    WRITES = 12,                // that each writer does,
    WRITE_MAX = 900,            // of at most so many bytes
    FORKS = 6,
    GROWTHS = 4,
    NAMINGS = 6,
};

static int rounds = 1;

static void __attribute__((noreturn, format(printf, 1, 2)))
fail(const char *fmt, ...)
{
    char line[120] = "races: failed: ";
    size_t length = strlen(line);
    va_list args;

    va_start(args, fmt);
    vsnprintf(line + length, sizeof(line) - length, fmt, args);
    va_end(args);
    puts(line);
    exit(1);
}

/* fork, but it must succeed. */
static int
spawn(void)
{
    int pid = fork();

    if (pid < 0)
        fail("fork");
    return pid;
}

/* Waits for the next child, which must be pid.  Returns its status. */
static int
reap(int pid)
{
    int status, ended = wait(&status);

    if (ended != pid)
        fail("waited for %d, and %d ended", pid, ended);
    return status;
}

/* ---- One pipe, many readers and writers ---- */

/* What the readers of a pipe have got, in all. */
struct sum {
    unsigned bytes, total;
};

static void
add(struct sum *sum, const char *bytes, int n)
{
    sum->bytes += (unsigned)n;
    for (int i = 0; i < n; i++)
        sum->total += (unsigned char)bytes[i];
}

static void
write_bytes(int fd, int who, struct sum *sum)
{
    char bytes[WRITE_MAX];

    for (int i = 0; i < WRITES; i++) {
        int n = 1 + (who * 331 + i * 97) % WRITE_MAX;
        memset(bytes, 1 + who * WRITES + i, (size_t)n);
        if (fd >= 0 && write(fd, bytes, (size_t)n) != n)
            fail("a write to the pipe");
        add(sum, bytes, n);
    }
}

static void
read_bytes(int fd, struct sum *sum)
{
    char bytes[WRITE_MAX];
    int n = read(fd, bytes, sizeof(bytes));

    for (; n > 0; n = read(fd, bytes, 1 + sum->bytes % sizeof(bytes)))
        add(sum, bytes, n);
    if (n < 0)
        fail("a read from the pipe");
}

/* All that was written is read, by whomever. */
static void
share_pipe(void)
{
    struct sum wanted = { 0, 0 }, seen = { 0, 0 }, part;
    int data[2], result[2];

    if (pipe(data) < 0 || pipe(result) < 0)
        fail("pipe");
    for (int who = 0; who < READERS + WRITERS; who++) {
        if (spawn() != 0)
            continue;
        part = (struct sum){ 0, 0 };
        close(data[who < READERS]);
        if (who < READERS)
            read_bytes(data[0], &part);
        else
            write_bytes(data[1], who - READERS, &part);
        if (who < READERS &&
            write(result[1], &part, sizeof(part)) != (int)sizeof(part))
            fail("a result");
        exit(0);
    }
    close(data[0]);
    close(data[1]);
    close(result[1]);
    for (int who = 0; who < WRITERS; who++)
        write_bytes(-1, who, &wanted);
    for (int i = 0; i < READERS; i++) {
        if (read(result[0], &part, sizeof(part)) != (int)sizeof(part))
            fail("a reader has no result");
        seen.bytes += part.bytes;
        seen.total += part.total;
    }
    if (memcmp(&seen, &wanted, sizeof(seen)) != 0)
        fail("%u bytes, sum %u, came out of a pipe instead of %u, sum %u",
             seen.bytes, seen.total, wanted.bytes, wanted.total);
    close(result[0]);
    for (int i = 0; i < READERS + WRITERS; i++) {
        int status;
        if (wait(&status) < 0 || status != 0)
            fail("a user of the pipe");
    }
}

/* ---- Fork, exit, wait and kill ---- */

static void
fork_and_kill(void)
{
    for (int i = 0; i < FORKS; i++) {
        int pid = spawn();
        if (pid == 0) {
            // Now and then an orphan is left, for the first process.
            if (fork() == 0)
                exit(0);
            if (i % 3 != 0)
                wait(NULL);
            exit(i);
        }
        if (i % 2 == 0)
            kill(pid);
        int status = reap(pid);
        if (status != i && (status != -1 || i % 2 != 0))
            fail("child %d has status %d", i, status);
    }
}

/* ---- Memory ---- */

static void
expect_all(const char *bytes, int n, char wanted)
{
    for (int i = 0; i < n; i++)
        if (bytes[i] != wanted)
            fail("%d instead of %d in memory", bytes[i], wanted);
}

static void
grow_and_shrink(void)
{
    for (int i = 1; i <= GROWTHS; i++) {
        int n = i * 5000;
        char mark = (char)(getpid() * GROWTHS + i);
        char *heap = sbrk(n);
        if ((intptr_t)heap == -1)
            fail("sbrk");
        memset(heap, mark, (size_t)n);
        int pid = spawn();
        if (pid == 0) {
            expect_all(heap, n, mark);
            memset(heap, 0, (size_t)n);
            exit(0);
        }
        expect_all(heap, n, mark);
        if (reap(pid) != 0)
            fail("the child that shared memory");
        expect_all(heap, n, mark);
        sbrk(-n);
    }
}

/* ---- Names ---- */

static const char *const names[] = { "races.a", "races.b", "races.c" };
enum { NNAMES = 3 };

static void
make_and_remove(void)
{
    char text[10];

    for (int i = 0; i < NAMINGS; i++) {
        int fd = open(names[i % NNAMES], O_CREATE | O_RDWR);
        if (fd >= 0) {
            if (write(fd, "text", 4) != 4 || lseek(fd, 0, SEEK_SET) != 0 ||
                read(fd, text, sizeof(text)) != 4)
                fail("a file that was just made");
            close(fd);
        }
        link(names[i % NNAMES], names[(i + 1) % NNAMES]);
        mkdir(names[(i + 2) % NNAMES]);
        unlink(names[(i + 1) % NNAMES]);
        unlink(names[(i + 2) % NNAMES]);
    }
}

static void
remove_all(void)
{
    for (int i = 0; i < NNAMES; i++) {
        unlink(names[i]);
        if (open(names[i], O_RDONLY) >= 0)
            fail("%s is there after its removal", names[i]);
    }
}

/* ---- All of them ---- */

static const struct {
    void (*run)(void);
    int copies;                 // processes that do this
} works[] = {
    { share_pipe, 1 }, { fork_and_kill, 2 }, { grow_and_shrink, 2 },
    { make_and_remove, 4 },
};
enum { NWORKS = sizeof(works) / sizeof(works[0]), NWORKERS = 9 };

/* Runs all works at once.  Returns how many failed. */
static int
run_all(void)
{
    int n = 0, failed = 0, status = 0;
    int workers[NWORKERS];

    for (int work = 0; work < NWORKS; work++) {
        for (int copy = 0; copy < works[work].copies; copy++) {
            workers[n] = spawn();
            if (workers[n++] != 0)
                continue;
            for (int round = 0; round < rounds; round++)
                works[work].run();
            exit(0);
        }
    }
    for (int left = n; left > 0;) {
        int pid = wait(&status);
        if (pid < 0)
            fail("%d workers are lost", left);
        // The first process also gets the orphans.
        for (int i = 0; i < n; i++) {
            if (workers[i] != pid)
                continue;
            left--;
            failed += status != 0;
        }
    }
    return failed;
}

static uint64_t
clock(void)
{
    uint64_t value;

    asm volatile("rdtsc" : "=A"(value));
    return value;
}

int
main(int argc, char *argv[])
{
    uint64_t start = clock();

    if (getpid() == INIT) {
        mknod("/console", DEV_CONSOLE, 0);
        open("/console", O_RDWR);
        dup(0);
        dup(0);
    } else if (argc > 1) {
        rounds = parse_number(argv[1], ROUNDS_MAX);
    }
    if (rounds < 1 || argc > 2) {
        dprintf(STDERR_FILENO, "usage: races [ROUNDS]\n");
        return 2;
    }
    int failed = run_all();
    if (failed == 0)
        remove_all();
    else
        printf("races: %d workers failed\n", failed);
    if (getpid() == INIT) {
        printf("races: %s, %d ticks, %llu instructions\n",
               failed == 0 ? "ok" : "failed", uptime(), clock() - start);
        halt(failed > 0);
    }
    if (failed == 0)
        printf("races: ok\n");
    return failed > 0;
}
