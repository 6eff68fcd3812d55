/* Tests of fork and getpid. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "fcntl.h"
#include "lib/limits.h"
#include "x86/mmu.h"

static void
fork_returns_pid(void)
{
    int fds[2], told = 0;
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0) {
        int mine = getpid();
        EXPECT(write(fds[1], &mine, sizeof(mine)), sizeof(mine));
        exit(0);
    }
    CHECK(pid > 1);
    EXPECT(read(fds[0], &told, sizeof(told)), sizeof(told));
    EXPECT(told, pid);
    EXPECT(reap(pid), 0);
}

static int data_word = 11;
static int bss_word;

static void
fork_copies_data(void)
{
    int stack_word = 22;
    bss_word = 33;
    int pid = spawn();
    if (pid == 0) {
        EXPECT(data_word, 11);
        EXPECT(stack_word, 22);
        EXPECT(bss_word, 33);
        exit(0);
    }
    EXPECT(reap(pid), 0);
}

static void
fork_child_writes_its_own(void)
{
    volatile int stack_word = 22;
    data_word = 11;
    bss_word = 33;
    int pid = spawn();
    if (pid == 0) {
        data_word = bss_word = stack_word = 99;
        exit(0);
    }
    EXPECT(reap(pid), 0);
    EXPECT(data_word, 11);
    EXPECT(stack_word, 22);
    EXPECT(bss_word, 33);
}

static void
fork_parent_writes_its_own(void)
{
    int gate[2];
    char c;
    EXPECT(pipe(gate), 0);
    fill(buffer, sizeof(buffer), 1);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(read(gate[0], &c, 1), 1);
        CHECK(filled(buffer, sizeof(buffer), 1));
        exit(0);
    }
    fill(buffer, sizeof(buffer), 2);
    EXPECT(write(gate[1], "x", 1), 1);
    EXPECT(reap(pid), 0);
    CHECK(filled(buffer, sizeof(buffer), 2));
}

static void
fork_copies_heap(void)
{
    enum { SIZE = 300 * 1024 + 77 };
    char *heap = sbrk(SIZE);
    CHECK((intptr_t)heap != -1);
    fill(heap, SIZE, 3);
    int pid = spawn();
    if (pid == 0) {
        CHECK(filled(heap, SIZE, 3));
        fill(heap, SIZE, 4);
        EXPECT(sbrk(0), heap + SIZE);
        exit(0);
    }
    EXPECT(reap(pid), 0);
    CHECK(filled(heap, SIZE, 3));
}

static void
fork_heap_grows_apart(void)
{
    uintptr_t end = memory_end();
    int pid = spawn();
    if (pid == 0) {
        EXPECT(sbrk(5 * PGSIZE), end);
        EXPECT(memory_end(), end + 5 * PGSIZE);
        exit(0);
    }
    EXPECT(reap(pid), 0);
    EXPECT(memory_end(), end);
    EXPECT(outcome(read_byte, end + 2 * PGSIZE), -1);
}

static void
fork_shares_offset(void)
{
    make_file("f", "abcdef");
    char two[2];
    int fd = must_open("f", O_RDONLY);
    EXPECT(read(fd, two, 2), 2);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(read(fd, two, 2), 2);
        EXPECT(two[0], 'c');
        exit(0);
    }
    EXPECT(reap(pid), 0);
    EXPECT(read(fd, two, 2), 2);
    EXPECT(two[0], 'e');
}

static void
fork_close_is_private(void)
{
    make_file("f", "abc");
    char c;
    int fd = must_open("f", O_RDONLY);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(close(fd), 0);
        EXPECT(read(fd, &c, 1), -1);
        exit(0);
    }
    EXPECT(reap(pid), 0);
    EXPECT(read(fd, &c, 1), 1);
}

static void
fork_keeps_folder(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("d/inside", "in");
    make_file("outside", "out");
    int pid = spawn();
    if (pid == 0) {
        EXPECT_FILE("outside", "out");
        EXPECT(chdir("d"), 0);
        EXPECT_FILE("inside", "in");
        exit(0);
    }
    EXPECT(reap(pid), 0);
    EXPECT_FILE("outside", "out");
}

/* More than the table has places, so that places are used again. */
static void
fork_pids_differ(void)
{
    int last[3] = {0, 0, 0};
    for (int i = 0; i < NPROC + 50; i++) {
        int pid = spawn();
        if (pid == 0)
            exit(0);
        remark("round %d", i);
        CHECK(pid != getpid());
        CHECK(pid != last[0] && pid != last[1] && pid != last[2]);
        last[i % 3] = pid;
        EXPECT(reap(pid), 0);
    }
}

