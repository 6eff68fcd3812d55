/*
 * Who runs when, as the processes see it themselves.
 *
 * Each hog computes for ever, and looks at the CPU's time stamp again and
 * again.  Where much of it is missing between two looks, somebody else ran: one
 * turn has ended there, and the next one begun.  It writes both down.  Put
 * together, the hogs' notes are the whole timeline of one CPU, and no call
 * takes part.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"
#include "calls.h"

enum {
    HOGS_MAX = 64,
    GAP = 5000,                 // microseconds: half a tick of the clock
    TURNS_MAX = 8000,           // that are written down
    ROUNDS = 150,               // of a loop between two looks
};

static struct {
    int policy;
    int hogs;
    int start, length;          // of the timeline
    struct plan {
        int tickets;
        int born;               // 0, or when hog 0 forks it
        int sleeps;             // 0, or when it begins to wait for a byte ...
        int wakes;              // ... and when hog 0 writes that
        int dies;               // 0, or when it ends
        int changes;            // 0, or when it sets its tickets ...
        int new_tickets;        // ... to this
    } plan[HOGS_MAX];
} input;

/* What each hog reports; behind it come the turns. */
static struct {
    int hog;
    int set_policy, set_tickets;        // what the calls returned
    int first, last;                    // when the ticks were asked for
    int ticks_before, ticks_after;
    int turns;
    struct {
        int begin, end;
    } turn[TURNS_MAX];
} seen;

static struct pinfo info;
static uint64_t origin;         // of all times, in time stamps
static int bell[2];             // a pipe

/* Microseconds since the origin: the time stamp counts nanoseconds. */
static int
now(void)
{
    uint32_t low, high;

    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (int)((((uint64_t)high << 32 | low) - origin) >> 10);
}

static void
spin(void)
{
    for (volatile int i = 0; i < ROUNDS; i++)
        ;
}

/* One turn has ended at `end`, the next one begins. */
static void
note_turn(int begin, int end)
{
    if (seen.turns < TURNS_MAX) {
        seen.turn[seen.turns].begin = begin;
        seen.turn[seen.turns].end = end;
        seen.turns++;
    }
}

static void hog(int n) __attribute__((noreturn));

static bool
is_due(int time, int from, int to)
{
    return time > 0 && time > from && time <= to;
}

/* What hog 0 does for others whose time it is. */
static void
wake_or_fork(int from, int to)
{
    for (int i = 0; i < input.hogs; i++) {
        if (is_due(input.plan[i].wakes, from, to))
            write(bell[1], "", 1);
        if (is_due(input.plan[i].born, from, to) && fork() == 0)
            hog(i);
    }
}

/* Works until its time is up, and reports. */
static void
hog(int n)
{
    const struct plan *plan = &input.plan[n];
    int stop = input.start + (plan->dies > 0 ? plan->dies : input.length);
    int pid = getpid();
    bool slept = false, changed = false;
    char byte;

    seen.hog = n;
    seen.turns = 0;
    if (plan->born > 0)
        seen.set_tickets = call(SETTICKETS, plan->tickets);
    seen.ticks_before = my_entry(&info, pid).ticks;
    int begin = now(), last = begin;
    seen.first = begin;
    while (last < stop) {
        int time = now();
        if (time - last > GAP) {
            note_turn(begin, last);
            begin = time;
        }
        if (n == 0)
            wake_or_fork(last - input.start, time - input.start);
        last = time;
        if (plan->sleeps > 0 && time > input.start + plan->sleeps && !slept) {
            slept = true;
            read(bell[0], &byte, 1);
        }
        if (plan->changes > 0 && !changed &&
            time > input.start + plan->changes) {
            changed = true;
            call(SETTICKETS, plan->new_tickets);
        }
        spin();
    }
    note_turn(begin, last);
    seen.last = last;
    seen.ticks_after = my_entry(&info, pid).ticks;
    lab_stop(LAB_REPORT, &seen,
             sizeof(seen) - sizeof(seen.turn[0]) * (TURNS_MAX - seen.turns));
    exit(0);
}

int
main(void)
{
    int fds[2];

    lab_stop(LAB_INPUT, &input, sizeof(input));
    seen.set_policy = call(SETPOLICY, input.policy);
    // The hogs shall not keep this process from getting all of them ready.
    call(SETTICKETS, TICKETS_MAX);
    pipe(bell);
    pipe(fds);
    for (int i = 0; i < input.hogs; i++) {
        if (input.plan[i].born > 0 || fork() != 0)
            continue;
        // Asleep until all are there, so that they are soon.
        seen.set_tickets = call(SETTICKETS, input.plan[i].tickets);
        read(fds[0], &origin, sizeof(origin));
        hog(i);
    }
    asm volatile("rdtsc" : "=A"(origin));
    for (int i = 0; i < input.hogs; i++)
        write(fds[1], &origin, sizeof(origin));
    while (wait(NULL) > 0)
        ;
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
