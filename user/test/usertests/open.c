/* Tests of open and its flags. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"

static void
open_missing(void)
{
    EXPECT(open("none", O_RDONLY), -1);
    EXPECT(open("none", O_WRONLY), -1);
    EXPECT(open("none", O_RDWR), -1);
    EXPECT(open("none", O_WRONLY | O_TRUNC), -1);
    EXPECT(open("none", O_WRONLY | O_APPEND), -1);
    CHECK(!exists("none"));
}

static void
open_read_only(void)
{
    char c = 0;
    make_file("f", "abc");
    int fd = must_open("f", O_RDONLY);
    EXPECT(write(fd, "x", 1), -1);
    EXPECT(read(fd, &c, 1), 1);
    EXPECT(c, 'a');
    EXPECT_FILE("f", "abc");
}

static void
open_write_only(void)
{
    char c;
    make_file("f", "abc");
    int fd = must_open("f", O_WRONLY);
    EXPECT(read(fd, &c, 1), -1);
    EXPECT(write(fd, "x", 1), 1);
    EXPECT_FILE("f", "xbc");
}

static void
open_both_ways(void)
{
    char c = 0;
    make_file("f", "abc");
    int fd = must_open("f", O_RDWR);
    EXPECT(write(fd, "x", 1), 1);
    EXPECT(read(fd, &c, 1), 1);
    EXPECT(c, 'b');
    EXPECT_FILE("f", "xbc");
}

static void
open_mode_three(void)
{
    make_file("f", "abc");
    EXPECT(open("f", O_ACCMODE), -1);
    EXPECT(open("new", O_CREATE | O_ACCMODE), -1);
    CHECK(!exists("new"));
}

static void
create_makes_file(void)
{
    struct stat st;
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.type, T_FILE);
    EXPECT(st.size, 0);
    EXPECT(st.nlink, 1);
    EXPECT_FILE("f", "");
}

static void
create_read_only(void)
{
    char c;
    int fd = must_open("f", O_CREATE | O_RDONLY);
    EXPECT(write(fd, "x", 1), -1);
    EXPECT(read(fd, &c, 1), 0);
    CHECK(exists("f"));
}

static void
create_keeps_contents(void)
{
    make_file("f", "abc");
    long inode = inode_of("f");
    EXPECT(close(must_open("f", O_CREATE | O_RDWR)), 0);
    EXPECT_FILE("f", "abc");
    EXPECT(inode_of("f"), inode);
}

static void
create_on_folder(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(open("d", O_CREATE | O_RDWR), -1);
    EXPECT(open("d", O_CREATE | O_WRONLY | O_TRUNC), -1);
    EXPECT(open(".", O_CREATE | O_RDWR), -1);
    EXPECT(open("..", O_CREATE | O_RDWR), -1);
    EXPECT(open("/", O_CREATE | O_RDWR), -1);
    EXPECT(mkdir("d/still"), 0);
}

static void
folder_only_for_reading(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(open("d", O_WRONLY), -1);
    EXPECT(open("d", O_RDWR), -1);
    EXPECT(open("d", O_WRONLY | O_TRUNC), -1);
    EXPECT(open("d", O_RDWR | O_APPEND), -1);
    int fd = must_open("d", O_RDONLY);
    EXPECT(write(fd, "x", 1), -1);
    EXPECT(close(fd), 0);
    EXPECT(mkdir("d/still"), 0);
}

static void
trunc_empties(void)
{
    make_file("f", "abcdef");
    long inode = inode_of("f");
    int fd = must_open("f", O_WRONLY | O_TRUNC);
    EXPECT(size_of("f"), 0);
    EXPECT(write(fd, "xy", 2), 2);
    EXPECT_FILE("f", "xy");
    EXPECT(inode_of("f"), inode);
}

static void
trunc_of_new_file(void)
{
    int fd = must_open("f", O_CREATE | O_TRUNC | O_RDWR);
    EXPECT(write(fd, "xy", 2), 2);
    EXPECT_FILE("f", "xy");
    EXPECT(close(must_open("f", O_CREATE | O_TRUNC | O_RDWR)), 0);
    EXPECT(size_of("f"), 0);
}

/* Without a mode that writes, O_TRUNC is refused, and nothing is lost. */
static void
trunc_read_only(void)
{
    make_file("f", "abc");
    EXPECT(open("f", O_RDONLY | O_TRUNC), -1);
    EXPECT_FILE("f", "abc");
}

/* Another descriptor keeps its place past the new end. */
static void
trunc_under_reader(void)
{
    char c;
    make_file("f", "abcdef");
    int fd = must_open("f", O_RDWR);
    EXPECT(read(fd, &c, 1), 1);
    EXPECT(close(must_open("f", O_WRONLY | O_TRUNC)), 0);
    EXPECT(read(fd, &c, 1), 0);
    EXPECT(write(fd, "z", 1), 1);
    EXPECT(size_of("f"), 2);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, &c, 1), 1);
    EXPECT(c, 0);
}

static void
trunc_large_file(void)
{
    int fd = must_open("f", O_CREATE | O_WRONLY);
    for (int i = 0; i < 4; i++)
        EXPECT(write(fd, buffer, sizeof(buffer)), sizeof(buffer));
    EXPECT(size_of("f"), 4 * sizeof(buffer));
    EXPECT(close(must_open("f", O_WRONLY | O_TRUNC)), 0);
    EXPECT(size_of("f"), 0);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(write(fd, "again", 5), 5);
    EXPECT_FILE("f", "again");
}

