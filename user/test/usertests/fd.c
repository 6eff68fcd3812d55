/* Tests of descriptors: close, dup, and how many there are. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"
#include "lib/limits.h"

/* Descriptors that name nothing. */
static const int bad_fds[] = {
    -1, -2, -0x7fffffff - 1, 10, NOFILE - 1, NOFILE, NOFILE + 1, 1000,
    0x7fffffff,
};

static void
fd_bad(void)
{
    struct stat st;
    char c;
    for (size_t i = 0; i < sizeof(bad_fds) / sizeof(bad_fds[0]); i++) {
        int fd = bad_fds[i];
        remark("descriptor %d", fd);
        EXPECT(read(fd, &c, 1), -1);
        EXPECT(write(fd, "x", 1), -1);
        EXPECT(close(fd), -1);
        EXPECT(dup(fd), -1);
        EXPECT(fstat(fd, &st), -1);
        EXPECT(lseek(fd, 0, SEEK_CUR), -1);
        EXPECT(fsync(fd), -1);
    }
}

static void
fd_closed(void)
{
    char c;
    make_file("f", "abc");
    int fd = must_open("f", O_RDWR);
    EXPECT(close(fd), 0);
    EXPECT(close(fd), -1);
    EXPECT(read(fd, &c, 1), -1);
    EXPECT(write(fd, &c, 1), -1);
    EXPECT(dup(fd), -1);
}

static void
fd_lowest(void)
{
    int one = must_open("/", O_RDONLY);
    int two = must_open("/", O_RDONLY);
    int three = must_open("/", O_RDONLY);
    EXPECT(two, one + 1);
    EXPECT(three, one + 2);
    EXPECT(close(two), 0);
    EXPECT(close(one), 0);
    EXPECT(dup(three), one);
    EXPECT(open("/", O_RDONLY), two);
    EXPECT(open("/", O_RDONLY), three + 1);
}

static void
fd_lowest_for_pipe(void)
{
    int fds[2];
    int one = must_open("/", O_RDONLY);
    int two = must_open("/", O_RDONLY);
    EXPECT(close(one), 0);
    EXPECT(pipe(fds), 0);
    EXPECT(fds[0], one);
    EXPECT(fds[1], two + 1);
}

static void
fd_limit(void)
{
    int n = 0;
    for (int fd = open("/", O_RDONLY); fd >= 0; fd = open("/", O_RDONLY)) {
        EXPECT(fd, REPORT + 1 + n);
        n++;
    }
    EXPECT(n, NOFILE - REPORT - 1);
    EXPECT(open("new", O_CREATE | O_RDWR), -1);
    EXPECT(dup(0), -1);
    EXPECT(close(7), 0);
    EXPECT(open("/", O_RDONLY), 7);
}

/* A file made for a descriptor that is not to be had would be a surprise. */
static void
fd_limit_creates_nothing(void)
{
    while (dup(1) >= 0)
        continue;
    EXPECT(open("new", O_CREATE | O_RDWR), -1);
    EXPECT(close(8), 0);
    CHECK(!exists("new"));
}

static void
fd_limit_truncates_nothing(void)
{
    make_file("f", "abc");
    while (dup(1) >= 0)
        continue;
    EXPECT(open("f", O_WRONLY | O_TRUNC), -1);
    EXPECT(close(8), 0);
    EXPECT_FILE("f", "abc");
}

static void
fd_limit_of_pipe(void)
{
    int fds[2] = {77, 77};
    while (dup(1) >= 0)
        continue;
    EXPECT(pipe(fds), -1);
    EXPECT(close(9), 0);
    EXPECT(pipe(fds), -1);
    EXPECT(dup(1), 9);
    EXPECT(close(9), 0);
    EXPECT(close(8), 0);
    EXPECT(pipe(fds), 0);
    EXPECT(fds[0], 8);
    EXPECT(fds[1], 9);
}

static void
dup_shares_offset(void)
{
    char c = 0;
    make_file("f", "abcd");
    int one = must_open("f", O_RDWR);
    int two = dup(one);
    CHECK(two > one);
    EXPECT(read(one, &c, 1), 1);
    EXPECT(read(two, &c, 1), 1);
    EXPECT(c, 'b');
    EXPECT(lseek(two, 3, SEEK_SET), 3);
    EXPECT(read(one, &c, 1), 1);
    EXPECT(c, 'd');
}

static void
dup_outlives(void)
{
    char c = 0;
    make_file("f", "abcd");
    int one = must_open("f", O_RDONLY);
    int two = dup(one);
    EXPECT(close(one), 0);
    EXPECT(read(two, &c, 1), 1);
    EXPECT(c, 'a');
}

