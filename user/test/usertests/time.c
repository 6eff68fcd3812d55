/* Tests of sleep, uptime, and how processes share the CPUs. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/limits.h"

static void
sleep_nothing(void)
{
    int before = uptime();
    for (int i = 0; i < 100; i++)
        EXPECT(sleep(0), 0);
    CHECK(uptime() - before < HZ);
}

static void
sleep_less_than_nothing(void)
{
    int before = uptime();
    sleep(-1);
    sleep(-1000);
    sleep(-0x7fffffff - 1);
    CHECK(uptime() - before < HZ);
}

static void
sleep_long_enough(void)
{
    for (int n = 1; n <= 8; n++) {
        int before = uptime();
        EXPECT(sleep(n), 0);
        remark("sleep(%d) took %d ticks", n, uptime() - before);
        CHECK(uptime() - before >= n);
    }
}

/* Sleepers end in the order of their times, not in that of their calls. */
static void
sleep_in_order(void)
{
    static const int ticks[] = {30, 10, 20};
    int pids[3];
    for (int i = 0; i < 3; i++) {
        pids[i] = spawn();
        if (pids[i] == 0) {
            sleep(ticks[i]);
            exit(0);
        }
    }
    EXPECT(reap(pids[1]), 0);
    EXPECT(reap(pids[2]), 0);
    EXPECT(reap(pids[0]), 0);
}

static void
sleep_ten(int who)
{
    (void)who;
    sleep(10);
}

static void
sleep_many(void)
{
    int before = uptime();
    together(40, sleep_ten);
    CHECK(uptime() - before < 40 * 10);
}

static void
uptime_never_back(void)
{
    int last = uptime();
    CHECK(last >= 0);
    for (int i = 0; i < 20000; i++) {
        int now = uptime();
        CHECK(now >= last);
        last = now;
    }
}

/* The clock goes on though nobody sleeps. */
static void
uptime_while_spinning(void)
{
    int before = uptime();
    while (uptime() - before < 3)
        continue;
}

static void
spin_for_ever(void)
{
    for (;;)
        asm volatile("");
}

/* More spinning processes than there can be CPUs. */
static void
spinners_are_preempted(void)
{
    int pids[NCPU + 1];
    for (int i = 0; i <= NCPU; i++) {
        pids[i] = spawn();
        if (pids[i] == 0)
            spin_for_ever();
    }
    sleep(5);
    for (int i = 0; i <= NCPU; i++)
        EXPECT(kill(pids[i]), 0);
    for (int i = 0; i <= NCPU; i++) {
        int status = 0;
        CHECK(wait(&status) > 0);
        EXPECT(status, -1);
    }
}

/* Each of many spinning processes gets far enough to say so. */
static void
turns_are_shared(void)
{
    enum { N = NCPU + 2 };
    int fds[2], pids[N];
    bool seen[N] = {false};
    EXPECT(pipe(fds), 0);
    for (int i = 0; i < N; i++) {
        pids[i] = spawn();
        if (pids[i] == 0) {
            char me = (char)i;
            EXPECT(write(fds[1], &me, 1), 1);
            spin_for_ever();
        }
    }
    for (int i = 0; i < N; i++) {
        char who = 0;
        EXPECT(read(fds[0], &who, 1), 1);
        CHECK(!seen[(int)who]);
        seen[(int)who] = true;
    }
    for (int i = 0; i < N; i++) {
        EXPECT(kill(pids[i]), 0);
        EXPECT(reap(pids[i]), -1);
    }
}

const struct test time_tests[] = {
    {"sleep: 0 ticks returns at once", sleep_nothing, UNIX},
    {"sleep: a negative number returns at once", sleep_less_than_nothing,
     UNIX},
    {"sleep: n ticks are at least n ticks of uptime", sleep_long_enough,
     UNIX},
    {"sleep: the shortest sleep ends first", sleep_in_order, UNIX},
    {"sleep: forty sleep at the same time", sleep_many, UNIX},
    {"uptime: never goes back", uptime_never_back, UNIX},
    {"uptime: goes on while a program spins", uptime_while_spinning, UNIX},
    {"scheduler: programs that never call are preempted",
     spinners_are_preempted, UNIX},
    {"scheduler: every program gets its turn", turns_are_shared, UNIX},
    {NULL, NULL, 0},
};
