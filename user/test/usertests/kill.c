/* Tests of kill. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "fcntl.h"
#include "lib/limits.h"

/* Starts a child that does body, gives it time to get there, and kills it. */
static int
kill_in(void (*body)(void))
{
    int pid = spawn();
    if (pid == 0) {
        body();
        exit(0);
    }
    sleep(3);
    EXPECT(kill(pid), 0);
    int before = uptime();
    int status = reap(pid);
    CHECK(uptime() - before < 20 * HZ);
    return status;
}

static void
be_asleep(void)
{
    sleep(100000);
}

static void
spin(void)
{
    for (;;)
        asm volatile("");
}

static void
be_reading(void)
{
    int fds[2];
    char c;
    EXPECT(pipe(fds), 0);
    read(fds[0], &c, 1);
}

static void
be_writing(void)
{
    int fds[2];
    EXPECT(pipe(fds), 0);
    for (;;)
        EXPECT(write(fds[1], buffer, sizeof(buffer)), sizeof(buffer));
}

static void
be_waiting(void)
{
    int gate[2];
    char c;
    EXPECT(pipe(gate), 0);
    if (spawn() == 0) {
        close(gate[1]);
        read(gate[0], &c, 1);
        exit(0);
    }
    wait(NULL);
}

static void
be_at_console(void)
{
    char c;
    int fd = must_open("/console", O_RDONLY);
    read(fd, &c, 1);
}

static void
kill_asleep(void)
{
    EXPECT(kill_in(be_asleep), -1);
}

static void
kill_spinning(void)
{
    EXPECT(kill_in(spin), -1);
}

static void
kill_reading(void)
{
    EXPECT(kill_in(be_reading), -1);
}

static void
kill_writing(void)
{
    EXPECT(kill_in(be_writing), -1);
}

static void
kill_waiting(void)
{
    EXPECT(kill_in(be_waiting), -1);
}

static void
kill_at_console(void)
{
    EXPECT(kill_in(be_at_console), -1);
}

static void
kill_me(uintptr_t unused)
{
    (void)unused;
    kill(getpid());
    spin();
}

static void
kill_itself(void)
{
    EXPECT(outcome(kill_me, 0), -1);
}

static void
kill_bad_pids(void)
{
    EXPECT(kill(0), -1);
    EXPECT(kill(-1), -1);
    EXPECT(kill(-getpid()), -1);
    EXPECT(kill(-0x7fffffff - 1), -1);
    EXPECT(kill(0x7fffffff), -1);
}

static void
kill_init(void)
{
    EXPECT(kill(1), -1);
    sleep(2);
    EXPECT(kill(1), -1);
}

static void
kill_reaped(void)
{
    int pid = spawn();
    if (pid == 0)
        exit(0);
    EXPECT(reap(pid), 0);
    EXPECT(kill(pid), -1);
}

static void
kill_zombie(void)
{
    int pid = spawn();
    if (pid == 0)
        exit(7);
    sleep(3);
    kill(pid);
    EXPECT(reap(pid), 7);
}

static void
kill_spares_children(void)
{
    int fds[2], grandchild = 0;
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0) {
        int child = spawn();
        if (child == 0)
            be_asleep();
        EXPECT(write(fds[1], &child, sizeof(child)), sizeof(child));
        be_asleep();
    }
    EXPECT(read(fds[0], &grandchild, sizeof(int)), sizeof(int));
    EXPECT(kill(pid), 0);
    EXPECT(reap(pid), -1);
    sleep(2);
    EXPECT(kill(grandchild), 0);
}

/* Killed and reaped, a process must leave nothing for the next one. */
static void
kill_leaves_no_mark(void)
{
    for (int i = 0; i < 40; i++) {
        remark("round %d", i);
        int pid = spawn();
        if (pid == 0)
            spin();
        EXPECT(kill(pid), 0);
        EXPECT(reap(pid), -1);
        pid = spawn();
        if (pid == 0)
            exit(getpid() % 100);
        EXPECT(reap(pid), pid % 100);
        kill(pid);
    }
}

/* Sleeps, reads and waits over and over, to be killed somewhere between. */
static void
keep_sleeping(uintptr_t kind)
{
    int fds[2];
    char c;
    EXPECT(pipe(fds), 0);
    for (;;) {
        if (kind == 0)
            sleep(1);
        else if (kind == 1)
            read(fds[0], &c, 1);
        else if (spawn() == 0)
            exit(0);
        else
            wait(NULL);
    }
}

/* A kill between the test for it and the sleep must not be lost. */
static void
kill_any_moment(void)
{
    for (int i = 0; i < 60; i++) {
        remark("round %d", i);
        int pid = spawn();
        if (pid == 0)
            keep_sleeping(i % 3);
        for (volatile int n = i * i * 20; n > 0; n--)
            continue;
        EXPECT(kill(pid), 0);
        EXPECT(reap(pid), -1);
    }
}

static void
kill_closes_files(void)
{
    int fds[2];
    char c;
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0)
        spin();
    EXPECT(close(fds[1]), 0);
    EXPECT(kill(pid), 0);
    EXPECT(read(fds[0], &c, 1), 0);
    EXPECT(reap(pid), -1);
}

/* The call that a kill interrupts never returns to the program. */
static void
kill_returns_nowhere(void)
{
    int fds[2], never[2];
    char c;
    EXPECT(pipe(fds), 0);
    EXPECT(pipe(never), 0);
    int pid = spawn();
    if (pid == 0) {
        read(never[0], &c, 1);
        write(fds[1], "x", 1);
        exit(0);
    }
    sleep(2);
    EXPECT(close(fds[1]), 0);
    EXPECT(kill(pid), 0);
    EXPECT(read(fds[0], &c, 1), 0);
    EXPECT(reap(pid), -1);
}

static void
kill_twice(void)
{
    int pid = spawn();
    if (pid == 0)
        be_asleep();
    EXPECT(kill(pid), 0);
    kill(pid);
    EXPECT(reap(pid), -1);
    EXPECT(wait(NULL), -1);
}

static void
kill_of_ended(void)
{
    int pid = spawn();
    if (pid == 0)
        exit(0);
    sleep(3);
    EXPECT(kill(pid), 0);
    EXPECT(reap(pid), 0);
}

const struct test kill_tests[] = {
    {"kill: ends a process that sleeps", kill_asleep, UNIX},
    {"kill: ends a process that spins", kill_spinning, UNIX},
    {"kill: ends a process that reads an empty pipe", kill_reading, UNIX},
    {"kill: ends a process that writes a full pipe", kill_writing, UNIX},
    {"kill: ends a process that waits for a child", kill_waiting, UNIX},
    {"kill: ends a process that waits for the console", kill_at_console, 0},
    {"kill: a process can kill itself", kill_itself, UNIX},
    {"kill: no process has pid 0 or below", kill_bad_pids, 0},
    {"kill: init cannot be killed", kill_init, 0},
    {"kill: -1 for a pid that is gone", kill_reaped, UNIX},
    {"kill: a process that has exited keeps its status", kill_zombie, UNIX},
    {"kill: children of the killed live on", kill_spares_children, UNIX},
    {"kill: leaves no mark on the next process", kill_leaves_no_mark, UNIX},
    {"kill: works at any moment around a sleep", kill_any_moment, UNIX},
    {"kill: the files of the killed are closed", kill_closes_files, UNIX},
    {"kill: the interrupted call does not return", kill_returns_nowhere,
     UNIX},
    {"kill: twice is as good as once", kill_twice, UNIX},
    {"kill: 0 for a process that ended and was not waited for", kill_of_ended,
     UNIX},
    {NULL, NULL, 0},
};
