/*
 * races: processes that want the same things at the same time.
 *
 *     races [ROUNDS]
 *
 * Several read and write one pipe; others fork, kill, exit and wait; others
 * share memory with children, grow and shrink, also what a pipe is read into;
 * others make, rename and remove the same names, and stand in directories that
 * move; others execute a file that is being rewritten.  What is promised must
 * hold whoever comes first.
 *
 * It can take init's place on the disk: as the first process it ends the
 * machine with halt, and says how many instructions that took, if QEMU counts
 * them.  That is the work of `make qemu SCHED=seed`.
 */
#include <elf.h>
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
    EXECS = 4,
    PAGE = 4096,
    INSTRUCTION = 8,            // of clock, under -icount shift=3
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

/*
 * One writes from memory that it has just got, the other reads into such
 * memory.  What sbrk took back can be neither written from nor read into.
 */
static void
grow_and_read(void)
{
    int data[2];

    if (pipe(data) < 0)
        fail("pipe");
    sbrk(-(int)((uintptr_t)sbrk(0) % PAGE));
    int pid = spawn();
    close(data[pid == 0 ? 0 : 1]);
    for (int i = 1; i <= GROWTHS; i++) {
        int n = i * PAGE, done = 0;
        char *heap = sbrk(n);
        if ((intptr_t)heap == -1)
            fail("sbrk");
        if (pid == 0) {
            memset(heap, i, (size_t)n);
            done = write(data[1], heap, (size_t)n);
        }
        for (int got = 1; pid != 0 && done < n && got > 0; done += got)
            got = read(data[0], heap + done, (size_t)(n - done));
        if (done != n)
            fail("%d of %d bytes through memory that is new", done, n);
        expect_all(heap, n, (char)i);
        sbrk(-n);
        if (pid == 0 ? write(data[1], heap, 1) != -1
                     : read(data[0], heap, 1) > 0)
            fail("memory that was given back is still used");
    }
    if (pid == 0)
        exit(0);
    close(data[0]);
    if (reap(pid) != 0)
        fail("the writer from new memory");
}

/* ---- Names ---- */

static const char *const names[] = { "/races.a", "/races.b", "/races.c" };
static const char *const folders[] = { "/races.d", "/races.e" };
static const char kept[] = "/races.kept";
static const char program[] = "/races.run";
enum { NNAMES = 3, NFOLDERS = 2, PATH_SIZE = 32 };

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

/* Puts a file of its own in the place of the one that is always there. */
static void
replace_kept(void)
{
    char path[PATH_SIZE], text[10];

    snprintf(path, sizeof(path), "/races.%d", getpid());
    int fd = open(path, O_CREATE | O_RDWR);
    if (fd < 0 || write(fd, "kept", 4) != 4 || close(fd) < 0 ||
        rename(path, kept) < 0)
        fail("%s cannot be put in the place of %s", path, kept);
    fd = open(kept, O_RDONLY);
    if (fd < 0 || read(fd, text, sizeof(text)) != 4 ||
        memcmp(text, "kept", 4) != 0)
        fail("%s is not there, or not whole", kept);
    close(fd);
}

/*
 * Goes into directories that others move, also one into the other, and remove.
 * The way back up may be gone then; the root is always there.
 */
static void
rename_and_enter(void)
{
    char inside[PATH_SIZE];

    for (int i = 0; i < NAMINGS; i++) {
        const char *from = folders[i % NFOLDERS];
        const char *to = folders[(i + 1) % NFOLDERS];
        mkdir(from);
        if (chdir(from) == 0) {
            close(open("f", O_CREATE | O_RDWR));
            rename("f", "../races.a");
            chdir("..");
        }
        if (chdir("/") < 0)
            fail("the root is gone");
        snprintf(inside, sizeof(inside), "%s/in", to);
        rename(from, i % 4 < 2 ? inside : to);
        rename(inside, from);
        unlink("/races.d/f");
        unlink(from);
    }
}

