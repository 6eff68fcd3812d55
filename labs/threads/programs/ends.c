/*
 * How threads end with their process, when it exits or is killed.  And whether
 * all of it comes back.
 */
#include "../../lib/programs/room.h"
#include "threads.h"

enum { MOST = 6, ROUNDS = 3, REFUSED = 5 };

struct input {
    int threads;
    int status;
};

/* A process with threads, which has ended, as its parent sees it. */
struct end {
    int pid, waited, status;
    int tids[MOST];
    int alive[MOST];            // what kill says of each of them
};

struct seen {
    struct end exited, killed;
    struct room before, after;
};

static struct input input;
static struct seen seen;
static volatile int started;
static int fds[2];
static char stacks[MOST][PAGE] __attribute__((aligned(PAGE)));

static void
spin(void *argument)
{
    (void)argument;
    __atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
    while (1)
        ;
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
end_at_once(void *argument)
{
    (void)argument;
    exit(0);
}

/* Calls of clone that fail, and a thread that is joined. */
static void
call_clone(void)
{
    for (int i = 0; i < REFUSED; i++)
        lab_clone(end_at_once, NULL, stacks[0] + 1);
    if (lab_clone(end_at_once, NULL, stacks[0]) > 0)
        lab_join(NULL);
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    pipe(fds);
    for (int round = 0; round < ROUNDS; round++) {
        if (round == ROUNDS - 1)
            room_measure(&seen.before);
        call_clone();
        end_process(&seen.exited, 1);
        end_process(&seen.killed, 0);
    }
    room_measure(&seen.after);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
