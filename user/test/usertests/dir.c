/* Tests of folders: mkdir, chdir, their entries, and their removal. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"
#include "stat.h"

static void
dir_make(void)
{
    struct stat st;
    EXPECT(mkdir("d"), 0);
    int fd = must_open("d", O_RDONLY);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.type, T_DIR);
    EXPECT(mkdir("d/e"), 0);
    make_file("d/e/f", "deep");
    EXPECT_FILE("d/e/f", "deep");
}

static void
dir_not_twice(void)
{
    make_file("f", "text");
    EXPECT(mkdir("d"), 0);
    make_file("d/x", "x");
    EXPECT(mkdir("d"), -1);
    EXPECT(mkdir("f"), -1);
    EXPECT(mkdir("."), -1);
    EXPECT(mkdir(".."), -1);
    EXPECT(mkdir("/"), -1);
    EXPECT(mkdir("d/."), -1);
    EXPECT_FILE("d/x", "x");
    EXPECT_FILE("f", "text");
}

static void
dir_change(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(chdir("d"), 0);
    make_file("f", "inside");
    EXPECT(chdir(".."), 0);
    CHECK(!exists("f"));
    EXPECT_FILE("d/f", "inside");
    EXPECT(chdir("d/f"), -1);
    EXPECT(chdir("none"), -1);
    CHECK(exists("d"));
}

/* Reads the entries of the folder at path into entries; how many are in use. */
static int
read_entries(const char *path, struct dirent *entries, int max)
{
    struct dirent entry;
    int n = 0;
    int fd = must_open(path, O_RDONLY);
    while (read(fd, &entry, sizeof(entry)) == sizeof(entry))
        if (entry.inum != 0) {
            CHECK(n < max);
            entries[n++] = entry;
        }
    EXPECT(close(fd), 0);
    return n;
}

static const struct dirent *
find_entry(const struct dirent *entries, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strncmp(entries[i].name, name, DIRSIZ) == 0)
            return &entries[i];
    return NULL;
}

static void
dir_entries(void)
{
    struct dirent entries[8];
    EXPECT(mkdir("d"), 0);
    make_file("d/one", "1");
    make_file("d/fourteen-chars", "2");
    EXPECT(mkdir("d/sub"), 0);
    EXPECT(read_entries("d", entries, 8), 5);
    const struct {
        const char *name, *path;
    } wanted[] = {
        {".", "d"}, {"..", "."}, {"one", "d/one"}, {"sub", "d/sub"},
        {"fourteen-chars", "d/fourteen-chars"},
    };
    for (int i = 0; i < 5; i++) {
        const struct dirent *entry = find_entry(entries, 5, wanted[i].name);
        remark("entry %s", wanted[i].name);
        CHECK(entry != NULL);
        EXPECT(entry->inum, inode_of(wanted[i].path));
    }
}

/* Names are padded with zeros, whatever stood in the entry before. */
static void
dir_entries_padded(void)
{
    struct dirent entries[8];
    make_file("fourteen-chars", "x");
    EXPECT(unlink("fourteen-chars"), 0);
    make_file("ab", "x");
    int n = read_entries(".", entries, 8);
    const struct dirent *entry = find_entry(entries, n, "ab");
    CHECK(entry != NULL);
    for (int i = 2; i < DIRSIZ; i++)
        EXPECT(entry->name[i], 0);
    CHECK(find_entry(entries, n, "fourteen-chars") == NULL);
}

static void
dir_remove(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(unlink("d"), 0);
    CHECK(!exists("d"));
    EXPECT(unlink("d"), -1);
    EXPECT(mkdir("d"), 0);
    make_file("d/f", "again");
    EXPECT_FILE("d/f", "again");
}

static void
dir_remove_full(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(mkdir("d/sub"), 0);
    make_file("d/f", "x");
    EXPECT(unlink("d"), -1);
    EXPECT(unlink("d/f"), 0);
    EXPECT(unlink("d"), -1);
    EXPECT(unlink("d/sub"), 0);
    EXPECT(unlink("d"), 0);
    CHECK(!exists("d"));
}

static void
dir_remove_dots(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(unlink("."), -1);
    EXPECT(unlink(".."), -1);
    EXPECT(unlink("d/."), -1);
    EXPECT(unlink("d/.."), -1);
    EXPECT(unlink("/"), -1);
    EXPECT(unlink("/."), -1);
    EXPECT(unlink("/.."), -1);
    CHECK(exists("d/."));
}

/* What one can still do in a current folder that has been removed. */
static void
dir_removed_current(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("f", "x");
    EXPECT(chdir("d"), 0);
    EXPECT(unlink("../d"), 0);
    EXPECT(open("new", O_CREATE | O_RDWR), -1);
    EXPECT(mkdir("new"), -1);
    EXPECT(mknod("new", 1, 1), -1);
    EXPECT(link("/usertests.tmp/f", "new"), -1);
    EXPECT(rename("/usertests.tmp/f", "new"), -1);
    EXPECT(open("f", O_RDONLY), -1);
    EXPECT(chdir("/usertests.tmp"), 0);
    EXPECT_FILE("f", "x");
    CHECK(!exists("d"));
}

