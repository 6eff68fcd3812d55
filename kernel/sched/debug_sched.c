/*
 * A schedule drawn from a seed: make qemu SCHED=seed.
 *
 * Each process gets a priority by chance, and the runnable one of highest
 * priority runs.  At a few points, drawn by chance as well, the running one's
 * priority is drawn anew.  Such a point is each acquire and release of a
 * spinlock, unless the CPU holds another, and each clock tick; and the ticks
 * come after a number of instructions drawn by chance, so that they fall
 * anywhere.  How often all that happens depends on the seed.  (Burckhardt and
 * others, "A Randomized Scheduler with Probabilistic Guarantees of Finding
 * Bugs", tell why few changes find most bugs.)
 *
 * There is one CPU, QEMU counts instructions as time, and the disk is memory:
 * so nothing else has an influence, and the same seed gives the same run.
 */
#include "core/debug.h"

#include <stddef.h>

#include "lib/limits.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "core/printf.h"
#include "sched/proc.h"
#include "sched/sched.h"

enum {
    LAPIC_TIMER_INITIAL = 0x380,    // writing it starts the clock anew
    LAPIC_TIMER_DIVIDE = 0x3e0,
    TIMER_BY_8 = 0x2,               // a step is 8 ns: an instruction of QEMU
    TICK_MIN = 4000,                // a tick itself takes half of that
    RUN_MAX = 400000000,            // instructions: nothing gets done
    IDLE_TICKS = 100,               // nobody can run any more
};

static struct {
    int pid;                        // whose priority it is
    uint32_t value;
} priorities[NPROC];

static uint32_t chance;             // the state of the random numbers
static uint32_t points_max, ticks_max;      // drawn first: how often
static uint32_t points_left;        // before a change
static unsigned idle_ticks;         // since the last process ran
static uint32_t elapsed;            // instructions since the begin
static bool switching;              // inside debug_switch
static struct proc **run_queue;     // NULL until the schedule begins

/* A number from 0 to n - 1.  Marsaglia, "Xorshift RNGs". */
static uint32_t
below(uint32_t n)
{
    chance ^= chance << 13;
    chance ^= chance >> 17;
    chance ^= chance << 5;
    return chance % n;
}

static uint32_t *
priority(const struct proc *p)
{
    size_t i = p - ptable.proc;

    if (priorities[i].pid != p->pid) {
        priorities[i].pid = p->pid;
        priorities[i].value = below(UINT32_MAX);
    }
    return &priorities[i].value;
}

/* The link to the process in the queue that is to run first. */
static struct proc **
highest(void)
{
    struct proc **best = run_queue;

    for (struct proc **link = best; *link != NULL; link = &(*link)->next)
        if (*priority(*link) > *priority(*best))
            best = link;
    return best;
}

/* Gives way to a process of higher priority.  Interrupts are on. */
static void
give_way(void)
{
    if (switching)
        return;
    if (points_left-- == 0) {
        points_left = below(points_max);
        *priority(proc) = below(UINT32_MAX);
    }
    // yield has such points itself.
    switching = true;
    cli();
    struct proc *best = *highest();
    bool wanted = best != NULL && *priority(best) > *priority(proc);
    sti();
    if (wanted)
        yield();
    switching = false;
}

static void
start_tick(void)
{
    uint32_t instructions = TICK_MIN + below(ticks_max);

    mmio_write32(LAPIC + LAPIC_TIMER_INITIAL, instructions);
    elapsed += instructions;
    if (elapsed > RUN_MAX)
        panic("the work does not end");
}

struct proc **
debug_choose(struct proc **queue, struct proc *const *end)
{
    debug_check_queue(*queue, end);
    if (!debug_seeded)
        return queue;
    if (run_queue == NULL) {
        run_queue = queue;
        chance = debug_seed * 2654435761u | 1;
        for (int i = 0; i < 10; i++)
            below(1);               // until it no longer resembles the seed
        points_max = 4u << below(8);
        ticks_max = 100u << below(10);
        debug_switch = give_way;
        mmio_write32(LAPIC + LAPIC_TIMER_DIVIDE, TIMER_BY_8);
        start_tick();
    }
    idle_ticks = 0;
    switching = false;
    return highest();
}

void
debug_schedule_tick(void)
{
    if (run_queue == NULL)
        return;
    start_tick();
    if (proc != NULL && below(2) == 0)
        *priority(proc) = below(UINT32_MAX);
    if (proc == NULL && ++idle_ticks == IDLE_TICKS) {
        debug_print_processes();
        panic("no process can run, and none waits for time: a wakeup was lost?");
    }
}
