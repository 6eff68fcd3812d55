/*
 * Threads of one process: what each finds, what the others see of it, and what
 * join tells.  Numbers, without a verdict.
 */
#include <fcntl.h>
#include <stat.h>

#include "threads.h"

enum { MOST = 6 };

struct input {
    int threads;                // how many
    int values[MOST];           // their arguments
    int go;                     // what main writes when all have begun
    int bytes[2];               // for a pipe
};

struct row {
    int argument;
    int local;                  // the address of a local variable
    int pid;                    // as getpid says
    int xmm;                    // what was in %xmm7 when it began
    int go;                     // what it saw main write
};

struct seen {
    int pids[MOST], stacks[MOST];       // of clone: result, parameter
    struct row rows[MOST];              // in the order in which they began
    int started;
    int joined[MOST], joined_stacks[MOST];
    int last;                           // of one join more
    int wrote, opened, closed;          // by a thread
    int still_open, thread_file, n;     // to main, after that
    int bytes[2];
};

static struct input input;
static struct seen seen;
static volatile int go;
static int fds[2];
static char stacks[MOST][PAGE] __attribute__((aligned(PAGE)));

/* %xmm7: nothing here uses it but the test, as this code has no floats. */
static inline void
set_xmm(int value)
{
    asm volatile("movd %0, %%xmm7" : : "r"(value));
}

static inline int
get_xmm(void)
{
    int value;

    asm volatile("movd %%xmm7, %0" : "=r"(value));
    return value;
}

static void
work(void *argument)
{
    int xmm = get_xmm(), local = (int)argument;
    int n = __atomic_fetch_add(&seen.started, 1, __ATOMIC_SEQ_CST);
    struct row *row = &seen.rows[n % MOST];

    row->argument = local;
    row->local = (int)&local;
    row->pid = getpid();
    row->xmm = xmm;
    row->go = wait_for(&go, input.go);
    exit(0);
}

/* Descriptors of a thread: it opens one and closes one. */
static void
use_files(void *byte)
{
    seen.wrote = write(fds[1], byte, 1);
    seen.opened = open("/", O_RDONLY);
    seen.closed = close(fds[1]);
    exit(0);
}

static void
files(void)
{
    char bytes[2] = { (char)input.bytes[0], (char)input.bytes[1] };
    struct stat st;

    pipe(fds);
    seen.opened = -1;
    if (lab_clone(use_files, bytes, stacks[0]) < 0)
        return;
    lab_join(NULL);
    seen.thread_file = fstat(seen.opened, &st);
    seen.still_open = write(fds[1], bytes + 1, 1);
    bytes[0] = bytes[1] = 0;
    seen.n = seen.wrote + seen.still_open == 2 ? read(fds[0], bytes, 2) : -1;
    seen.bytes[0] = bytes[0];
    seen.bytes[1] = bytes[1];
}

int
main(void)
{
    int n = 0;

    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int i = 0; i < input.threads; i++) {
        seen.stacks[i] = (int)stacks[i];
        set_xmm(input.values[i]);
        seen.pids[i] = lab_clone(work, (void *)input.values[i], stacks[i]);
        n += seen.pids[i] > 0;
    }
    wait_for(&seen.started, n);
    go = input.go;
    for (int i = 0; i < n; i++) {
        void *stack = NULL;
        seen.joined[i] = lab_join(&stack);
        seen.joined_stacks[i] = (int)stack;
    }
    seen.last = lab_join(NULL);
    files();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
