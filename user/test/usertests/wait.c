/* Tests of exit, wait, and what becomes of orphans. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/limits.h"

static void
exit_with(uintptr_t status)
{
    exit((int)status);
}

static void
exit_gives_status(void)
{
    static const int small[] = {0, 1, 42, 127};
    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
        EXPECT(outcome(exit_with, small[i]), small[i]);
}

static void
exit_status_is_int(void)
{
    static const int large[] = {255, 256, 65536, 0x7fffffff, -2, -0x7fffffff};
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
        EXPECT(outcome(exit_with, (uintptr_t)large[i]), large[i]);
}

static void
exit_closes_files(void)
{
    int fds[2];
    char c;
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0)
        exit(0);
    EXPECT(close(fds[1]), 0);
    EXPECT(read(fds[0], &c, 1), 0);
    EXPECT(reap(pid), 0);
}

static void
wait_without_children(void)
{
    int status = 77;
    EXPECT(wait(&status), -1);
    EXPECT(status, 77);
    EXPECT(wait(NULL), -1);
}

static void
wait_null(void)
{
    int pid = spawn();
    if (pid == 0)
        exit(5);
    EXPECT(wait(NULL), pid);
    EXPECT(wait(NULL), -1);
}

static void
wait_each_once(void)
{
    int first = spawn();
    if (first == 0)
        exit(3);
    EXPECT(reap(first), 3);
    int second = spawn();
    if (second == 0)
        exit(4);
    EXPECT(reap(second), 4);
    EXPECT(wait(NULL), -1);
}

static void
wait_for_running(void)
{
    int before = uptime();
    int pid = spawn();
    if (pid == 0) {
        sleep(10);
        exit(6);
    }
    EXPECT(reap(pid), 6);
    CHECK(uptime() - before >= 9);
}

static void
wait_for_ended(void)
{
    int pid = spawn();
    if (pid == 0)
        exit(8);
    sleep(5);
    EXPECT(reap(pid), 8);
}

static void
wait_first_to_end(void)
{
    int slow = spawn();
    if (slow == 0) {
        sleep(30);
        exit(1);
    }
    int fast = spawn();
    if (fast == 0)
        exit(2);
    EXPECT(reap(fast), 2);
    EXPECT(reap(slow), 1);
}

/* The child leaves a grandchild behind, which must not be handed to us. */
static void
wait_not_for_grandchildren(void)
{
    int gate[2];
    char c;
    EXPECT(pipe(gate), 0);
    int pid = spawn();
    if (pid == 0) {
        if (spawn() == 0) {
            close(gate[1]);
            read(gate[0], &c, 1);
            exit(9);
        }
        exit(4);
    }
    EXPECT(reap(pid), 4);
    EXPECT(close(gate[1]), 0);
    EXPECT(wait(NULL), -1);
}

/* An orphan is waited for by init, or the process table would fill up. */
static void
orphans_are_reaped(void)
{
    for (int i = 0; i < NPROC + 20; i++) {
        remark("orphan %d", i);
        int pid = fork();
        for (int tries = 0; pid < 0 && tries < 50; tries++) {
            sleep(2);
            pid = fork();
        }
        CHECK(pid >= 0);
        if (pid == 0) {
            fork();
            exit(0);
        }
        EXPECT(reap(pid), 0);
    }
}

static void
orphan_lives_on(void)
{
    int fds[2];
    char c = 0;
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0) {
        if (spawn() == 0) {
            sleep(5);
            EXPECT(write(fds[1], "o", 1), 1);
        }
        exit(0);
    }
    EXPECT(reap(pid), 0);
    EXPECT(read(fds[0], &c, 1), 1);
    EXPECT(c, 'o');
}

/* An orphan that ended before its parent, never waited for. */
static void
orphan_zombies(void)
{
    int processes = count_processes();
    int pid = spawn();
    if (pid == 0) {
        for (int i = 0; i < 20; i++)
            if (spawn() == 0)
                exit(i);
        sleep(5);
        exit(0);
    }
    EXPECT(reap(pid), 0);
    int now = count_processes();
    for (int i = 0; i < 20 && now != processes; i++) {
        sleep(5);
        now = count_processes();
    }
    EXPECT(now, processes);
}

const struct test wait_tests[] = {
    {"exit: the status reaches wait", exit_gives_status, UNIX},
    {"exit: the status is a whole int", exit_status_is_int, 0},
    {"exit: closes the files", exit_closes_files, UNIX},
    {"wait: -1 without children, status untouched", wait_without_children,
     UNIX},
    {"wait: takes NULL for a status nobody wants", wait_null, UNIX},
    {"wait: returns each child once", wait_each_once, UNIX},
    {"wait: sleeps until a running child ends", wait_for_running, UNIX},
    {"wait: finds a child that ended long ago", wait_for_ended, UNIX},
    {"wait: returns whichever child ends first", wait_first_to_end, UNIX},
    {"wait: grandchildren are none of its business",
     wait_not_for_grandchildren, UNIX},
    {"orphans: init waits for more than the table holds", orphans_are_reaped,
     UNIX},
    {"orphans: run on after their parent", orphan_lives_on, UNIX},
    {"orphans: zombies of a parent that never waits go too", orphan_zombies,
     0},
    {NULL, NULL, 0},
};
