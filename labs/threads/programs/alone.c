/*
 * Threads that end while the others go on: by exit, by kill or by a fault.
 */
#include "threads.h"

enum { STACKS = 5 };

struct input {
    int wild;                   // an address where no page is
    int byte;
};

struct seen {
    int fault, fault_joined;            // pids
    int victim, kill, victim_joined;
    int counter, counter_later;         // of a thread that lives on
    int read, byte, early, late, join_early, join_late;
};

static struct input input;
static struct seen seen;
static volatile int started, stop, counter;
static int fds[2];
static char stacks[STACKS][PAGE] __attribute__((aligned(PAGE)));

static void
fault(void *argument)
{
    *(volatile int *)argument = 1;
    exit(0);
}

static void
sleep_long(void *argument)
{
    (void)argument;
    __atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
    sleep(1000000);
    exit(0);
}

static void
spin(void *argument)
{
    (void)argument;
    __atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
    while (!stop)
        counter++;
    exit(0);
}

static void
fault_and_kill(void)
{
    seen.fault = lab_clone(fault, (void *)input.wild, stacks[0]);
    seen.fault_joined = seen.fault > 0 ? lab_join(NULL) : -1;
    seen.victim = lab_clone(sleep_long, NULL, stacks[1]);
    int living = lab_clone(spin, NULL, stacks[2]);
    wait_for(&started, (seen.victim > 0) + (living > 0));
    seen.kill = kill(seen.victim);
    seen.victim_joined = seen.victim > 0 ? lab_join(NULL) : -1;
    seen.counter = counter;
    sleep(3);
    seen.counter_later = counter;
    stop = 1;
    if (living > 0)
        lab_join(NULL);
}

static void
end_early(void *argument)
{
    (void)argument;
    exit(0);
}

static void
write_late(void *argument)
{
    sleep(5);
    write(fds[1], argument, 1);
    exit(0);
}

/* One thread ends while main waits for what another does. */
static void
wait_meanwhile(void)
{
    char byte = (char)input.byte;

    seen.early = lab_clone(end_early, NULL, stacks[3]);
    seen.late = lab_clone(write_late, &byte, stacks[4]);
    if (seen.late < 0)
        return;
    char got = 0;
    seen.read = read(fds[0], &got, 1);
    seen.byte = got;
    seen.join_early = lab_join(NULL);
    seen.join_late = lab_join(NULL);
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    pipe(fds);
    fault_and_kill();
    wait_meanwhile();
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
