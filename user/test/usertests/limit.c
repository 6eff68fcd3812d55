/*
 * Tests of what happens when something is used up: the call returns -1, nothing
 * breaks, and all of it can be had again afterwards.
 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "fcntl.h"
#include "lib/limits.h"
#include "x86/mmu.h"

/* ---- Processes ---- */

/* On a small machine memory may be gone before the table is full. */
static void
limit_processes(void)
{
    int n = count_processes();
    remark("%d processes", n);
    CHECK(n < NPROC);
    CHECK(n >= NPROC - 20 || count_pages() < NPROC * 100);
    EXPECT(count_processes(), n);
}

static void
limit_zombies(void)
{
    int n = 0;
    for (int pid = fork(); pid >= 0; pid = fork()) {
        if (pid == 0)
            exit(3);
        n++;
    }
    CHECK(n > 10);
    EXPECT(fork(), -1);
    EXPECT(fork(), -1);
    for (int i = 0; i < n; i++) {
        int status = -1;
        CHECK(wait(&status) > 0);
        EXPECT(status, 3);
    }
    EXPECT(wait(NULL), -1);
    int pid = spawn();
    if (pid == 0)
        exit(4);
    EXPECT(reap(pid), 4);
}

/* Each child forks until it cannot; all of them end. */
static void
bomb(int who)
{
    (void)who;
    int n = 0;
    while (n < 200) {
        int pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            sleep(2);
            exit(0);
        }
        n++;
    }
    while (n-- > 0)
        CHECK(wait(NULL) > 0);
    EXPECT(wait(NULL), -1);
}

static void
limit_fork_bomb(void)
{
    together(4, bomb);
}

/* ---- Memory ---- */

/* Takes all memory there is, to the last page. */
static void
take_all_memory(void)
{
    for (int npages = 1024; npages > 0; npages /= 4)
        while ((intptr_t)sbrk(npages * PGSIZE) != -1)
            continue;
    EXPECT(sbrk(PGSIZE), -1);
}

static void
give_all_back(void)
{
    CHECK((intptr_t)sbrk((int)(heap_base - memory_end())) != -1);
}

static void
limit_memory(void)
{
    int pages = count_pages();
    uintptr_t before = memory_end();
    take_all_memory();
    uintptr_t end = memory_end();
    for (uintptr_t va = before; va < end; va += 64 * PGSIZE)
        *at(va) = 1;
    *at(end - 1) = 1;
    give_all_back();
    EXPECT(count_pages(), pages);
}

static void
limit_memory_fork(void)
{
    int pages = count_pages();
    take_all_memory();
    for (int i = 0; i < 5; i++)
        EXPECT(fork(), -1);
    give_all_back();
    EXPECT(count_pages(), pages);
    int pid = spawn();
    if (pid == 0)
        exit(5);
    EXPECT(reap(pid), 5);
}

/* fork fails halfway: some of the pages are there, but not all. */
static void
limit_memory_half_fork(void)
{
    int pages = count_pages();
    take_all_memory();
    for (int npages = 1; npages < 120; npages += npages < 12 ? 1 : 9) {
        CHECK((intptr_t)sbrk(-npages * PGSIZE) != -1);
        EXPECT(fork(), -1);
        EXPECT(fork(), -1);
        CHECK((intptr_t)sbrk(npages * PGSIZE) != -1);
        EXPECT(sbrk(PGSIZE), -1);
    }
    give_all_back();
    EXPECT(count_pages(), pages);
}

static void
limit_memory_exec(void)
{
    static const char *const argv[] = {"usertests", "@", "count", NULL};
    int pages = count_pages();
    take_all_memory();
    for (int npages = 0; npages < 8; npages++) {
        EXPECT(exec("/usertests", (char *const *)argv), -1);
        CHECK((intptr_t)sbrk(-PGSIZE) != -1);
    }
    give_all_back();
    EXPECT(count_pages(), pages);
}

