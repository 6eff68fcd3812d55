/* Tests of device files: mknod, the console, the process table. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"

static void
device_node(void)
{
    struct stat st;
    EXPECT(mknod("con", 1, 1), 0);
    int fd = must_open("con", O_RDWR);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.type, T_DEV);
    EXPECT(st.nlink, 1);
    EXPECT(write(fd, "", 0), 0);
    EXPECT(close(fd), 0);
    EXPECT(unlink("con"), 0);
    CHECK(!exists("con"));
}

static void
device_not_over(void)
{
    make_file("f", "text");
    EXPECT(mkdir("d"), 0);
    EXPECT(mknod("f", 1, 1), -1);
    EXPECT(mknod("d", 1, 1), -1);
    EXPECT(mknod(".", 1, 1), -1);
    EXPECT(mknod("none/x", 1, 1), -1);
    EXPECT_FILE("f", "text");
}

/* Numbers without a driver may have a node, but nothing is behind it. */
static void
device_unknown(void)
{
    static const int majors[] = {0, 7, 8, 9, 255, 0x7fff, 0x7fffffff, -1};
    char c;
    for (size_t i = 0; i < sizeof(majors) / sizeof(majors[0]); i++) {
        remark("major %d", majors[i]);
        if (mknod("dev", majors[i], 0) < 0)
            continue;
        int fd = open("dev", O_RDWR);
        if (fd >= 0) {
            EXPECT(read(fd, &c, 1), -1);
            EXPECT(write(fd, "x", 1), -1);
            EXPECT(close(fd), 0);
        }
        EXPECT(unlink("dev"), 0);
    }
}

/* A number too large for the inode must not be cut to one that has a driver. */
static void
device_number_not_cut(void)
{
    if (mknod("dev", 0x10001, 0) < 0)
        return;
    int fd = open("dev", O_WRONLY);
    if (fd >= 0)
        EXPECT(write(fd, "# written to device 0x10001\n", 28), -1);
}

static void
console_writes(void)
{
    static const char text[] = "# this line was written by a test\n";
    int fd = must_open("/console", O_RDWR);
    EXPECT(write(fd, text, 7), 7);
    EXPECT(write(fd, text + 7, 1), 1);
    EXPECT(write(fd, text + 8, strlen(text) - 8), strlen(text) - 8);
}

static void
console_keeps_flags(void)
{
    char c;
    int fd = must_open("/console", O_WRONLY | O_TRUNC | O_APPEND);
    EXPECT(read(fd, &c, 1), -1);
    EXPECT(close(fd), 0);
    fd = must_open("/console", O_RDONLY);
    EXPECT(write(fd, "# not to be seen\n", 17), -1);
}

static void
console_opens_again(void)
{
    struct stat st;
    int fd = must_open("/console", O_CREATE | O_RDWR);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.type, T_DEV);
}

/* Reads all of the process table; the number of bytes. */
static int
read_table(size_t piece)
{
    int fd = must_open("/ptable", O_RDONLY);
    int total = 0;
    int n;
    do {
        CHECK(total + piece < sizeof(buffer));
        n = read(fd, buffer + total, piece);
        CHECK(n >= 0 && n <= (int)piece);
        total += n;
    } while (n > 0);
    buffer[total] = '\0';
    EXPECT(close(fd), 0);
    return total;
}

/* Does the word stand somewhere in the table? */
static bool
table_has(const char *word, int total)
{
    int length = (int)strlen(word);
    for (int i = 0; i + length <= total; i++)
        if (memcmp(buffer + i, word, length) == 0)
            return true;
    return false;
}

static void
table_names_programs(void)
{
    int total = read_table(8192);
    CHECK(table_has("init", total));
    CHECK(table_has("usertests", total));
    EXPECT(buffer[total - 1], '\n');
}

static void
table_in_pieces(void)
{
    CHECK(read_table(8192) > 20);
    int total = read_table(7);
    CHECK(table_has("init", total));
    CHECK(table_has("usertests", total));
}

static void
table_is_text(void)
{
    int total = read_table(8192);
    for (int i = 0; i < total; i++) {
        remark("byte %d is %d", i, buffer[i]);
        CHECK(buffer[i] == '\n' || (buffer[i] >= ' ' && buffer[i] <= '~'));
    }
}

static void
table_not_written(void)
{
    int fd = open("/ptable", O_RDWR);
    if (fd >= 0)
        EXPECT(write(fd, "x", 1), -1);
}

const struct test device_tests[] = {
    {"mknod: makes a device file", device_node, 0},
    {"mknod: not where something is", device_not_over, 0},
    {"mknod: -1 at the latest when a device has no driver", device_unknown,
     0},
    {"mknod: numbers are not cut to fit", device_number_not_cut, 0},
    {"console: write returns what it wrote", console_writes, 0},
    {"console: is read and written only as opened", console_keeps_flags, 0},
    {"console: O_CREATE opens the device that is there",
     console_opens_again, 0},
    {"ptable: names the programs that run", table_names_programs, 0},
    {"ptable: can be read in small pieces", table_in_pieces, 0},
    {"ptable: is plain text", table_is_text, 0},
    {"ptable: cannot be written", table_not_written, 0},
    {NULL, NULL, 0},
};