/* The folder above is gone as well: its inode may have another owner. */
static void
dir_removed_parent(void)
{
    EXPECT(mkdir("a"), 0);
    EXPECT(mkdir("a/b"), 0);
    EXPECT(chdir("a/b"), 0);
    EXPECT(unlink("../../a/b"), 0);
    EXPECT(unlink("/usertests.tmp/a"), 0);
    EXPECT(chdir(".."), -1);
    EXPECT(open("..", O_RDONLY), -1);
    EXPECT(open("../new", O_CREATE | O_RDWR), -1);
    EXPECT(mkdir("../new"), -1);
    EXPECT(chdir("/"), 0);
}

static void
dir_removed_while_open(void)
{
    struct stat st;
    EXPECT(mkdir("d"), 0);
    int fd = must_open("d", O_RDONLY);
    EXPECT(unlink("d"), 0);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.type, T_DIR);
    CHECK(read(fd, buffer, 100) >= 0);
    EXPECT(close(fd), 0);
    EXPECT(mkdir("d"), 0);
}

static void
dir_removed_by_parent(void)
{
    int gate[2], told[2];
    char c;
    EXPECT(pipe(gate), 0);
    EXPECT(pipe(told), 0);
    EXPECT(mkdir("d"), 0);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(chdir("d"), 0);
        EXPECT(write(told[1], "r", 1), 1);
        EXPECT(read(gate[0], &c, 1), 1);
        EXPECT(open("new", O_CREATE | O_RDWR), -1);
        return;
    }
    EXPECT(read(told[0], &c, 1), 1);
    EXPECT(unlink("d"), 0);
    EXPECT(mkdir("d"), 0);
    EXPECT(write(gate[1], "g", 1), 1);
    EXPECT(reap(pid), 0);
    CHECK(!exists("d/new"));
}

/* The counted links of a folder come and go with the folders in it. */
static void
dir_links(void)
{
    struct stat before, between, after;
    int fd = must_open(".", O_RDONLY);
    EXPECT(fstat(fd, &before), 0);
    EXPECT(mkdir("a"), 0);
    EXPECT(mkdir("b"), 0);
    EXPECT(fstat(fd, &between), 0);
    EXPECT(between.nlink, before.nlink + 2);
    EXPECT(unlink("a"), 0);
    EXPECT(unlink("b"), 0);
    EXPECT(fstat(fd, &after), 0);
    EXPECT(after.nlink, before.nlink);
}

/* Enough names for more than one block of entries; links need no inodes. */
static void
dir_many_names(void)
{
    enum { N = BSIZE / sizeof(struct dirent) + 20 };
    char name[] = "d/name-000";
    EXPECT(mkdir("d"), 0);
    make_file("f", "x");
    for (int i = 0; i < N; i++) {
        name[7] = (char)('0' + i / 100);
        name[8] = (char)('0' + i / 10 % 10);
        name[9] = (char)('0' + i % 10);
        EXPECT(link("f", name), 0);
    }
    EXPECT_FILE(name, "x");
    EXPECT_FILE("d/name-000", "x");
    CHECK(size_of("d") > BSIZE);
    EXPECT(unlink("d"), -1);
    for (int i = N - 1; i >= 0; i--) {
        name[7] = (char)('0' + i / 100);
        name[8] = (char)('0' + i / 10 % 10);
        name[9] = (char)('0' + i % 10);
        EXPECT(unlink(name), 0);
    }
    EXPECT(unlink("d"), 0);
}

static void
dir_entries_used_again(void)
{
    EXPECT(mkdir("d"), 0);
    make_file("d/x", "1");
    long size = size_of("d");
    for (int i = 0; i < 20; i++) {
        EXPECT(unlink("d/x"), 0);
        make_file("d/x", "1");
    }
    EXPECT(size_of("d"), size);
}

const struct test dir_tests[] = {
    {"mkdir: makes a folder for files and folders", dir_make, UNIX},
    {"mkdir: not where something is", dir_not_twice, UNIX},
    {"mkdir: counts in the links of the folder above", dir_links, UNIX},
    {"chdir: to folders only", dir_change, UNIX},
    {"folders: read gives entries of 16 bytes, with . and ..", dir_entries,
     0},
    {"folders: names in entries are padded with zeros", dir_entries_padded,
     0},
    {"folders: more names than one block holds", dir_many_names, UNIX},
    {"folders: the place of a removed name is used again",
     dir_entries_used_again, 0},
    {"rmdir: unlink removes an empty folder", dir_remove, UNIX},
    {"rmdir: not one with anything in it", dir_remove_full, UNIX},
    {"rmdir: neither . nor .. nor /", dir_remove_dots, UNIX},
    {"rmdir: a removed current folder takes no new names", dir_removed_current,
     UNIX},
    {"rmdir: nor is there a way up, if the one above went too",
     dir_removed_parent, 0},
    {"rmdir: of a folder that is open", dir_removed_while_open, 0},
    {"rmdir: of a folder another process is in", dir_removed_by_parent, UNIX},
    {NULL, NULL, 0},
};
