/* Tests of rename. */
#include "test.h"

#include <unistd.h>

#include "fcntl.h"
#include "stat.h"

static void
rename_file(void)
{
    make_file("a", "text");
    long inode = inode_of("a");
    EXPECT(rename("a", "b"), 0);
    CHECK(!exists("a"));
    EXPECT_FILE("b", "text");
    EXPECT(inode_of("b"), inode);
}

static void
rename_to_other_folder(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("a", "text");
    EXPECT(rename("a", "d/b"), 0);
    CHECK(!exists("a"));
    EXPECT_FILE("d/b", "text");
    EXPECT(rename("d/b", "/usertests.tmp/c"), 0);
    EXPECT_FILE("c", "text");
    EXPECT(unlink("d"), 0);
}

static void
rename_replaces(void)
{
    struct stat st;
    make_file("a", "new");
    make_file("b", "old");
    int fd = must_open("b", O_RDONLY);
    EXPECT(rename("a", "b"), 0);
    CHECK(!exists("a"));
    EXPECT_FILE("b", "new");
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.nlink, 0);
    EXPECT(read(fd, buffer, 10), 3);
    EXPECT(buffer[0], 'o');
}

static void
rename_replaces_one_link(void)
{
    make_file("a", "new");
    make_file("b", "old");
    EXPECT(link("b", "c"), 0);
    EXPECT(rename("a", "b"), 0);
    EXPECT_FILE("b", "new");
    EXPECT_FILE("c", "old");
}

static void
rename_to_itself(void)
{
    make_file("a", "text");
    EXPECT(mkdir("d"), 0);
    EXPECT(rename("a", "a"), 0);
    EXPECT(rename("a", "./a"), 0);
    EXPECT(rename("d", "d"), 0);
    EXPECT_FILE("a", "text");
    CHECK(exists("d"));
}

/* "If old and new are links to the same file, rename does nothing" (POSIX). */
static void
rename_two_links(void)
{
    make_file("a", "text");
    EXPECT(link("a", "b"), 0);
    EXPECT(rename("a", "b"), 0);
    EXPECT_FILE("a", "text");
    EXPECT_FILE("b", "text");
}

static void
rename_open_file(void)
{
    int fd = must_open("a", O_CREATE | O_WRONLY);
    EXPECT(write(fd, "one", 3), 3);
    EXPECT(rename("a", "b"), 0);
    EXPECT(write(fd, "two", 3), 3);
    EXPECT_FILE("b", "onetwo");
}

static void
rename_missing(void)
{
    make_file("a", "text");
    EXPECT(rename("none", "b"), -1);
    EXPECT(rename("none", "a"), -1);
    EXPECT(rename("none", "none"), -1);
    EXPECT(rename("a", "none/b"), -1);
    EXPECT(rename("a", "a/b"), -1);
    EXPECT_FILE("a", "text");
}

static void
rename_folder(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("d/f", "text");
    EXPECT(rename("d", "e"), 0);
    CHECK(!exists("d"));
    EXPECT_FILE("e/f", "text");
    EXPECT_FILE("e/../e/f", "text");
}

/* Its .. must follow, or the way up leads to the old place. */
static void
rename_folder_away(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("d/sub"), 0);
    EXPECT(mkdir("e"), 0);
    make_file("e/mark", "here");
    EXPECT(rename("d/sub", "e/moved"), 0);
    EXPECT_FILE("e/moved/../mark", "here");
    EXPECT(inode_of("e/moved/.."), inode_of("e"));
    EXPECT(unlink("d"), 0);
    EXPECT(unlink("e"), -1);
}

static void
rename_folder_counts_links(void)
{
    struct stat before, after;
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("e"), 0);
    int d = must_open("d", O_RDONLY);
    int e = must_open("e", O_RDONLY);
    EXPECT(fstat(d, &before), 0);
    EXPECT(mkdir("d/sub"), 0);
    EXPECT(rename("d/sub", "e/sub"), 0);
    EXPECT(fstat(d, &after), 0);
    EXPECT(after.nlink, before.nlink);
    EXPECT(fstat(e, &after), 0);
    EXPECT(after.nlink, before.nlink + 1);
}