static void
append_goes_to_end(void)
{
    make_file("f", "abc");
    int fd = must_open("f", O_WRONLY | O_APPEND);
    EXPECT(write(fd, "d", 1), 1);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(write(fd, "e", 1), 1);
    EXPECT_FILE("f", "abcde");
}

static void
append_two_descriptors(void)
{
    int one = must_open("f", O_CREATE | O_WRONLY | O_APPEND);
    int two = must_open("f", O_WRONLY | O_APPEND);
    EXPECT(write(one, "a", 1), 1);
    EXPECT(write(two, "b", 1), 1);
    EXPECT(write(one, "c", 1), 1);
    EXPECT(write(two, "d", 1), 1);
    EXPECT_FILE("f", "abcd");
}

static void
append_and_read(void)
{
    char text[4];
    make_file("f", "abc");
    int fd = must_open("f", O_RDWR | O_APPEND);
    EXPECT(read(fd, text, 2), 2);
    EXPECT(write(fd, "d", 1), 1);
    EXPECT(lseek(fd, 0, SEEK_CUR), 4);
    EXPECT(lseek(fd, 1, SEEK_SET), 1);
    EXPECT(read(fd, text, 4), 3);
    EXPECT(memcmp(text, "bcd", 3), 0);
}

static void
create_many(void)
{
    enum { N = 30 };
    char name[] = "file-00";
    for (int i = 0; i < N; i++) {
        name[5] = (char)('0' + i / 10);
        name[6] = (char)('0' + i % 10);
        make_file(name, name);
    }
    for (int i = 0; i < N; i++) {
        name[5] = (char)('0' + i / 10);
        name[6] = (char)('0' + i % 10);
        EXPECT_FILE(name, name);
        EXPECT(unlink(name), 0);
        CHECK(!exists(name));
    }
}

/* Each bit that is no flag, alone and where a file would be made. */
static void
open_unknown_flags(void)
{
    make_file("f", "abc");
    int known = O_ACCMODE | O_CREATE | O_TRUNC | O_APPEND;
    for (unsigned bit = 1; bit != 0; bit <<= 1) {
        if (bit & known)
            continue;
        remark("flag 0x%x", bit);
        EXPECT(open("f", (int)bit), -1);
        EXPECT(open("f", (int)bit | O_WRONLY | O_TRUNC), -1);
        EXPECT(open("new", (int)bit | O_CREATE | O_RDWR), -1);
    }
    EXPECT_FILE("f", "abc");
    CHECK(!exists("new"));
}

static void
folder_without_other_flags(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(open("d", O_RDONLY | O_CREATE), -1);
    EXPECT(open("d", O_RDONLY | O_APPEND), -1);
    EXPECT(open("d", O_RDONLY | O_TRUNC), -1);
}

static void
open_at_start(void)
{
    make_file("f", "abc");
    EXPECT(lseek(must_open("f", O_RDONLY), 0, SEEK_CUR), 0);
    EXPECT(lseek(must_open("f", O_RDWR), 0, SEEK_CUR), 0);
    EXPECT(lseek(must_open("f", O_WRONLY | O_APPEND), 0, SEEK_CUR), 0);
}

const struct test open_tests[] = {
    {"open: a file that is not there", open_missing, UNIX},
    {"open: O_RDONLY does not write", open_read_only, UNIX},
    {"open: O_WRONLY does not read", open_write_only, UNIX},
    {"open: O_RDWR does both", open_both_ways, UNIX},
    {"open: the mode 3 is refused", open_mode_three, 0},
    {"open: O_CREATE makes an empty file with one link", create_makes_file,
     UNIX},
    {"open: O_CREATE with O_RDONLY makes a file", create_read_only, UNIX},
    {"open: O_CREATE keeps a file that is there", create_keeps_contents,
     UNIX},
    {"open: O_CREATE refuses a folder", create_on_folder, UNIX},
    {"open: a folder is opened for reading only", folder_only_for_reading,
     UNIX},
    {"open: O_TRUNC empties the file and keeps its inode", trunc_empties,
     UNIX},
    {"open: O_TRUNC with O_CREATE", trunc_of_new_file, UNIX},
    {"open: O_TRUNC with O_RDONLY is refused", trunc_read_only, 0},
    {"open: O_TRUNC under another descriptor leaves a hole",
     trunc_under_reader, UNIX},
    {"open: O_TRUNC frees a large file, which can grow again",
     trunc_large_file, UNIX},
    {"open: O_APPEND writes at the end wherever the offset is",
     append_goes_to_end, UNIX},
    {"open: O_APPEND through two descriptors overwrites nothing",
     append_two_descriptors, UNIX},
    {"open: O_APPEND reads from anywhere", append_and_read, UNIX},
    {"open: thirty files made, read and removed", create_many, UNIX},
    {"open: the offset is 0", open_at_start, UNIX},
    {"open: bits that are no flags are refused", open_unknown_flags, 0},
    {"open: a folder takes no other flags", folder_without_other_flags, 0},
    {NULL, NULL, 0},
};
