/* Tests of link and unlink. */
#include "test.h"

#include <unistd.h>

#include "fcntl.h"
#include "stat.h"

static int
links_of(const char *path)
{
    struct stat st;
    int fd = must_open(path, O_RDONLY);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(close(fd), 0);
    return st.nlink;
}

static void
link_two_names(void)
{
    make_file("a", "text");
    EXPECT(link("a", "b"), 0);
    EXPECT_FILE("b", "text");
    EXPECT(inode_of("a"), inode_of("b"));
    int fd = must_open("b", O_WRONLY);
    EXPECT(write(fd, "NEXT", 4), 4);
    EXPECT_FILE("a", "NEXT");
}

static void
link_is_counted(void)
{
    make_file("a", "text");
    EXPECT(links_of("a"), 1);
    EXPECT(link("a", "b"), 0);
    EXPECT(link("b", "c"), 0);
    EXPECT(links_of("a"), 3);
    EXPECT(unlink("a"), 0);
    EXPECT(links_of("b"), 2);
    EXPECT(unlink("c"), 0);
    EXPECT(links_of("b"), 1);
}

static void
link_outlives_first(void)
{
    make_file("a", "text");
    EXPECT(link("a", "b"), 0);
    EXPECT(unlink("a"), 0);
    CHECK(!exists("a"));
    EXPECT_FILE("b", "text");
}

static void
link_in_other_folder(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("a", "text");
    EXPECT(link("a", "d/b"), 0);
    EXPECT(link("./d/b", "d/../c"), 0);
    EXPECT_FILE("d/b", "text");
    EXPECT_FILE("c", "text");
    EXPECT(links_of("a"), 3);
}

static void
link_not_over(void)
{
    make_file("a", "1");
    make_file("b", "2");
    EXPECT(mkdir("d"), 0);
    EXPECT(link("a", "b"), -1);
    EXPECT(link("a", "a"), -1);
    EXPECT(link("a", "d"), -1);
    EXPECT(link("a", "."), -1);
    EXPECT(link("a", "d/.."), -1);
    EXPECT(links_of("a"), 1);
    EXPECT_FILE("b", "2");
}

static void
link_missing(void)
{
    make_file("a", "1");
    EXPECT(link("none", "b"), -1);
    EXPECT(link("none", "none"), -1);
    EXPECT(link("a", "none/b"), -1);
    EXPECT(link("a", "a/b"), -1);
    EXPECT(links_of("a"), 1);
    CHECK(!exists("b"));
}

static void
link_not_folders(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(link("d", "e"), -1);
    EXPECT(link(".", "e"), -1);
    EXPECT(link("..", "e"), -1);
    EXPECT(link("/", "e"), -1);
    EXPECT(link("d", "d/d"), -1);
    CHECK(!exists("e"));
}

static void
unlink_missing(void)
{
    EXPECT(unlink("none"), -1);
    make_file("a", "1");
    EXPECT(unlink("a"), 0);
    EXPECT(unlink("a"), -1);
}

static void
unlink_open_file(void)
{
    char text[10];
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(write(fd, "before", 6), 6);
    EXPECT(unlink("f"), 0);
    CHECK(!exists("f"));
    EXPECT(write(fd, "after", 5), 5);
    EXPECT(lseek(fd, 4, SEEK_SET), 4);
    EXPECT(read(fd, text, 10), 7);
    EXPECT(text[2], 'a');
    EXPECT(close(fd), 0);
}

static void
unlink_counts_to_zero(void)
{
    struct stat st;
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(unlink("f"), 0);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.nlink, 0);
}

/* The name is free at once, for a file that is another. */
static void
unlink_frees_name(void)
{
    struct stat old;
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(write(fd, "old", 3), 3);
    EXPECT(fstat(fd, &old), 0);
    EXPECT(unlink("f"), 0);
    make_file("f", "new");
    CHECK(inode_of("f") != (long)old.ino);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, buffer, 10), 3);
    EXPECT(buffer[0], 'o');
    EXPECT_FILE("f", "new");
}

static void
unlink_open_in_child(void)
{
    int gate[2];
    EXPECT(pipe(gate), 0);
    make_file("f", "kept");
    int pid = spawn();
    if (pid == 0) {
        int fd = must_open("f", O_RDONLY);
        EXPECT(write(gate[1], "o", 1), 1);
        sleep(3);
        EXPECT(read(fd, buffer, 10), 4);
        EXPECT(buffer[3], 't');
        return;
    }
    EXPECT(read(gate[0], buffer, 1), 1);
    EXPECT(unlink("f"), 0);
    EXPECT(reap(pid), 0);
}

static void
unlink_again_and_again(void)
{
    for (int i = 0; i < 50; i++) {
        int fd = must_open("f", O_CREATE | O_WRONLY);
        EXPECT(write(fd, buffer, 9000), 9000);
        if (i % 2 == 0)
            EXPECT(close(fd), 0);
        EXPECT(unlink("f"), 0);
        if (i % 2 != 0)
            EXPECT(close(fd), 0);
    }
}

const struct test link_tests[] = {
    {"link: two names of one file", link_two_names, UNIX},
    {"link: fstat counts the names", link_is_counted, UNIX},
    {"link: a file lives as long as one name", link_outlives_first, UNIX},
    {"link: names in several folders", link_in_other_folder, UNIX},
    {"link: replaces nothing", link_not_over, UNIX},
    {"link: needs a file, and a folder for the name", link_missing, UNIX},
    {"link: folders have one name", link_not_folders, UNIX},
    {NULL, NULL, 0},
};

const struct test unlink_tests[] = {
    {"unlink: -1 if nothing has the name", unlink_missing, UNIX},
    {"unlink: an open file is there until closed", unlink_open_file, UNIX},
    {"unlink: an open file without name has 0 links", unlink_counts_to_zero,
     UNIX},
    {"unlink: the name is free for another file", unlink_frees_name, UNIX},
    {"unlink: a file that another process has open", unlink_open_in_child,
     UNIX},
    {"unlink: one name fifty times", unlink_again_and_again, UNIX},
    {NULL, NULL, 0},
};
