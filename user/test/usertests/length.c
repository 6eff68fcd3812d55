/* Tests of bad lengths, for all that can be read and written. */
#include "test.h"

#include <unistd.h>

#include "fcntl.h"
#include "x86/mmu.h"

static int fd;

static const size_t too_long[] = {
    (size_t)-1, (size_t)-2, 0x80000000, 0x80000001, 0xfffff000,
};

static void
expect_lengths_refused(void)
{
    for (size_t i = 0; i < sizeof(too_long) / sizeof(too_long[0]); i++) {
        remark("length 0x%lx", (long)too_long[i]);
        EXPECT(read(fd, buffer, too_long[i]), -1);
        EXPECT(write(fd, buffer, too_long[i]), -1);
    }
    remark("%s", "");
}

static void
open_file(void)
{
    fd = must_open("data", O_CREATE | O_RDWR);
    EXPECT(write(fd, buffer, 2 * PGSIZE), 2 * PGSIZE);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
}

static void
length_for_file(void)
{
    open_file();
    expect_lengths_refused();
    EXPECT(size_of("data"), 2 * PGSIZE);
    EXPECT(read(fd, buffer, 5), 5);
}

static void
length_for_pipe(void)
{
    int fds[2];
    EXPECT(pipe(fds), 0);
    EXPECT(write(fds[1], "abc", 3), 3);
    fd = fds[0];
    expect_lengths_refused();
    fd = fds[1];
    expect_lengths_refused();
    EXPECT(read(fds[0], buffer, 10), 3);
}

static void
length_for_console(void)
{
    fd = must_open("/console", O_RDWR);
    expect_lengths_refused();
}

static void
length_for_dir(void)
{
    fd = must_open(".", O_RDONLY);
    expect_lengths_refused();
}

/*
 * The length must fit into the program's memory, even if there is less to read,
 * or a pipe would take only part for now.
 */
static void
length_past_memory(void)
{
    int fds[2];
    open_file();
    EXPECT(read(fd, buffer, 0x7fffffff), -1);
    EXPECT(write(fd, buffer, 0x7fffffff), -1);
    EXPECT(size_of("data"), 2 * PGSIZE);
    EXPECT(pipe(fds), 0);
    EXPECT(write(fds[1], "abc", 3), 3);
    EXPECT(read(fds[0], buffer, 0x7fffffff), -1);
    EXPECT(read(fds[0], buffer, 10), 3);
    EXPECT(write(fds[1], buffer, 0x7fffffff), -1);
    fd = must_open(".", O_RDONLY);
    EXPECT(read(fd, buffer, 0x7fffffff), -1);
}

static void
length_zero(void)
{
    int fds[2];
    open_file();
    EXPECT(read(fd, buffer, 0), 0);
    EXPECT(write(fd, buffer, 0), 0);
    EXPECT(lseek(fd, 0, SEEK_CUR), 0);
    EXPECT(size_of("data"), 2 * PGSIZE);
    EXPECT(pipe(fds), 0);
    EXPECT(write(fds[1], buffer, 0), 0);
    EXPECT(read(fds[0], buffer, 0), 0);
    EXPECT(write(1, buffer, 0), 0);
}

const struct test length_tests[] = {
    {"lengths: negative and huge, for a file", length_for_file, 0},
    {"lengths: negative and huge, for a pipe", length_for_pipe, 0},
    {"lengths: negative and huge, for the console", length_for_console, 0},
    {"lengths: negative and huge, for a directory", length_for_dir, 0},
    {"lengths: past the end of memory", length_past_memory, 0},
    {"lengths: 0 moves nothing", length_zero, UNIX},
    {NULL, NULL, 0},
};
