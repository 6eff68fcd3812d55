/* Tests of bad pointers, bad lengths and strings without an end. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"
#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

/* ---- Addresses that are not this program's to read ---- */

/* Calls attempt with each address that a program may not even read. */
static void
for_each_bad(void (*attempt)(uintptr_t address))
{
    uintptr_t end = memory_end();
    uintptr_t bad[] = {
        end, end + 1, end + PGSIZE, end + 1000 * PGSIZE, guard_page(),
        guard_page() + PGSIZE - 1, KERNBASE - 4, KERNBASE - 1, KERNBASE,
        KERNLINK, 0xa0000000, KSTACKBASE, 0xfee00000, 0xfffff000, 0xfffffffc,
        0xffffffff,
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        remark("address 0x%lx", (long)bad[i]);
        attempt(bad[i]);
    }
    remark("%s", "");
}

/* The same, and then those that it may read but not write. */
static void
for_each_unwritable(void (*attempt)(uintptr_t address))
{
    for_each_bad(attempt);
    remark("address 0");
    attempt(0);
    remark("in the text");
    attempt((uintptr_t)for_each_unwritable);
    remark("%s", "");
}

static int fd;

/* Leaves in fd a file of 8 KiB, in which calls find more than they need. */
static void
open_file(void)
{
    fd = must_open("data", O_CREATE | O_RDWR);
    EXPECT(write(fd, buffer, 2 * PGSIZE), 2 * PGSIZE);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
}

static void
attempt_read(uintptr_t address)
{
    EXPECT(read(fd, (void *)address, 1), -1);
    EXPECT(read(fd, (void *)address, 100), -1);
}

static void
pointer_of_read(void)
{
    open_file();
    for_each_unwritable(attempt_read);
    EXPECT(lseek(fd, 0, SEEK_CUR), 0);
}

static void
attempt_write(uintptr_t address)
{
    EXPECT(write(fd, (void *)address, 1), -1);
    EXPECT(write(fd, (void *)address, 100), -1);
}

static void
pointer_of_write(void)
{
    open_file();
    for_each_bad(attempt_write);
    EXPECT(lseek(fd, 0, SEEK_CUR), 0);
    EXPECT(size_of("data"), 2 * PGSIZE);
}

static void
pointer_of_pipe_io(void)
{
    int fds[2];
    char text[4];
    EXPECT(pipe(fds), 0);
    fd = fds[1];
    for_each_bad(attempt_write);
    EXPECT(write(fds[1], "kept", 4), 4);
    EXPECT(read(fds[0], text, 4), 4);
    EXPECT(memcmp(text, "kept", 4), 0);
    EXPECT(write(fds[1], "abcd", 4), 4);
    fd = fds[0];
    EXPECT(read(fd, (void *)KERNBASE, 4), -1);
}

static void
pointer_of_console(void)
{
    fd = must_open("/console", O_RDWR);
    for_each_bad(attempt_write);
}

static void
pointer_of_dir_read(void)
{
    fd = must_open(".", O_RDONLY);
    for_each_unwritable(attempt_read);
}

static void
attempt_fstat(uintptr_t address)
{
    EXPECT(fstat(fd, (struct stat *)address), -1);
}

static void
pointer_of_fstat(void)
{
    open_file();
    for_each_unwritable(attempt_fstat);
    attempt_fstat(memory_end() - sizeof(struct stat) + 4);
}

static void
attempt_pipe(uintptr_t address)
{
    EXPECT(pipe((int *)address), -1);
}

/* A pipe that cannot be told of must not stay open. */
static void
pointer_of_pipe(void)
{
    open_file();
    for_each_unwritable(attempt_pipe);
    attempt_pipe(memory_end() - 4);
    EXPECT(dup(fd), fd + 1);
}

/* Whether the child is still there afterwards is left open. */
static void
attempt_wait(uintptr_t address)
{
    int pid = spawn();
    if (pid == 0)
        exit(0);
    EXPECT(wait((int *)address), -1);
    wait(NULL);
}

static void
pointer_of_wait(void)
{
    for_each_bad(attempt_wait);
    attempt_wait((uintptr_t)pointer_of_wait);
    attempt_wait(memory_end() - 2);
}

static void
attempt_path(uintptr_t address)
{
    expect_path_refused((const char *)address);
}

static void
pointer_of_path(void)
{
    for_each_bad(attempt_path);
}

/* Address 0 holds text, which is bytes like any others: no name of a file. */
static void
path_null(void)
{
    EXPECT(open(NULL, O_RDONLY), -1);
    EXPECT(chdir(NULL), -1);
    EXPECT(unlink(NULL), -1);
    EXPECT(link(NULL, NULL), -1);
    EXPECT(rename(NULL, NULL), -1);
    EXPECT(exec(NULL, NULL), -1);
}

static void
attempt_argv(uintptr_t address)
{
    EXPECT(exec("/usertests", (char *const *)address), -1);
}

