/*
 * Tests of several processes that want the same names at the same time.  What
 * each call returns is often a matter of luck; what the calls leave behind, and
 * that all of them return, is not.
 */
#include "test.h"

#include <unistd.h>

#include "fcntl.h"

static const char *const names[] = {"a", "b", "c"};

static const char *
name_of(int i)
{
    return names[(unsigned)i % 3];
}

/* ---- One of many wins ---- */

static int winners[2];

/* Runs attempt in six processes at once; how many got 0 or more. */
static int
count_winners(void (*attempt)(int who))
{
    int n = 0;
    char c;
    EXPECT(pipe(winners), 0);
    together(6, attempt);
    EXPECT(close(winners[1]), 0);
    while (read(winners[0], &c, 1) == 1)
        n++;
    EXPECT(close(winners[0]), 0);
    return n;
}

static void
won_if(bool won)
{
    if (won)
        EXPECT(write(winners[1], "w", 1), 1);
}

static void
try_mkdir(int who)
{
    (void)who;
    won_if(mkdir("d") == 0);
}

static void
try_unlink(int who)
{
    (void)who;
    won_if(unlink("d") == 0);
}

static void
try_link(int who)
{
    (void)who;
    won_if(link("f", "g") == 0);
}

static void
try_rename(int who)
{
    char to[] = "to-0";
    to[3] = (char)('0' + who);
    bool won = rename("g", to) == 0;
    if (won)
        EXPECT(unlink(to), 0);
    won_if(won);
}

static void
race_one_wins(void)
{
    make_file("f", "text");
    for (int i = 0; i < 5; i++) {
        EXPECT(count_winners(try_mkdir), 1);
        EXPECT(count_winners(try_unlink), 1);
        EXPECT(count_winners(try_link), 1);
        EXPECT(count_winners(try_rename), 1);
    }
}

static void
create_same(int who)
{
    for (int i = 0; i < 10; i++) {
        int fd = must_open("same", O_CREATE | O_RDWR);
        EXPECT(lseek(fd, who, SEEK_SET), who);
        EXPECT(write(fd, "x", 1), 1);
        EXPECT(close(fd), 0);
    }
}

/* All who create one name get one file. */
static void
race_create_one_file(void)
{
    together(6, create_same);
    EXPECT_FILE("same", "xxxxxx");
}

/* ---- The same names, made and removed ---- */

static void
shuffle_names(int who)
{
    for (int i = 0; i < 25; i++) {
        int fd = open(name_of(i + who), O_CREATE | O_RDWR);
        if (fd >= 0) {
            write(fd, "text", 4);
            close(fd);
        }
        link(name_of(i), name_of(i + 1));
        unlink(name_of(i + who + 1));
    }
}

static void
race_create_link_unlink(void)
{
    together(5, shuffle_names);
    for (int i = 0; i < 3; i++)
        unlink(name_of(i));
    for (int i = 0; i < 3; i++)
        CHECK(!exists(name_of(i)));
}

static void
shuffle_folders(int who)
{
    char inner[] = "a/x";
    for (int i = 0; i < 25; i++) {
        inner[0] = *name_of(i + who);
        mkdir(name_of(i + who));
        mkdir(inner);
        unlink(name_of(i));
        unlink(inner);
        unlink(name_of(i + who));
    }
}

static void
race_mkdir_unlink(void)
{
    together(5, shuffle_folders);
    for (int i = 0; i < 3; i++) {
        char inner[] = "a/x";
        inner[0] = *name_of(i);
        unlink(inner);
        unlink(name_of(i));
        CHECK(!exists(name_of(i)));
    }
}

/* Some make files in a folder that others remove. */
static void
fill_or_remove(int who)
{
    char name[] = "d/0";
    name[2] = (char)('0' + who);
    for (int i = 0; i < 25; i++) {
        if (who % 2 == 0) {
            mkdir("d");
            unlink("d");
            continue;
        }
        int fd = open(name, O_CREATE | O_RDWR);
        if (fd < 0)
            continue;
        close(fd);
        EXPECT(unlink(name), 0);
    }
}

