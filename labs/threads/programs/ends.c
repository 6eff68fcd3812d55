/*
 * How threads end: with their process, when it exits or is killed; alone, by
 * exit, by kill or by a fault.  And whether all of it comes back.
 */
#include "../../lib/programs/room.h"
#include "threads.h"

enum { MOST = 6, ROUNDS = 3, REFUSED = 5 };

struct input {
    int threads;
    int status;
    int wild;                   // an address where no page is
    int byte;
};

/* A process with threads, which has ended, as its parent sees it. */
struct end {
    int pid, waited, status;
    int tids[MOST];
    int alive[MOST];            // what kill says of each of them
};

struct seen {
    struct end exited, killed;
    int fault, fault_joined;            // pids
    int victim, kill, victim_joined;
    int counter, counter_later;         // of a thread that lives on
    int read, byte, early, late, join_early, join_late;
    struct room before, after;
};

static struct input input;
static struct seen seen;
static volatile int started, stop, counter;
static int fds[2];
static char stacks[MOST][PAGE] __attribute__((aligned(PAGE)));

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
wait_long(void *argument)
{
    char byte;

    __atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
    if ((int)argument % 2 == 0)
        sleep(1000000);
    read(fds[0], &byte, 1);
    exit(0);
}

/* The process: says who its threads are, and then does not wait for them. */
static void
have_threads(int out, int exits)
{
    int tids[MOST], n = 0;

    started = 0;
    for (int i = 0; i < MOST; i++) {
        tids[i] = i < input.threads ? lab_clone(i % 3 == 0 ? spin : wait_long,
                                                (void *)i, stacks[i]) : 0;
        n += tids[i] > 0;
    }
    wait_for(&started, n);
    write(out, tids, sizeof(tids));
    if (exits)
        exit(input.status);
    sleep(1000000);
    exit(0);
}

static void
end_process(struct end *end, int exits)
{
    int out[2];

    pipe(out);
    end->pid = fork();
    if (end->pid == 0)
        have_threads(out[1], exits);
    close(out[1]);
    read(out[0], end->tids, sizeof(end->tids));
    close(out[0]);
    if (!exits)
        kill(end->pid);
    end->waited = wait(&end->status);
    for (int i = 0; i < input.threads; i++)
        end->alive[i] = kill(end->tids[i]);
}

static void
fault(void *argument)
{
    *(volatile int *)argument = 1;
    exit(0);
}

static void
end_threads(void)
{
    started = 0;
    seen.fault = lab_clone(fault, (void *)input.wild, stacks[0]);
    seen.fault_joined = seen.fault > 0 ? lab_join(NULL) : -1;
    seen.victim = lab_clone(wait_long, (void *)0, stacks[1]);
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
    stop = 0;
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
    for (int round = 0; round < ROUNDS; round++) {
        if (round == ROUNDS - 1)
            room_measure(&seen.before);
        for (int i = 0; i < REFUSED; i++)
            lab_clone(spin, NULL, stacks[0] + 1);
        end_process(&seen.exited, 1);
        end_process(&seen.killed, 0);
        end_threads();
        wait_meanwhile();
    }
    room_measure(&seen.after);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
