/*
 * Workers, and the calls that they make: for each system call a function that
 * draws its arguments and looks at its result.
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"
#include "stat.h"
#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

/* SYS_fork and so on, and the first number that is no call's. */
#define SYSCALL(number, result, name, parameters) SYS_##name = number,
enum {
#include "syscall.h"
    SYS_NONE,
};
#undef SYSCALL

const char folder[] = "/fuzz.tmp";
int last_protected;
uint32_t block[BLOCK_WORDS];

enum { CHILDREN = 4 };              // at once, of a worker

static uint32_t worker_seed;
static int ncalls;

void
complain_and_exit(const char *fmt, ...)
{
    char message[160];
    int n = snprintf(message, sizeof(message),
                     "\nfuzz: %d (seed %u, call %d): ", getpid(),
                     (unsigned)worker_seed, ncalls);
    va_list args;
    va_start(args, fmt);
    n += vsnprintf(message + n, sizeof(message) - n, fmt, args);
    va_end(args);
    // Whatever is open here, it is not the console for certain.
    close(0);
    int fd = open("/console", O_WRONLY);
    dprintf(fd, "%s\n", message);
    exit(FAILED);
}

/* ---- Making a call ---- */

/* Traps into the kernel with the stack pointer given. */
static int
trap_with_stack(uint32_t number, uintptr_t stack)
{
    int result;
    asm volatile("movl %%esp, %%ebx\n\t"
                 "movl %2, %%esp\n\t"
                 "int $64\n\t"
                 "movl %%ebx, %%esp"
                 : "=a"(result) : "0"(number), "r"(stack)
                 : "ebx", "memory", "cc");
    return result;
}

/*
 * Where the arguments stand: at times at the heap's end, so that some have no
 * memory; at times not aligned; at times nowhere.
 */
static uintptr_t
place_arguments(void)
{
    uintptr_t place = (uintptr_t)block;
    size_t n = sizeof(block);
    switch (below(64)) {
    case 0:
        return KERNBASE - 4 * below(4);
    case 1:
        return stack_bottom() - PGSIZE;
    case 2:
        n = 4 * (1 + below(4));
        place = heap_edge() - n;
        break;
    case 3:
    case 4:
        place = heap_start + below(PGSIZE);
        break;
    }
    if (place != (uintptr_t)block)
        memcpy((void *)place, block, n);
    return place;
}

static int
call_at(uintptr_t stack, uint32_t number)
{
    ncalls++;
    int result = trap_with_stack(number, stack);
    if (result < -1)
        complain_and_exit("call %u returned %d", (unsigned)number, result);
    return result;
}

/* Makes call `number` with these arguments.  All results are -1 or above. */
static int
call(uint32_t number, uint32_t a, uint32_t b, uint32_t c)
{
    block[1] = a;
    block[2] = b;
    block[3] = c;
    return call_at(place_arguments(), number);
}

/* The same, with arguments that are all where they should be. */
static int
call_safely(uint32_t number, uint32_t a, uint32_t b)
{
    block[1] = a;
    block[2] = b;
    return call_at((uintptr_t)block, number);
}

static void
expect(int result, int wanted, const char *what)
{
    if (result != wanted)
        complain_and_exit("%s returned %d, not %d", what, result, wanted);
}

/* ---- Children ---- */

/*
 * Has some children do what may never end, kills them after a tick or two, and
 * takes them back.
 */
static void
let_children(int n, void (*body)(void))
{
    int pids[CHILDREN], status = 0, started = 0;
    for (int i = 0; i < n; i++) {
        uint32_t seed = random_word();
        int pid = call_safely(SYS_fork, 0, 0);
        if (pid == 0) {
            random_start(seed);
            body();
            exit(0);
        }
        if (pid > 0)
            pids[started++] = pid;
    }
    sleep(1);
    for (int i = 0; i < started; i++)
        kill(pids[i]);
    for (int i = 0; i < started; i++) {
        if (wait(&status) < 0)
            complain_and_exit("a child is lost");
        if (status == FAILED)
            exit(FAILED);
    }
    ncalls += 2 * started;
}

static void
exit_somehow(void)
{
    call(SYS_exit, an_odd_number(), 0, 0);
}

static void
sleep_long(void)
{
    call(SYS_sleep, an_odd_number(), 0, 0);
}

static void
wait_for_pipe(void)
{
    int fds[2];
    if (pipe(fds) < 0)
        return;
    if (one_in(2))
        call(SYS_read, fds[0], an_address(100), 100);
    while (write(fds[1], (void *)heap_start, 1 + below(PGSIZE)) > 0)
        continue;
}

static void
wait_for_console(void)
{
    int fd = open("/console", O_RDWR);
    size_t n = a_length();
    call(SYS_read, fd, an_address(n), n);
}

/* The child of a child is an orphan soon. */
static void
leave_orphan(void)
{
    if (fork() == 0)
        sleep(below(5));
}

static void
make_child(void)
{
    static void (*const bodies[])(void) = {
        exit_somehow, sleep_long, wait_for_pipe, wait_for_console, leave_orphan,
        exec_something, exec_something, exec_something,
        run_something, run_something, run_something, run_something,
    };
    let_children(1 + (int)below(CHILDREN), ONE_OF(bodies));
}