static void
opens_have_own_offsets(void)
{
    char c = 0;
    make_file("f", "abcd");
    int one = must_open("f", O_RDONLY);
    int two = must_open("f", O_RDONLY);
    EXPECT(read(one, &c, 1), 1);
    EXPECT(read(one, &c, 1), 1);
    EXPECT(read(two, &c, 1), 1);
    EXPECT(c, 'a');
}

static void
dup_keeps_mode(void)
{
    char c;
    make_file("f", "abcd");
    int reader = dup(must_open("f", O_RDONLY));
    int writer = dup(must_open("f", O_WRONLY));
    EXPECT(write(reader, "x", 1), -1);
    EXPECT(read(writer, &c, 1), -1);
}

/* The way a shell redirects: close, then open the lowest. */
static void
redirect_output(void)
{
    int saved = dup(1);
    EXPECT(close(1), 0);
    EXPECT(open("f", O_CREATE | O_WRONLY), 1);
    EXPECT(write(1, "redirected", 10), 10);
    EXPECT(close(1), 0);
    EXPECT(dup(saved), 1);
    EXPECT_FILE("f", "redirected");
}

static void
fsync_works(void)
{
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(write(fd, "abc", 3), 3);
    EXPECT(fsync(fd), 0);
    EXPECT(close(fd), 0);
    EXPECT(fsync(fd), -1);
}

static void
fstat_clears_padding(void)
{
    struct stat st;
    unsigned char *bytes = (unsigned char *)&st;
    int fd = must_open("f", O_CREATE | O_RDWR);
    memset(&st, 0xff, sizeof(st));
    EXPECT(fstat(fd, &st), 0);
    size_t i = offsetof(struct stat, type) + sizeof(st.type);
    for (; i < offsetof(struct stat, dev); i++)
        EXPECT(bytes[i], 0);
    i = offsetof(struct stat, nlink) + sizeof(st.nlink);
    for (; i < offsetof(struct stat, size); i++)
        EXPECT(bytes[i], 0);
}

static void
fstat_of_pipe(void)
{
    struct stat st;
    int fds[2];
    EXPECT(pipe(fds), 0);
    for (int i = 0; i < 2; i++) {
        EXPECT(fstat(fds[i], &st), 0);
        EXPECT(st.type, 0);
        EXPECT(st.dev, -1);
    }
}

static void
fstat_tells_size(void)
{
    struct stat st;
    int fd = must_open("f", O_CREATE | O_RDWR);
    for (int i = 0; i < 3; i++) {
        EXPECT(fstat(fd, &st), 0);
        EXPECT(st.size, i * 5000);
        EXPECT(write(fd, buffer, 5000), 5000);
    }
}

static void
fstat_tells_inode(void)
{
    make_file("a", "");
    make_file("b", "");
    EXPECT(mkdir("d"), 0);
    CHECK(inode_of("a") > 0);
    CHECK(inode_of("a") != inode_of("b"));
    CHECK(inode_of("a") != inode_of("d"));
    EXPECT(inode_of("d/../a"), inode_of("a"));
}

static void
fstat_tells_device(void)
{
    struct stat st;
    EXPECT(fstat(must_open("f", O_CREATE | O_RDWR), &st), 0);
    EXPECT(st.dev, 0);
    EXPECT(fstat(must_open("/", O_RDONLY), &st), 0);
    EXPECT(st.dev, 0);
}

const struct test fd_tests[] = {
    {"descriptors: -1 for those that are not open", fd_bad, UNIX},
    {"descriptors: -1 for those that are closed", fd_closed, UNIX},
    {"descriptors: the lowest free one is taken", fd_lowest, UNIX},
    {"descriptors: a pipe takes the two lowest", fd_lowest_for_pipe, UNIX},
    {"descriptors: a process has 16", fd_limit, UNIX},
    {"descriptors: without one, O_CREATE makes no file",
     fd_limit_creates_nothing, UNIX},
    {"descriptors: without one, O_TRUNC empties no file",
     fd_limit_truncates_nothing, UNIX},
    {"descriptors: a pipe needs two, or takes none", fd_limit_of_pipe, UNIX},
    {"dup: shares the offset", dup_shares_offset, UNIX},
    {"dup: outlives the first", dup_outlives, UNIX},
    {"dup: two opens have an offset each", opens_have_own_offsets, UNIX},
    {"dup: keeps the mode", dup_keeps_mode, UNIX},
    {"dup: redirects output as a shell does", redirect_output, UNIX},
    {"fsync: 0 for an open file", fsync_works, UNIX},
    {"fstat: leaves no bytes of the kernel between fields",
     fstat_clears_padding, 0},
    {"fstat: a pipe has type 0 and device -1", fstat_of_pipe, 0},
    {"fstat: tells the size", fstat_tells_size, UNIX},
    {"fstat: each file has an inode number of its own", fstat_tells_inode,
     UNIX},
    {"fstat: all that is on the disk has device 0", fstat_tells_device, 0},
    {NULL, NULL, 0},
};