static void
limit_memory_pipe(void)
{
    int fds[2];
    int pages = count_pages();
    take_all_memory();
    for (int i = 0; i < 20; i++)
        if (pipe(fds) == 0) {
            EXPECT(write(fds[1], "works", 5), 5);
            EXPECT(read(fds[0], buffer, 5), 5);
            EXPECT(close(fds[0]), 0);
            EXPECT(close(fds[1]), 0);
        }
    give_all_back();
    EXPECT(count_pages(), pages);
}

/* The disk and its cache need no memory that programs could take. */
static void
limit_memory_files(void)
{
    take_all_memory();
    make_file("f", "written without memory");
    EXPECT_FILE("f", "written without memory");
    EXPECT(mkdir("d"), 0);
    EXPECT(unlink("d"), 0);
    int fd = must_open("f", O_WRONLY);
    EXPECT(write(fd, buffer, sizeof(buffer)), sizeof(buffer));
    give_all_back();
}

static void
hog_memory(int who)
{
    (void)who;
    for (int i = 0; i < 3; i++) {
        int taken = 0;
        while (taken < 100 && (intptr_t)sbrk(256 * PGSIZE) != -1)
            taken++;
        sleep(1);
        give_all_back();
    }
}

static void
limit_memory_hogs(void)
{
    int pages = count_pages();
    together(4, hog_memory);
    EXPECT(count_pages(), pages);
}

/* ---- Open files ---- */

static void
limit_files(void)
{
    int n = count_files();
    remark("%d files", n);
    CHECK(n <= NFILE);
    CHECK(n >= NFILE - 40 || count_pages() < NPROC * 100);
    EXPECT(count_files(), n);
}

static int gate[2], told[2];

/* Opens new files until that fails, each child in a folder of its own. */
static void
open_own_files(int who)
{
    char folder[] = "dir-00", name[] = "0";
    int n = 0;
    folder[4] = (char)('0' + who / 10);
    folder[5] = (char)('0' + who % 10);
    close(gate[1]);
    if (mkdir(folder) == 0 && chdir(folder) == 0)
        for (; open(name, O_CREATE | O_RDWR) >= 0; n++)
            name[0]++;
    EXPECT(write(told[1], &n, sizeof(n)), sizeof(n));
    read(gate[0], buffer, 1);
}

/*
 * So many files and folders in use that no inode is left in memory.  Neither of
 * the tables, whichever is full first, may take the kernel down.
 */
static void
limit_inodes_in_memory(void)
{
    enum { N = 60 };
    int total = 0, most = 0, started = 0, n;
    EXPECT(pipe(gate), 0);
    EXPECT(pipe(told), 0);
    for (; started < N; started++) {
        int pid = fork();
        if (pid == 0) {
            open_own_files(started);
            exit(0);
        }
        if (pid < 0)
            break;              // a small machine: then not all is used up
    }
    for (int i = 0; i < started; i++) {
        EXPECT(read(told[0], &n, sizeof(n)), sizeof(n));
        total += n;
        most = n > most ? n : most;
    }
    remark("%d files open", total);
    CHECK(started < N || (total > NINODE / 2 && total < N * most));
    EXPECT(close(gate[1]), 0);
    for (int i = 0; i < started; i++)
        CHECK(wait(NULL) > 0);
    make_file("new", "again");
    EXPECT_FILE("new", "again");
}

const struct test limit_tests[] = {
    {"limits: processes", limit_processes, SLOW},
    {"limits: processes that nobody waits for", limit_zombies, SLOW},
    {"limits: four that fork all they can", limit_fork_bomb, SLOW},
    {"limits: memory", limit_memory, SLOW},
    {"limits: memory, and fork", limit_memory_fork, SLOW},
    {"limits: memory for half a fork", limit_memory_half_fork, SLOW},
    {"limits: memory, and exec", limit_memory_exec, SLOW},
    {"limits: memory, and pipe", limit_memory_pipe, SLOW},
    {"limits: memory, and files", limit_memory_files, SLOW},
    {"limits: memory, and four who want it", limit_memory_hogs, SLOW},
    {"limits: open files", limit_files, SLOW},
    {"limits: files and folders in use", limit_inodes_in_memory, SLOW},
    {NULL, NULL, 0},
};