static void
attempt_argument(uintptr_t address)
{
    char *argv[] = {(char *)"usertests", (char *)address, NULL};
    EXPECT(exec("/usertests", argv), -1);
}

static void
pointer_of_exec(void)
{
    for_each_bad(attempt_argv);
    for_each_bad(attempt_argument);
}

/* The list of arguments itself has no end before memory has. */
static void
argv_without_end(void)
{
    char **argv = sbrk(PGSIZE);
    for (size_t i = 0; i < PGSIZE / sizeof(char *); i++)
        argv[i] = (char *)"x";
    attempt_argv((uintptr_t)argv);
    attempt_argv(memory_end() - 2 * sizeof(char *));
    attempt_argv(memory_end() - 2);
}

/* ---- Strings and buffers at the very end of memory ---- */

static void
string_without_end(void)
{
    uintptr_t end = (uintptr_t)sbrk(PGSIZE) + PGSIZE;
    memset((char *)end - 5, 'x', 5);
    attempt_path(end - 5);
    attempt_path(end - 1);
    attempt_argument(end - 5);
}

static void
string_ends_with_memory(void)
{
    char *end = (char *)sbrk(PGSIZE) + PGSIZE;
    memcpy(end - 2, "f", 2);
    EXPECT(close(must_open(end - 2, O_CREATE | O_RDWR)), 0);
    CHECK(exists("f"));
}

static void
string_over_two_pages(void)
{
    char *page = (char *)sbrk(3 * PGSIZE) + PGSIZE;
    strcpy(page - 3, "crossing");
    EXPECT(close(must_open(page - 3, O_CREATE | O_RDWR)), 0);
    CHECK(exists("crossing"));
    EXPECT(unlink(page - 3), 0);
    CHECK(!exists("crossing"));
}

static void
buffer_at_the_end(void)
{
    open_file();
    char *end = (char *)sbrk(2 * PGSIZE) + 2 * PGSIZE;
    EXPECT(read(fd, end - 10, 11), -1);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, end - 10, 10), 10);
    EXPECT(write(fd, end - 10, 11), -1);
    EXPECT(write(fd, end - 10, 10), 10);
    EXPECT(fstat(fd, (struct stat *)end - 1), 0);
    EXPECT(pipe((int *)end - 2), 0);
}

static void
buffer_over_pages(void)
{
    enum { SIZE = 5000 };
    char *heap = (char *)sbrk(3 * PGSIZE) + PGSIZE - 17;
    fd = must_open("f", O_CREATE | O_RDWR);
    fill(heap, SIZE, 3);
    EXPECT(write(fd, heap, SIZE), SIZE);
    memset(heap, 0, SIZE);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, heap, SIZE), SIZE);
    CHECK(filled(heap, SIZE, 3));
}

/* A buffer whose middle may not be touched. */
static void
buffer_over_guard(void)
{
    open_file();
    char *before = (char *)guard_page() - 100;
    EXPECT(write(fd, before, PGSIZE + 200), -1);
    EXPECT(read(fd, before, PGSIZE + 200), -1);
    EXPECT(write(fd, before, 100), 100);
}

/* A buffer that begins in data and reaches back to text, through 2^32. */
static void
buffer_wraps(void)
{
    open_file();
    EXPECT(read(fd, buffer, 0u - (uintptr_t)buffer + 10), -1);
    EXPECT(write(fd, buffer, 0u - (uintptr_t)buffer + 10), -1);
    EXPECT(write(fd, (void *)(uintptr_t)0xfffffff0, 0x20), -1);
}

const struct test pointer_tests[] = {
    {"pointers: read", pointer_of_read, 0},
    {"pointers: write", pointer_of_write, 0},
    {"pointers: read and write of a pipe", pointer_of_pipe_io, 0},
    {"pointers: write to the console", pointer_of_console, 0},
    {"pointers: read of a directory", pointer_of_dir_read, 0},
    {"pointers: fstat", pointer_of_fstat, 0},
    {"pointers: pipe, which then opens nothing", pointer_of_pipe, 0},
    {"pointers: wait", pointer_of_wait, 0},
    {"pointers: the path of every call", pointer_of_path, 0},
    {"pointers: NULL is no path", path_null, UNIX},
    {"pointers: the arguments of exec", pointer_of_exec, 0},
    {"pointers: a list of arguments without end", argv_without_end, UNIX},
    {"pointers: a string without end", string_without_end, UNIX},
    {"pointers: a string may end with memory", string_ends_with_memory, UNIX},
    {"pointers: a string may lie in two pages", string_over_two_pages, UNIX},
    {"pointers: a buffer may end with memory, not after", buffer_at_the_end,
     0},
    {"pointers: a buffer may begin anywhere in a page", buffer_over_pages,
     UNIX},
    {"pointers: a buffer may not span the stack's guard", buffer_over_guard,
     0},
    {"pointers: a buffer may not wrap around", buffer_wraps, UNIX},
    {NULL, NULL, 0},
};