static void
race_create_in_removed(void)
{
    together(6, fill_or_remove);
    unlink("d");
    CHECK(!exists("d"));
}

/* Into a folder and up again, while it is moved and removed. */
static void
walk_or_move(int who)
{
    for (int i = 0; i < 25; i++) {
        if (who % 2 == 0) {
            if (chdir("d/e") == 0) {
                exists("..");
                exists("../../f");
            }
            EXPECT(chdir("/usertests.tmp"), 0);
        } else {
            mkdir("d");
            mkdir("d/e");
            rename("d/e", "e");
            unlink("d");
            unlink("e");
        }
    }
}

static void
race_walk_and_move(void)
{
    make_file("f", "text");
    together(6, walk_or_move);
    unlink("d/e");
    unlink("d");
    unlink("e");
    EXPECT_FILE("f", "text");
    CHECK(!exists("d"));
    CHECK(!exists("e"));
}

/* ---- rename ---- */

static void
rename_round(int who)
{
    for (int i = 0; i < 30; i++)
        rename(name_of(i + who), name_of(i * 2 + 1));
}

/* A file can be replaced, but at each moment one is left. */
static void
race_rename_files(void)
{
    make_file("a", "1");
    make_file("b", "2");
    make_file("c", "3");
    together(5, rename_round);
    int left = 0;
    for (int i = 0; i < 3; i++) {
        left += exists(name_of(i));
        unlink(name_of(i));
    }
    CHECK(left >= 1);
}

/* The reader of a file that is replaced again and again always finds one. */
static void
replace_or_read(int who)
{
    char mine[] = "new-0";
    mine[4] = (char)('0' + who);
    for (int i = 0; i < 25; i++) {
        if (who == 0) {
            EXPECT_FILE("f", "whole");
            continue;
        }
        make_file(mine, "whole");
        EXPECT(rename(mine, "f"), 0);
    }
}

static void
race_replace(void)
{
    make_file("f", "whole");
    together(4, replace_or_read);
    EXPECT_FILE("f", "whole");
}

/* Two folders that want to go below each other: only one of them may. */
static void
rename_below(int who)
{
    const char *mine = who % 2 == 0 ? "a" : "b";
    const char *below = who % 2 == 0 ? "b/a" : "a/b";
    for (int i = 0; i < 30; i++) {
        rename(mine, below);
        rename(below, mine);
    }
}

static void
race_rename_folders(void)
{
    EXPECT(mkdir("a"), 0);
    EXPECT(mkdir("b"), 0);
    make_file("a/in-a", "A");
    make_file("b/in-b", "B");
    together(4, rename_below);
    rename("a/b", "b");
    rename("b/a", "a");
    EXPECT_FILE("a/in-a", "A");
    EXPECT_FILE("b/in-b", "B");
    EXPECT(inode_of("a/.."), inode_of("."));
    EXPECT(inode_of("b/.."), inode_of("."));
}

const struct test race_name_tests[] = {
    {"races: of many who make or remove a name, one succeeds", race_one_wins,
     UNIX},
    {"races: all who create a name get one file", race_create_one_file,
     UNIX},
    {"races: create, link and unlink of the same names",
     race_create_link_unlink, UNIX},
    {"races: mkdir and rmdir of the same names", race_mkdir_unlink, UNIX},
    {"races: files in a folder that is being removed", race_create_in_removed,
     UNIX},
    {"races: the way into a folder that moves", race_walk_and_move, UNIX},
    {"races: rename among three names", race_rename_files, UNIX},
    {"races: a file replaced by rename is always there", race_replace, UNIX},
    {"races: two folders, each to go below the other", race_rename_folders,
     UNIX},
    {NULL, NULL, 0},
};
