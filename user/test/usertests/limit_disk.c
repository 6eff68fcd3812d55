/*
 * Tests of a disk that is full: no blocks, no inodes, no room in one file or
 * folder.  Calls return -1, nothing breaks, and all comes back afterwards.
 */
#include "test.h"

#include <unistd.h>

#include "fcntl.h"
#include "fs.h"
#include "stat.h"

/* Puts a number of so many digits, the first ones perhaps 0, into a name. */
static void
put_number(char *digits, int ndigits, int number)
{
    for (int i = ndigits - 1; i >= 0; i--, number /= 10)
        digits[i] = (char)('0' + number % 10);
}

/* Writes pieces of n bytes until that fails; the number of bytes written. */
static int
write_until_full(int fd, int n)
{
    int total = 0;
    int written = write(fd, buffer, n);
    while (written > 0) {
        total += written;
        written = write(fd, buffer, n);
    }
    return total;
}

static void
limit_file_size(void)
{
    int fd = must_open("f", O_CREATE | O_RDWR);
    fill(buffer, sizeof(buffer), 1);
    int total = write_until_full(fd, PIECE);
    total += write_until_full(fd, BSIZE);
    total += write_until_full(fd, 1);
    EXPECT(total, FILE_MAX_BYTES);
    EXPECT(size_of("f"), FILE_MAX_BYTES);
    EXPECT(write(fd, "x", 1), -1);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    for (int done = 0; done < FILE_MAX_BYTES - PIECE; done += PIECE) {
        EXPECT(read(fd, buffer, PIECE), PIECE);
        CHECK(filled(buffer, PIECE, 1));
    }
    EXPECT(lseek(fd, -1, SEEK_END), FILE_MAX_BYTES - 1);
    EXPECT(read(fd, buffer, 2), 1);
    EXPECT(lseek(fd, FILE_MAX_BYTES - 3, SEEK_SET), FILE_MAX_BYTES - 3);
    EXPECT(write(fd, "abc", 3), 3);
}

static const char *
big_name(int i)
{
    static char name[] = "big-000";
    put_number(name + 4, 3, i);
    return name;
}

/* Fills the disk with files as large as can be.  Returns how many KiB fit. */
static int
fill_disk(int *nfiles)
{
    int kib = 0, total;
    *nfiles = 0;
    do {
        int fd = open(big_name(*nfiles), O_CREATE | O_WRONLY);
        if (fd < 0)
            break;
        ++*nfiles;
        total = write_until_full(fd, PIECE);
        total += write_until_full(fd, BSIZE);
        EXPECT(close(fd), 0);
        kib += total / 1024;
    } while (total > 0);
    return kib;
}

static void
empty_disk(int nfiles)
{
    for (int i = 0; i < nfiles; i++)
        EXPECT(unlink(big_name(i)), 0);
}

static void
limit_disk_full(void)
{
    int nfiles;
    make_file("f", "text");
    EXPECT(mkdir("d"), 0);
    int kib = fill_disk(&nfiles);
    remark("%d KiB", kib);
    CHECK(kib > 100);
    int fd = must_open("d/new", O_CREATE | O_WRONLY);
    EXPECT(write(fd, buffer, BSIZE), -1);
    EXPECT(write(fd, "x", 1), -1);
    EXPECT(size_of("d/new"), 0);
    EXPECT(mkdir("e"), -1);
    CHECK(!exists("e"));
    EXPECT_FILE("f", "text");
    fd = must_open("f", O_WRONLY);
    EXPECT(write(fd, "TEXT", 4), 4);
    EXPECT_FILE("f", "TEXT");
    EXPECT(rename("f", "g"), 0);
    empty_disk(nfiles);
    EXPECT(mkdir("e"), 0);
    EXPECT(unlink("e"), 0);
    EXPECT(fill_disk(&nfiles), kib);
    empty_disk(nfiles);
}