/* ---- Processes ---- */

static void
make_getpid(void)
{
    int pid = call(SYS_getpid, 0, 0, 0);
    expect(call(SYS_getpid, 0, 0, 0), pid, "getpid");
}

static void
make_uptime(void)
{
    call(SYS_uptime, 0, 0, 0);
}

/* All of this worker's children have been taken back. */
static void
make_wait(void)
{
    expect(call(SYS_wait, an_address(sizeof(int)), 0, 0), -1, "wait");
}

/* Any process, but those on which the run hangs; siblings now and then. */
static void
make_kill(void)
{
    int pid = an_odd_number();
    if (one_in(300))
        pid = getpid() - 10 + (int)below(20);
    else if (one_in(4))
        pid = -getpid() + (int)below(20);
    if (pid > 1 && pid <= last_protected)
        pid = 1;
    int result = call(SYS_kill, pid, 0, 0);
    if (pid <= 1)
        expect(result, -1, "kill of init or nobody");
}

static void
make_sleep(void)
{
    static const int ticks[] = {0, -1, (int)0x80000000, -100};
    call_safely(SYS_sleep, one_in(50) ? 1 : ONE_OF(ticks), 0);
}

/* A code that is none: the machine goes on. */
static void
make_halt(void)
{
    static const int codes[] = {-1, 128, 256, 0x7fffffff, (int)0x80000000};
    expect(call_safely(SYS_halt, ONE_OF(codes), 0), -1, "halt");
}

/* The kernel prints a line about each. */
static void
make_unknown(void)
{
    static const uint32_t numbers[] = {
        0, SYS_NONE, 255, 0x7fffffff, 0x80000000, 0xffffffff,
    };
    if (one_in(20))
        expect(call_safely(ONE_OF(numbers), 0, 0), -1, "no call");
}

/* ---- Memory ---- */

/* New memory must not show what others left in it. */
static void
expect_zeros(uintptr_t from, uintptr_t to)
{
    const uint32_t *word = (const uint32_t *)PGROUNDUP(from);
    for (; (uintptr_t)(word + 1) <= to; word++)
        if (*word != 0)
            complain_and_exit("new memory at %p is not zero", (void *)word);
}

static void
grow(int n)
{
    int result = call(SYS_sbrk, n, 0, 0);
    if (result == -1)
        return;
    expect(result, (int)heap_end, "sbrk");
    heap_end += n;
    if (n > 0)
        expect_zeros(heap_end - n, heap_end);
}

static void
make_sbrk(void)
{
    static const int extremes[] = {
        0, 0x7fffffff, (int)0x80000000, -0x40000000, -1, 1, -ARENA * 100,
    };
    if (one_in(4))
        grow((int)below(4 * PGSIZE) - 2 * PGSIZE);
    else if (one_in(300))
        grow((int)below(1024 * PGSIZE));
    else if (one_in(1000))
        grow((int)(KERNBASE - heap_end - below(2)));
    else
        grow(ONE_OF(extremes));
    // The arena keeps about its size.  No memory?  Then this worker ends.
    uintptr_t size = heap_end - heap_start;
    if (size < ARENA / 2 || size > 4 * ARENA) {
        int back = (int)(ARENA - size);
        if (call_safely(SYS_sbrk, back, 0) == -1)
            exit(ncalls);
        heap_end += back;
    }
}

/* ---- Files that are open ---- */

/* May reading from or writing to it wait for others? */
static bool
may_wait(int fd)
{
    struct stat st;
    return call_safely(SYS_fstat, fd, (uint32_t)&st) == 0 &&
        st.type != T_FILE && st.type != T_DIR;
}

/*
 * Lengths come with addresses that suit them, but for those that suit none.
 * What may wait gets only those.
 */
static void
transfer(int number, bool wait)
{
    int fd = a_descriptor();
    size_t n = a_length();
    uintptr_t address = an_address(n);
    if (one_in(8))
        n = 0x7fffffff + below(3);
    else if (one_in(8))
        n = 0 - below(PGSIZE);
    else if (wait && may_wait(fd))
        n = 0;
    int result = call(number, fd, address, n);
    if (result > (int)n && result > 0)
        complain_and_exit("call %d moved %d bytes of %d", number, result,
                          (int)n);
}

static void
make_read(void)
{
    transfer(SYS_read, true);
}

static void
make_write(void)
{
    transfer(SYS_write, true);
}

/* A pipe that nobody else has: it can be filled and emptied without waiting. */
static void
make_pipe_work(void)
{
    int fds[2];
    size_t n = a_length() % PGSIZE;
    if (call_safely(SYS_pipe, (uint32_t)fds, 0) < 0)
        return;
    int written = call(SYS_write, fds[1], an_address(n), n);
    int got = 0;
    if (written > 0)
        got = call(SYS_read, fds[0], an_address(n), n);
    if (written > (int)n || (got > 0 && got > written))
        complain_and_exit("%d bytes came from a pipe of %d", got, written);
    call_safely(SYS_close, fds[0], 0);
    expect(call(SYS_write, fds[1], heap_start, 1), -1, "write without reader");
    call_safely(SYS_close, fds[1], 0);
}