static void
rename_over_empty_folder(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("e"), 0);
    make_file("d/f", "text");
    EXPECT(rename("d", "e"), 0);
    CHECK(!exists("d"));
    EXPECT_FILE("e/f", "text");
}

static void
rename_over_full_folder(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("e"), 0);
    make_file("e/f", "text");
    EXPECT(rename("d", "e"), -1);
    EXPECT_FILE("e/f", "text");
    CHECK(exists("d"));
    EXPECT(mkdir("e/sub"), 0);
    EXPECT(rename("e/sub", "e"), -1);
    CHECK(exists("e/sub"));
}

static void
rename_not_across_types(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("f", "text");
    EXPECT(rename("d", "f"), -1);
    EXPECT(rename("f", "d"), -1);
    EXPECT_FILE("f", "text");
    CHECK(exists("d"));
}

static void
rename_not_below_itself(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("d/e"), 0);
    EXPECT(rename("d", "d/x"), -1);
    EXPECT(rename("d", "d/e"), -1);
    EXPECT(rename("d", "d/e/x"), -1);
    EXPECT(rename("d", "./d/../d/e/x"), -1);
    CHECK(exists("d/e"));
    CHECK(!exists("d/x"));
    EXPECT(rename("d", "dd"), 0);
    CHECK(exists("dd/e"));
}

static void
rename_not_dots(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("f", "x");
    EXPECT(rename(".", "x"), -1);
    EXPECT(rename("..", "x"), -1);
    EXPECT(rename("d/.", "x"), -1);
    EXPECT(rename("d/..", "x"), -1);
    EXPECT(rename("/", "x"), -1);
    EXPECT(rename("d", "."), -1);
    EXPECT(rename("f", "d/."), -1);
    EXPECT(rename("f", "d/.."), -1);
    EXPECT(rename("d", "/"), -1);
    CHECK(exists("d"));
    CHECK(!exists("x"));
}

static void
rename_current_folder(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("e"), 0);
    EXPECT(chdir("d"), 0);
    EXPECT(rename("../d", "../e/moved"), 0);
    make_file("f", "text");
    EXPECT_FILE("/usertests.tmp/e/moved/f", "text");
    EXPECT(chdir(".."), 0);
    EXPECT_FILE("moved/f", "text");
}

static void
rename_device(void)
{
    EXPECT(mknod("dev", 1, 1), 0);
    EXPECT(rename("dev", "moved"), 0);
    CHECK(!exists("dev"));
    EXPECT(unlink("moved"), 0);
}

const struct test rename_tests[] = {
    {"rename: gives a file another name", rename_file, UNIX},
    {"rename: moves a file to another folder", rename_to_other_folder, UNIX},
    {"rename: replaces a file, which lives on while open", rename_replaces,
     UNIX},
    {"rename: replaces one of several names", rename_replaces_one_link,
     UNIX},
    {"rename: to the same name changes nothing", rename_to_itself, UNIX},
    {"rename: of two names of one file changes nothing", rename_two_links,
     UNIX},
    {"rename: an open file is the same file", rename_open_file, UNIX},
    {"rename: needs a file, and a folder for the name", rename_missing,
     UNIX},
    {"rename: gives a folder another name", rename_folder, UNIX},
    {"rename: a moved folder has its new folder above it", rename_folder_away,
     UNIX},
    {"rename: a moved folder is counted where it is",
     rename_folder_counts_links, UNIX},
    {"rename: a folder replaces an empty one", rename_over_empty_folder,
     UNIX},
    {"rename: a folder replaces no full one", rename_over_full_folder, UNIX},
    {"rename: file and folder do not replace each other",
     rename_not_across_types, UNIX},
    {"rename: no folder goes below itself", rename_not_below_itself, UNIX},
    {"rename: neither . nor .. nor /", rename_not_dots, UNIX},
    {"rename: of the current folder", rename_current_folder, UNIX},
    {"rename: of a device", rename_device, 0},
    {NULL, NULL, 0},
};