/* Reading must not take room: a hole is read though no block is left for it. */
static void
limit_disk_full_holes(void)
{
    enum { SIZE = 10 * BSIZE };
    int nfiles;
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(lseek(fd, SIZE, SEEK_SET), SIZE);
    EXPECT(write(fd, "end", 3), 3);
    fill_disk(&nfiles);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, buffer, PIECE), SIZE + 3);
    for (int i = 0; i < SIZE; i++)
        EXPECT(buffer[i], 0);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(write(fd, "x", 1), -1);
    EXPECT(size_of("f"), SIZE + 3);
    empty_disk(nfiles);
    EXPECT(write(fd, "x", 1), 1);
}

/* The room of a file that is removed while open comes back at its close. */
static void
limit_disk_full_removed(void)
{
    int nfiles;
    fill_disk(&nfiles);
    int fd = must_open(big_name(0), O_RDONLY);
    EXPECT(unlink(big_name(0)), 0);
    EXPECT(mkdir("d"), -1);
    EXPECT(close(fd), 0);
    EXPECT(mkdir("d"), 0);
    for (int i = 1; i < nfiles; i++)
        EXPECT(unlink(big_name(i)), 0);
}

/* A folder that has to grow by a block, and cannot. */
static void
limit_folder_growth(void)
{
    enum { PER_BLOCK = BSIZE / sizeof(struct dirent) };
    int nfiles, nlinks = 2;
    char name[] = "d/000";
    make_file("f", "text");
    EXPECT(mkdir("d"), 0);
    fill_disk(&nfiles);
    for (int i = 0; i < 2 * PER_BLOCK; i++) {
        put_number(name + 2, 3, i);
        if (link("f", name) < 0)
            break;
        nlinks++;
    }
    EXPECT(nlinks, PER_BLOCK);
    EXPECT(open("d/more", O_CREATE | O_RDWR), -1);
    EXPECT(link("f", "d/more"), -1);
    EXPECT(rename("f", "d/more"), -1);
    EXPECT(mknod("d/more", 1, 1), -1);
    EXPECT_FILE("f", "text");
    EXPECT(size_of("d"), BSIZE);
    empty_disk(nfiles);
    EXPECT(link("f", "d/more"), 0);
}

/*
 * So many names in one folder that it needs its indirect block.  Each is found,
 * and when they are gone so is every block: but the folder keeps its size.
 */
static void
limit_folder_names(void)
{
    enum {
        PER_BLOCK = BSIZE / sizeof(struct dirent),
        N = (NDIRECT + 2) * PER_BLOCK,
    };
    char name[] = "d/0000";
    EXPECT(mkdir("d"), 0);
    make_file("f", "text");
    for (int i = 0; i < N; i++) {
        put_number(name + 2, 4, i);
        EXPECT(link("f", name), 0);
    }
    long size = size_of("d");
    EXPECT(size, (N + 2) * (long)sizeof(struct dirent));
    EXPECT(link("f", name), -1);
    EXPECT_FILE(name, "text");
    EXPECT_FILE("d/0000", "text");
    EXPECT(unlink("d"), -1);
    for (int i = N - 1; i >= 0; i--) {
        put_number(name + 2, 4, i);
        EXPECT(unlink(name), 0);
    }
    EXPECT(size_of("d"), size);
    EXPECT(unlink("d"), 0);
}

/* Two at once: together they get what there is, and both come to an end. */
static void
fill_half(int who)
{
    char name[] = "a0";
    name[0] = (char)('a' + who);
    for (int i = 0; i < 9; i++) {
        name[1] = (char)('0' + i);
        int fd = open(name, O_CREATE | O_WRONLY);
        if (fd < 0)
            break;
        int total = write_until_full(fd, PIECE);
        EXPECT(close(fd), 0);
        if (total < FILE_MAX_BYTES / 2)
            break;
    }
    for (int i = 0; i < 9; i++) {
        name[1] = (char)('0' + i);
        unlink(name);
    }
}

static void
limit_disk_full_for_two(void)
{
    together(2, fill_half);
    make_file("f", "there is room again");
    EXPECT_FILE("f", "there is room again");
}

/* ---- Inodes ---- */

enum { NFOLDERS = 8 };          // as many processes make names, each in its own

static int told[2];

static const char *
node_name(int who, int i)
{
    static char name[] = "d0/0000";
    name[1] = (char)('0' + who);
    put_number(name + 3, 4, i);
    return name;
}

