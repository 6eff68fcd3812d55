/* sbrk, fork and exec in a process that has threads. */
#include "../programs/threads.h"

enum { THREADS = 2 };

struct input {
    int pages;                  // that one thread gets at once
    int value;                  // what it writes there
    int status;                 // of the child that a thread forks
    int exec_status;            // of a program
};

struct seen {
    int start, end, value, last_value;  // the heap, before and after
    int main_end;               // to main, after a thread got memory
    int shrunk, kept;           // with a thread, and what was in the page
    int shrunk_later;           // without
    int pid, getpid, waited, status, copy, own, others;
    int exec_main, exec_thread, exec_child;
};

static struct input input;
static struct seen seen;
static volatile int stop, counter;
static int fds[2];
static char stacks[THREADS][PAGE] __attribute__((aligned(PAGE)));

static void
grow(void *argument)
{
    int n = input.pages * PAGE;
    char *memory = sbrk(n);

    (void)argument;
    seen.end = (int)sbrk(0);
    if (memory != (void *)-1) {
        *(int *)memory = input.value;
        *(int *)(memory + n - sizeof(int)) = input.value + 1;
    }
    exit(0);
}

static void
grow_heap(void)
{
    seen.start = (int)sbrk(0);
    if (lab_clone(grow, NULL, stacks[0]) < 0)
        return;
    lab_join(NULL);
    seen.main_end = (int)sbrk(0);
    if (seen.main_end == seen.start + input.pages * PAGE) {
        seen.value = *(int *)seen.start;
        seen.last_value = *((int *)sbrk(0) - 1);
    }
}

static void
spin(void *argument)
{
    (void)argument;
    while (!stop)
        counter++;
    exit(0);
}

static void
shrink_heap(void)
{
    int *page = sbrk(PAGE);

    *page = input.value;
    seen.shrunk = (int)sbrk(-PAGE);
    // What is given back may well be gone: get it anew.
    if (seen.shrunk != -1)
        sbrk(PAGE);
    seen.kept = *page;
    stop = 1;
    lab_join(NULL);
    seen.shrunk_later = (int)sbrk(-PAGE);
    stop = 0;
}

/* The child: is its memory its own, and does no other thread run in it? */
static void
be_child(void)
{
    int found[3] = { seen.own, counter, 0 };

    seen.own = input.value + 2;
    sleep(3);
    found[1] = counter - found[1];
    found[2] = getpid();
    write(fds[1], found, sizeof(found));
    exit(input.status);
}

static void
fork_child(void *argument)
{
    (void)argument;
    seen.pid = fork();
    if (seen.pid == 0)
        be_child();
    exit(0);
}

static void
fork_in_thread(void)
{
    int found[3] = { 0 };

    seen.own = input.value;
    if (lab_clone(fork_child, NULL, stacks[1]) < 0)
        return;
    lab_join(NULL);
    seen.waited = wait(&seen.status);
    if (seen.waited > 0)
        read(fds[0], found, sizeof(found));
    seen.copy = found[0];
    seen.others = found[1];
    seen.getpid = found[2];
}

static char *const quit_argv[] = { "quit", (char[4]){ 0 }, NULL };

static void
exec_quit(void *argument)
{
    (void)argument;
    seen.exec_thread = exec("/quit", quit_argv);
    exit(0);
}

/* In a child, as it may succeed too early. */
static void
exec_with_threads(void)
{
    if (lab_clone(spin, NULL, stacks[0]) < 0)
        exit(255);
    seen.exec_main = exec("/quit", quit_argv);
    lab_clone(exec_quit, NULL, stacks[1]);
    lab_join(NULL);
    stop = 1;
    lab_join(NULL);
    write(fds[1], &seen.exec_main, sizeof(int));
    write(fds[1], &seen.exec_thread, sizeof(int));
    exec("/quit", quit_argv);
    exit(254);
}

static void
exec_in_child(void)
{
    int results[2] = { 0 };

    if (fork() == 0)
        exec_with_threads();
    wait(&seen.exec_child);
    // Nothing is in the pipe if exec has succeeded at once.
    write(fds[1], results, sizeof(results));
    read(fds[0], results, sizeof(results));
    seen.exec_main = results[0];
    seen.exec_thread = results[1];
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int i = 2, n = input.exec_status; i >= 0; i--, n /= 10)
        quit_argv[1][i] = (char)('0' + n % 10);
    pipe(fds);
    grow_heap();
    if (lab_clone(spin, NULL, stacks[0]) > 0) {
        fork_in_thread();
        shrink_heap();
    }
    exec_in_child();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
