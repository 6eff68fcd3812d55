/* Tests of how paths are read, for all calls that take one. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"
#include "lib/limits.h"

static void
path_empty(void)
{
    expect_path_refused("");
}

static void
path_name_too_long(void)
{
    expect_path_refused("fifteen-letters");
    expect_path_refused("./fifteen-letters");
    expect_path_refused("fifteen-letters/x");
    expect_path_refused("a-name-that-goes-on-and-on-and-on");
}

/* A name that was cut would be found under its first fourteen bytes. */
static void
path_name_not_cut(void)
{
    make_file("fourteen-chars", "14");
    CHECK(!exists("fourteen-chars1"));
    EXPECT(unlink("fourteen-chars1"), -1);
    EXPECT(open("fourteen-chars2", O_CREATE | O_RDWR), -1);
    EXPECT(mkdir("fourteen-chars3"), -1);
    EXPECT(link("fourteen-chars", "fourteen-chars4"), -1);
    EXPECT(rename("fourteen-chars", "fourteen-chars5"), -1);
    EXPECT_FILE("fourteen-chars", "14");
}

static void
path_name_lengths(void)
{
    const char *name = "fourteen-chars";
    for (size_t length = 1; length <= DIRSIZ; length++)
        make_file(name + DIRSIZ - length, "x");
    for (size_t length = 1; length <= DIRSIZ; length++)
        EXPECT(unlink(name + DIRSIZ - length), 0);
}

/* Fills path with "./" again and again, then "f": length bytes and a zero. */
static void
make_path(char *path, size_t length)
{
    size_t i = 0;
    if (length % 2 == 0)
        path[i++] = '.';
    while (i + 1 < length) {
        path[i] = i % 2 == length % 2 ? '/' : '.';
        i++;
    }
    path[i++] = 'f';
    path[i] = '\0';
}

static void
path_longest(void)
{
    char path[MAXPATH + 10];
    make_path(path, MAXPATH - 1);
    EXPECT(strlen(path), MAXPATH - 1);
    EXPECT(close(must_open(path, O_CREATE | O_RDWR)), 0);
    CHECK(exists("f"));
    EXPECT(unlink(path), 0);
}

static void
path_too_long(void)
{
    char path[2000];
    make_file("f", "f");
    make_path(path, MAXPATH + 1);
    expect_path_refused(path);
    make_path(path, MAXPATH);
    expect_path_refused(path);
    make_path(path, 1501);
    expect_path_refused(path);
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    expect_path_refused(path);
}

static void
path_file_as_folder(void)
{
    make_file("f", "f");
    expect_path_refused("f/");
    expect_path_refused("f//");
    expect_path_refused("f/x");
    expect_path_refused("f/.");
    expect_path_refused("f/..");
    EXPECT_FILE("f", "f");
}

static void
path_missing_folder(void)
{
    expect_path_refused("none/x");
    expect_path_refused("none/x/y");
    expect_path_refused("/usertests.tmp/none/x");
    CHECK(!exists("none"));
}

static void
path_slashes(void)
{
    EXPECT(mkdir("a"), 0);
    make_file("a/b", "deep");
    EXPECT_FILE("a//b", "deep");
    EXPECT_FILE("a////b", "deep");
    EXPECT_FILE(".//a//b", "deep");
    EXPECT_FILE("/usertests.tmp/a/b", "deep");
    EXPECT_FILE("//usertests.tmp///a/b", "deep");
}

static void
path_slash_after_folder(void)
{
    EXPECT(mkdir("a"), 0);
    EXPECT(chdir("a/"), 0);
    EXPECT(chdir("..//"), 0);
    CHECK(exists("a/"));
    CHECK(exists("./"));
    EXPECT(inode_of("a/"), inode_of("a"));
}

static void
path_dots(void)
{
    EXPECT(mkdir("a"), 0);
    EXPECT(mkdir("a/b"), 0);
    make_file("a/b/f", "found");
    EXPECT_FILE("./a/./b/./f", "found");
    EXPECT_FILE("a/../a/b/../b/f", "found");
    EXPECT_FILE("a/b/../../a/b/f", "found");
    EXPECT(inode_of("a/."), inode_of("a"));
    EXPECT(inode_of("a/b/.."), inode_of("a"));
    CHECK(!exists("a/.../f"));
}

static void
path_above_root(void)
{
    EXPECT(inode_of("/.."), inode_of("/"));
    EXPECT(inode_of("/../../.."), inode_of("/"));
    EXPECT(inode_of("//"), inode_of("/"));
    EXPECT(inode_of("/."), inode_of("/"));
    EXPECT(chdir("/"), 0);
    EXPECT(chdir(".."), 0);
    EXPECT(inode_of("."), inode_of("/"));
}

static void
path_any_byte(void)
{
    char name[] = "?x";
    for (int c = 1; c < 256; c++) {
        if (c == '/')
            continue;
        remark("byte %d", c);
        name[0] = (char)c;
        EXPECT(close(must_open(name, O_CREATE | O_RDWR)), 0);
        EXPECT(unlink(name), 0);
        c += c < 40 || c > 120 ? 6 : 1;
    }
}

static void
path_similar_names(void)
{
    make_file("abc", "1");
    make_file("abcd", "2");
    make_file("ab", "3");
    make_file("Abc", "4");
    EXPECT_FILE("abc", "1");
    EXPECT_FILE("abcd", "2");
    EXPECT_FILE("ab", "3");
    EXPECT_FILE("Abc", "4");
    CHECK(!exists("a"));
    CHECK(!exists("abcde"));
}

static void
path_deep(void)
{
    enum { DEPTH = 20 };
    for (int i = 0; i < DEPTH; i++) {
        EXPECT(mkdir("d"), 0);
        EXPECT(chdir("d"), 0);
    }
    make_file("bottom", "deep down");
    for (int i = 0; i < DEPTH; i++)
        EXPECT(chdir(".."), 0);
    EXPECT_FILE("d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/bottom",
                "deep down");
}

static void
path_slash_makes_no_file(void)
{
    make_file("f", "f");
    EXPECT(open("new/", O_CREATE | O_RDWR), -1);
    EXPECT(link("f", "new/"), -1);
    EXPECT(rename("f", "new/"), -1);
    CHECK(!exists("new"));
    EXPECT(mkdir("d/"), 0);
    EXPECT(rename("d/", "new/"), 0);
    CHECK(exists("new/."));
}

const struct test path_tests[] = {
    {"paths: the empty path names nothing", path_empty, UNIX},
    {"paths: names over 14 bytes are refused", path_name_too_long, 0},
    {"paths: names over 14 bytes are not cut", path_name_not_cut, 0},
    {"paths: names of 1 to 14 bytes all work", path_name_lengths, UNIX},
    {"paths: 255 bytes are a path", path_longest, UNIX},
    {"paths: 256 bytes and more are none", path_too_long, 0},
    {"paths: a file is no folder", path_file_as_folder, UNIX},
    {"paths: nothing is in a folder that is not there", path_missing_folder,
     UNIX},
    {"paths: many slashes are one", path_slashes, UNIX},
    {"paths: a slash may follow a folder", path_slash_after_folder, UNIX},
    {"paths: . and .. are the folder and the one above", path_dots, UNIX},
    {"paths: above / is /", path_above_root, 0},
    {"paths: a name holds any byte but a slash", path_any_byte, UNIX},
    {"paths: names alike are different names", path_similar_names, UNIX},
    {"paths: folders twenty deep", path_deep, UNIX},
    {"paths: a slash at the end makes no file, but a folder",
     path_slash_makes_no_file, UNIX},
    {NULL, NULL, 0},
};