static void
make_nodes(int who)
{
    int n = 0;
    while (mknod(node_name(who, n), 1, 1) == 0)
        n++;
    EXPECT(write(told[1], &n, sizeof(n)), sizeof(n));
}

static void
remove_nodes(int who)
{
    for (int i = 0; unlink(node_name(who, i)) == 0; i++)
        continue;
}

/* Uses up all inodes.  Returns how many there were. */
static int
make_all_nodes(void)
{
    char folder[] = "d0";
    int total = 0, n;
    for (int who = 0; who < NFOLDERS; who++) {
        folder[1] = (char)('0' + who);
        if (!exists(folder))
            EXPECT(mkdir(folder), 0);
    }
    EXPECT(pipe(told), 0);
    together(NFOLDERS, make_nodes);
    EXPECT(close(told[1]), 0);
    while (read(told[0], &n, sizeof(n)) == sizeof(n))
        total += n;
    EXPECT(close(told[0]), 0);
    return total;
}

static void
limit_inodes(void)
{
    make_file("f", "text");
    CHECK(make_all_nodes() > 0);
    EXPECT(open("new", O_CREATE | O_RDWR), -1);
    EXPECT(mkdir("new"), -1);
    EXPECT(mknod("new", 1, 1), -1);
    CHECK(!exists("new"));
    EXPECT(link("f", "g"), 0);
    EXPECT(rename("g", "h"), 0);
    EXPECT_FILE("h", "text");
    EXPECT(unlink(node_name(0, 0)), 0);
    make_file("new", "one inode");
    EXPECT(unlink("new"), 0);
    EXPECT(mknod(node_name(0, 0), 1, 1), 0);
    together(NFOLDERS, remove_nodes);
    EXPECT(mkdir("new"), 0);
}

/* Finds, makes, links and removes two files that others want as well. */
static void
lose_files(int who)
{
    for (int i = 0; i < 100; i++) {
        const char *one = (i + who) % 2 == 0 ? "a" : "b";
        const char *other = (i + who) % 2 == 0 ? "b" : "a";
        close(open(one, O_CREATE | O_RDWR));
        link(one, other);
        unlink(one);
        unlink(other);
    }
}

/*
 * Of those who use a removed file, the last must notice that it is, or nobody
 * frees the inode.
 */
static void
limit_inodes_last_use(void)
{
    int before = make_all_nodes();
    together(NFOLDERS, remove_nodes);
    together(6, lose_files);
    unlink("a");
    unlink("b");
    EXPECT(make_all_nodes(), before);
    together(NFOLDERS, remove_nodes);
}

static void
limit_links(void)
{
    char name[] = "d/00000";
    struct stat st;
    EXPECT(mkdir("d"), 0);
    make_file("f", "text");
    int fd = must_open("f", O_RDONLY);
    for (int i = 1; i < NLINK_MAX; i++) {
        put_number(name + 2, 5, i);
        EXPECT(link("f", name), 0);
    }
    EXPECT(link("f", "one-too-many"), -1);
    CHECK(!exists("one-too-many"));
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.nlink, NLINK_MAX);
    EXPECT(unlink(name), 0);
    EXPECT(link("f", "one-more"), 0);
}

const struct test limit_disk_tests[] = {
    {"limits: the largest file", limit_file_size, SLOW},
    {"limits: a full disk", limit_disk_full, SLOW},
    {"limits: a full disk, and holes that are read", limit_disk_full_holes,
     SLOW},
    {"limits: a full disk, and a file removed while open",
     limit_disk_full_removed, SLOW},
    {"limits: a full disk, and a folder that must grow", limit_folder_growth,
     SLOW},
    {"limits: thousands of names in a folder", limit_folder_names, SLOW},
    {"limits: a full disk, and two who write", limit_disk_full_for_two, SLOW},
    {"limits: inodes", limit_inodes, SLOW},
    {"limits: inodes of files that many use and remove",
     limit_inodes_last_use, SLOW},
    {"limits: links of one file", limit_links, LONG},
    {NULL, NULL, 0},
};