/* Removes a directory, and those that were moved into it. */
static void
remove_folder(const char *path)
{
    int depth = 1;

    if (chdir(path) < 0)
        return;
    while (chdir("in") == 0)
        depth++;
    for (; depth > 0; depth--) {
        unlink("f");
        unlink("races.a");
        unlink("in");
        chdir("..");
    }
    unlink(path);
}

static void
remove_name(const char *path)
{
    unlink(path);
    if (open(path, O_RDONLY) >= 0)
        fail("%s is there after its removal", path);
}

static void
remove_all(void)
{
    for (int i = 0; i < NNAMES; i++)
        remove_name(names[i]);
    for (int i = 0; i < NFOLDERS; i++)
        remove_folder(folders[i]);
    for (int i = 0; i < NFOLDERS; i++)
        remove_name(folders[i]);
    remove_name(kept);
    remove_name(program);
}

/* ---- A program that is rewritten ---- */

enum { STATUS_A = 11, STATUS_B = 22, NOT_RUN = 33 };
enum {
#define SYSCALL(number, result, name, parameters) SYS_##name = number,
#include <syscall.h>
#undef SYSCALL
};

/* Writes the smallest program, which exits with this status. */
static void
write_program(const char *path, int flags, int status)
{
    struct {
        struct elf_header header;
        struct elf_segment text;
        uint8_t code[12];
    } image = {
        .header = {
            .magic = ELF_MAGIC, .class = ELF_CLASS_32, .data = ELF_DATA_LSB,
            .ident_version = 1, .type = ELF_TYPE_EXEC,
            .machine = ELF_MACHINE_386, .version = 1,
            .phoff = sizeof(struct elf_header),
            .ehsize = sizeof(struct elf_header),
            .phentsize = sizeof(struct elf_segment), .phnum = 1,
        },
        .text = {
            .type = ELF_PT_LOAD, .flags = ELF_PF_R | ELF_PF_X, .align = PAGE,
            .filesz = sizeof(image), .memsz = sizeof(image),
        },
        .code = {
            0x6a, (uint8_t)status,          // push the status
            0x6a, 0,                        // push a return address
            0xb8, SYS_exit, 0, 0, 0,        // mov SYS_exit to eax
            0xcd, 64,                       // int 64
        },
    };
    image.header.entry = (uint32_t)((char *)image.code - (char *)&image);
    int fd = open(path, O_CREATE | O_RDWR | flags);
    if (fd >= 0 && write(fd, &image, sizeof(image)) != (int)sizeof(image))
        fail("a program cannot be written");
    close(fd);
}

/* What runs is one of the two programs as they were written, or nothing. */
static void
rewrite_and_execute(void)
{
    char path[PATH_SIZE];
    char *argv[] = { path, NULL };

    for (int i = 0; i < EXECS; i++) {
        int status = i % 2 == 0 ? STATUS_A : STATUS_B;
        snprintf(path, sizeof(path), "/races.%d", getpid());
        if (i % 4 == 1)
            unlink(program);
        if (i % 4 == 3) {
            write_program(path, 0, status);
            rename(path, program);
        } else {
            write_program(program, i % 4 == 2 ? O_TRUNC : 0, status);
        }
        int pid = spawn();
        if (pid == 0) {
            exec(program, argv);
            exit(NOT_RUN);
        }
        status = reap(pid);
        if (status != STATUS_A && status != STATUS_B && status != NOT_RUN)
            fail("a program that was rewritten has status %d", status);
    }
}

/* ---- All of them ---- */

static const struct {
    void (*run)(void);
    int copies;                 // processes that do this
} works[] = {
    { share_pipe, 1 }, { fork_and_kill, 2 }, { grow_and_shrink, 2 },
    { grow_and_read, 1 }, { make_and_remove, 4 }, { replace_kept, 2 },
    { rename_and_enter, 2 }, { rewrite_and_execute, 2 },
};
enum { NWORKS = sizeof(works) / sizeof(works[0]), NWORKERS = 16 };

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
               failed == 0 ? "ok" : "failed", uptime(),
               (clock() - start) / INSTRUCTION);
        halt(failed > 0);
    }
    if (failed == 0)
        printf("races: ok\n");
    return failed > 0;
}