static void
fork_generations(void)
{
    enum { DEPTH = 12 };
    int depth = 0;
    int pid = 0;
    while (pid == 0 && depth < DEPTH) {
        depth++;
        pid = spawn();
    }
    if (pid == 0)
        exit(100);
    int status = reap(pid);
    if (depth > 1)
        exit(status - 1);
    EXPECT(status, 100 - DEPTH + 1);
}

static void
have_children(int who)
{
    for (int i = 0; i < 50; i++) {
        int pid = spawn();
        if (pid == 0)
            exit(i + who);
        EXPECT(reap(pid), i + who);
    }
}

static void
fork_several_parents(void)
{
    together(3, have_children);
}

static void
fork_wide(void)
{
    enum { N = 50 };
    int seen = 0;
    for (int i = 0; i < N; i++) {
        int pid = spawn();
        if (pid == 0)
            exit(i);
    }
    for (int i = 0; i < N; i++) {
        int status = -1;
        CHECK(wait(&status) > 0);
        seen += status;
    }
    EXPECT(seen, N * (N - 1) / 2);
    EXPECT(wait(NULL), -1);
}

static void
getpid_stays(void)
{
    int pid = getpid();
    CHECK(pid > 1);
    for (int i = 0; i < 100; i++)
        EXPECT(getpid(), pid);
}

static void
fork_gives_no_children(void)
{
    int gate[2];
    char c;
    EXPECT(pipe(gate), 0);
    int first = spawn();
    if (first == 0) {
        EXPECT(close(gate[1]), 0);
        EXPECT(read(gate[0], &c, 1), 0);
        exit(0);
    }
    int second = spawn();
    if (second == 0) {
        EXPECT(wait(NULL), -1);
        exit(0);
    }
    EXPECT(reap(second), 0);
    EXPECT(close(gate[1]), 0);
    EXPECT(reap(first), 0);
}

const struct test fork_tests[] = {
    {"fork: returns the child's pid, and 0 in the child", fork_returns_pid,
     UNIX},
    {"fork: the child finds data, bss and stack as they were",
     fork_copies_data, UNIX},
    {"fork: what the child writes stays in the child",
     fork_child_writes_its_own, UNIX},
    {"fork: what the parent writes stays in the parent",
     fork_parent_writes_its_own, UNIX},
    {"fork: the heap is copied, to an odd last byte", fork_copies_heap, UNIX},
    {"fork: heaps grow apart", fork_heap_grows_apart, UNIX},
    {"fork: open files share one offset", fork_shares_offset, UNIX},
    {"fork: close in the child leaves the parent's open",
     fork_close_is_private, UNIX},
    {"fork: the child starts in the parent's folder and leaves it alone",
     fork_keeps_folder, UNIX},
    {"fork: pids differ over more processes than the table holds",
     fork_pids_differ, UNIX},
    {"fork: twelve generations hand a status up", fork_generations, UNIX},
    {"fork: three parents at once", fork_several_parents, UNIX},
    {"fork: fifty children at once", fork_wide, UNIX},
    {"getpid: is the same at each call", getpid_stays, UNIX},
    {"fork: the child has no children yet", fork_gives_no_children, UNIX},
    {NULL, NULL, 0},
};