static void
make_pipe(void)
{
    call(SYS_pipe, an_address(2 * sizeof(int)), 0, 0);
}

static void
make_close(void)
{
    call(SYS_close, a_descriptor(), 0, 0);
}

static void
make_dup(void)
{
    call(SYS_dup, a_descriptor(), 0, 0);
}

static void
make_fstat(void)
{
    call(SYS_fstat, a_descriptor(), an_address(sizeof(struct stat)), 0);
}

static void
make_lseek(void)
{
    int offset = one_in(2) ? (int)below(20000) : an_odd_number();
    int whence = one_in(8) ? an_odd_number() : (int)below(3);
    call(SYS_lseek, a_descriptor(), offset, whence);
}

static void
make_fsync(void)
{
    call(SYS_fsync, a_descriptor(), 0, 0);
}

/* ---- Files by name ---- */

static void
make_open(void)
{
    static const char *const devices[] = {"/console", "/ptable", "/"};
    static const int flags[] = {
        O_RDONLY, O_RDONLY, O_RDWR, O_RDWR, O_WRONLY, O_ACCMODE,
        O_CREATE | O_RDWR, O_RDWR | O_TRUNC, O_WRONLY | O_APPEND,
        O_CREATE | O_TRUNC | O_APPEND | O_WRONLY, O_TRUNC, -1,
    };
    if (one_in(8))
        call(SYS_open, (uint32_t)ONE_OF(devices), O_RDWR * below(2), 0);
    else
        call(SYS_open, a_path(), ONE_OF(flags), 0);
}

static void
make_mkdir(void)
{
    call(SYS_mkdir, a_path(), 0, 0);
}

static void
make_mknod(void)
{
    int major = one_in(4) ? an_odd_number() : (int)below(NDEV);
    call(SYS_mknod, a_path(), major, an_odd_number());
}

static void
make_unlink(void)
{
    call(SYS_unlink, a_path(), 0, 0);
}

/* Two paths.  The other one is short: there is but one place for long ones. */
static void
make_link(void)
{
    uint32_t other = (uint32_t)a_name();
    if (one_in(2))
        call(SYS_link, a_path(), other, 0);
    else
        call(SYS_link, other, a_path(), 0);
}

static void
make_rename(void)
{
    uint32_t other = (uint32_t)a_name();
    if (one_in(2))
        call(SYS_rename, a_path(), other, 0);
    else
        call(SYS_rename, other, a_path(), 0);
}

static void
go_home(void)
{
    if (call_safely(SYS_chdir, (uint32_t)folder, 0) < 0)
        complain_and_exit("cannot go to %s", folder);
}

/* No worker stays in the root, where others have their files. */
static void
make_chdir(void)
{
    struct stat st;
    if (one_in(3))
        call(SYS_chdir, (uint32_t)"..", 0, 0);
    else
        call(SYS_chdir, a_path(), 0, 0);
    if (one_in(3) || stat(".", &st) < 0 || st.ino == ROOT_INO)
        go_home();
}

/* Of what cannot be run: the worker would be gone. */
static void
make_exec(void)
{
    static const char *const paths[] = {"", "/", "/none", "/ptable", "///"};
    expect(call(SYS_exec, (uint32_t)ONE_OF(paths), an_address(16), 0), -1,
           "exec");
}

/* ---- A worker ---- */

/* The calls with their weights: what takes long is rare. */
static const struct {
    int weight;
    void (*make)(void);
} calls[] = {
    {80, make_getpid}, {30, make_uptime}, {30, make_wait}, {30, make_kill},
    {30, make_sleep}, {15, make_halt}, {1, make_unknown}, {30, make_sbrk},
    {120, make_read}, {25, make_write}, {30, make_pipe_work}, {30, make_pipe},
    {120, make_close}, {80, make_dup}, {80, make_fstat}, {80, make_lseek},
    {50, make_fsync}, {80, make_open}, {6, make_mkdir}, {6, make_mknod},
    {15, make_unlink}, {6, make_link}, {6, make_rename}, {15, make_chdir},
    {20, make_exec}, {3, make_child},
};

static int
total_weight(void)
{
    int sum = 0;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        sum += calls[i].weight;
    return sum;
}

static void
make_some_call(int total)
{
    int left = (int)below((uint32_t)total);
    size_t i = 0;
    while (left >= calls[i].weight)
        left -= calls[i++].weight;
    calls[i].make();
}

void
work(uint32_t seed, int n)
{
    int total = total_weight();
    worker_seed = seed;
    random_start(seed);
    for (int fd = 0; fd < NOFILE; fd++)
        close(fd);
    if (!arena_start())
        exit(0);
    uint32_t sum = text_sum();
    fpu_start();
    go_home();
    while (ncalls < n)
        make_some_call(total);
    if (!fpu_same())
        complain_and_exit("the floating-point registers have changed");
    if (text_sum() != sum)
        complain_and_exit("the text has changed");
    exit(ncalls);
}
