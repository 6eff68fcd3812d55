/*
 * Odd ways to call, with trace on: the grader knows what each process calls and
 * compares the console's lines.
 */
#include <stdlib.h>
#include <unistd.h>

#include "../programs/call.h"

enum { PAGE = 4096, UNMAPPED = 0x7f000000, ODD = 6, ROUNDS = 3, VALUES = 12 };

struct input {
    int n;                      // appears in calls
    int odd[ODD];               // numbers that no call has
    calls_t high;               // bits that stand for no call
};

struct seen {
    int part;
    int values[VALUES];
};

static struct input input;

static void
tell(const struct seen *what)
{
    lab_stop(LAB_REPORT, (void *)what, sizeof(*what));
}

/* trace traces itself; what is forbidden is traced and counted as well. */
static void
off(void)
{
    static const calls_t first = 1ULL << TRACE | 1ULL << DUP;
    static const calls_t second = 1ULL << TRACE | 1ULL << DUP | 1ULL << SANDBOX;
    static const calls_t none = 0;
    static const calls_t forbidden = 1ULL << TRACE | 1ULL << DUP;
    struct seen seen = { .part = 1, .values = { getpid(), (int)&first,
        (int)&second, (int)&none, (int)&forbidden } };

    trace_at(&first);
    trace_at(&second);
    call(-input.n, 0, 0, DUP);
    trace_at(&none);
    call(-input.n, 0, 0, DUP);
    trace_at(&second);
    sandbox_at(&forbidden);
    seen.values[5] = count_of(DUP);
    call(0, 0, 0, DUP);
    seen.values[6] = count_of(DUP);
    seen.values[7] = trace_at(&none);
    call(-input.n - 1, 0, 0, DUP);
    tell(&seen);
    leave(0);
}

/* Stack pointers above which some of the arguments cannot be read. */
static void
stack(void)
{
    struct seen seen = { .part = 2, .values = { getpid() } };
    char *end = (char *)sbrk(PAGE) + PAGE;

    ((int *)end)[-1] = -input.n;
    trace_calls(1ULL << READ | 1ULL << LSEEK | 1ULL << GETPID);
    call_on_stack(READ, UNMAPPED);
    call_on_stack(LSEEK, (unsigned)end - 8);
    seen.values[1] = call_on_stack(GETPID, 0xfffffff0);
    trace_calls(0);
    tell(&seen);
    leave(0);
}

/* Bits that no call has, and numbers that no call has. */
static void
high(void)
{
    struct seen seen = { .part = 3, .values = { getpid() } };

    seen.values[1] = trace_calls(input.high);
    seen.values[2] = sandbox_calls(input.high);
    call(-1, 0, 0, READ);
    seen.values[3] = call(0, 0, 0, GETPID);
    seen.values[4] = call(0, 0, 0, UPTIME);
    seen.values[5] = -1;
    trace_calls(~0ULL);
    for (int i = 0; i < ODD; i++)
        if (call(1, 1, 1, input.odd[i]) != -1)
            seen.values[5] = input.odd[i];
    call(input.n, 0, 0, DUP);
    trace_calls(0);
    tell(&seen);
    leave(0);
}

/* A process that takes over the entry of one that had all set. */
static void
fresh(void)
{
    struct seen seen = { .part = 4 };
    int fds[2];
    char byte;

    pipe(fds);
    for (int i = 0; i < ROUNDS; i++) {
        int pid = fork();
        if (pid == 0) {
            for (int j = 0; j < input.n; j++)
                uptime();
            trace_calls(1ULL << DUP);
            sandbox_calls(1ULL << GETPID | 1ULL << UPTIME);
            write(fds[1], "x", 1);
            while (sleep(1000000) >= 0)
                ;
        }
        read(fds[0], &byte, 1);
        kill(pid);
        wait(NULL);
        if (fork() == 0) {
            seen.values[0] = i;
            seen.values[1] = count_of(UPTIME);
            seen.values[2] = call(0, 0, 0, GETPID);
            seen.values[3] = call(0, 0, 0, UPTIME);
            call(-input.n, 0, 0, DUP);
            tell(&seen);
            leave(0);
        }
        wait(NULL);
    }
}

/* The first process is like any other. */
static void
first(void)
{
    struct seen seen = { .part = 5 };

    seen.values[0] = sandbox_calls(1ULL << GETPID | 1ULL << FORK);
    seen.values[1] = call(0, 0, 0, GETPID);
    seen.values[2] = call(0, 0, 0, FORK);
    if (seen.values[2] == 0)
        leave(0);
    seen.values[3] = call(0, 0, 0, UPTIME);
    tell(&seen);
}

int
main(void)
{
    static void (*const parts[])(void) = { off, stack, high };
    struct seen begin = { .part = 0 };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int i = 0; i < 3; i++) {
        tell(&begin);
        if (fork() == 0)
            parts[i]();
        wait(NULL);
    }
    tell(&begin);
    fresh();
    first();
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
