/* Tests of many processes that fork, end, wait and kill at the same time. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/limits.h"

/* Each forks children that fork, and kills some of them at any moment. */
static void
fork_and_kill(int who)
{
    for (int i = 0; i < 15; i++) {
        int pid = fork();
        if (pid < 0)
            continue;
        if (pid == 0) {
            if (fork() == 0)
                exit(0);
            if (i % 3 != 0)
                wait(NULL);
            exit(i);
        }
        for (volatile int n = who * 1000 + i * 300; n > 0; n--)
            continue;
        kill(pid);
        int status = reap(pid);
        CHECK(status == i || status == -1);
    }
}

static void
race_fork_and_kill(void)
{
    together(6, fork_and_kill);
    EXPECT(wait(NULL), -1);
}

/* All kill all: each at least once, and each dies once. */
static void
race_all_kill_all(void)
{
    enum { N = 8 };
    int pids[N], gate[2];
    EXPECT(pipe(gate), 0);
    for (int i = 0; i < N; i++) {
        pids[i] = spawn();
        if (pids[i] != 0)
            continue;
        int received[N];
        EXPECT(close(gate[1]), 0);
        if (read(gate[0], received, sizeof(received)) > 0)
            for (int j = 0; j < N; j++)
                kill(received[(i + j) % N]);
        sleep(1000);
    }
    for (int i = 0; i < N; i++)
        EXPECT(write(gate[1], pids, sizeof(pids)), sizeof(pids));
    for (int i = 0; i < N; i++) {
        int status = 0;
        CHECK(wait(&status) > 0);
        EXPECT(status, -1);
    }
}

static void
grow_and_shrink(int who)
{
    for (int i = 1; i < 15; i++) {
        int n = (who + i) * 5000;
        char *heap = sbrk(n);
        CHECK((intptr_t)heap != -1);
        memset(heap, who + 1, n);
        int pid = spawn();
        if (pid == 0) {
            for (int j = 0; j < n; j++)
                EXPECT(heap[j], who + 1);
            return;
        }
        EXPECT(reap(pid), 0);
        CHECK((intptr_t)sbrk(-n) != -1);
    }
}

static void
race_memory(void)
{
    together(5, grow_and_shrink);
}

/* A pipe, sleepers and readers of files: every kind of wait and wakeup. */
static void
mixed_work(int who)
{
    int fds[2];
    for (int i = 0; i < 8; i++) {
        EXPECT(pipe(fds), 0);
        int pid = spawn();
        if (pid == 0) {
            if (i % 4 == who % 4)
                sleep(1);
            EXPECT(write(fds[1], buffer, 6000), 6000);
            exit(who);
        }
        EXPECT(close(fds[1]), 0);
        int total = 0, n = read(fds[0], buffer, 999);
        for (; n > 0; n = read(fds[0], buffer, 999))
            total += n;
        EXPECT(total, 6000);
        EXPECT(close(fds[0]), 0);
        EXPECT(reap(pid), who);
    }
}

static void
race_mixed(void)
{
    together(2 * NCPU, mixed_work);
}

const struct test race_process_tests[] = {
    {"races: fork, exit and kill", race_fork_and_kill, UNIX},
    {"races: eight kill each other", race_all_kill_all, UNIX},
    {"races: memory of five programs", race_memory, UNIX},
    {"races: pipes, sleeps and forks in sixteen", race_mixed, UNIX},
    {NULL, NULL, 0},
};
