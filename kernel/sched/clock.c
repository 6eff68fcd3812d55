/* The clock. */
#include "sched/clock.h"

#include "core/panic.h"
#include "sched/sleep.h"

static struct {
    struct spinlock lock;
    uint32_t ticks;             // [lock] since the start; sleepers' channel
    uint32_t next_wake;         // [lock] no sleeper waits for an earlier tick
} clock = { .lock = SPINLOCK("clock", RANK_TICKS) };

static void (*tick_hook)(void); // [const] once the disk is set up

/* Is tick a reached at tick b?  The difference also works when ticks wraps. */
static bool
reached(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a) >= 0;
}

uint32_t
clock_ticks(void)
{
    return __atomic_load_n(&clock.ticks, __ATOMIC_RELAXED);
}

void
clock_set_hook(void (*hook)(void))
{
    assert(tick_hook == NULL);
    tick_hook = hook;
}

void
clock_tick(void)
{
    acquire(&clock.lock);
    clock.ticks++;
    // Waking everybody is rare: only when the earliest sleeper is due.  Those
    // who are not enter their own times anew; nobody's is further than this.
    if (reached(clock.next_wake, clock.ticks)) {
        clock.next_wake = clock.ticks + INT32_MAX;
        wakeup(&clock.ticks);
    }
    release(&clock.lock);
    if (tick_hook != NULL)
        tick_hook();
}

bool
clock_sleep(int n)
{
    bool alive = true;

    if (n <= 0)
        return true;
    acquire(&clock.lock);
    uint32_t deadline = clock.ticks + n;
    while (alive && !reached(deadline, clock.ticks)) {
        if (reached(deadline, clock.next_wake))
            clock.next_wake = deadline;
        alive = sleep_killable(&clock.ticks, &clock.lock);
    }
    release(&clock.lock);
    return alive;
}
