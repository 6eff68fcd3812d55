/* Tests of several processes that read and write files at the same time. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "stat.h"

enum { RECORD = 16, NRECORDS = 30, NWRITERS = 4 };

static int shared_fd;
static int seen_by[2];

static void
write_records(int fd, int who)
{
    char record[RECORD];
    memset(record, 'a' + who, RECORD);
    for (int i = 0; i < NRECORDS; i++)
        EXPECT(write(fd, record, RECORD), RECORD);
}

/* Does the file hold each writer's records whole, and no others? */
static void
expect_records(const char *path)
{
    int seen[NWRITERS] = {0};
    char record[RECORD];
    int fd = must_open(path, O_RDONLY);
    while (read(fd, record, RECORD) == RECORD) {
        int who = record[0] - 'a';
        CHECK(who >= 0 && who < NWRITERS);
        for (int i = 1; i < RECORD; i++)
            EXPECT(record[i], record[0]);
        seen[who]++;
    }
    for (int who = 0; who < NWRITERS; who++)
        EXPECT(seen[who], NRECORDS);
    EXPECT(size_of(path), NWRITERS * NRECORDS * RECORD);
}

static void
append_records(int who)
{
    write_records(must_open("f", O_WRONLY | O_APPEND), who);
}

static void
race_append(void)
{
    make_file("f", "");
    together(NWRITERS, append_records);
    expect_records("f");
}

static void
write_through_shared(int who)
{
    write_records(shared_fd, who);
}

static void
race_shared_offset(void)
{
    shared_fd = must_open("f", O_CREATE | O_RDWR);
    together(NWRITERS, write_through_shared);
    expect_records("f");
}

static void
read_through_shared(int who)
{
    char record[RECORD];
    (void)who;
    while (read(shared_fd, record, RECORD) == RECORD)
        EXPECT(write(seen_by[1], record, 1), 1);
}

/* Each record is read by one of the readers, none by two. */
static void
race_shared_reading(void)
{
    int fd = must_open("f", O_CREATE | O_RDWR);
    int seen[NWRITERS] = {0};
    char c;
    for (int who = 0; who < NWRITERS; who++)
        write_records(fd, who);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    shared_fd = fd;
    EXPECT(pipe(seen_by), 0);
    together(NWRITERS, read_through_shared);
    EXPECT(close(seen_by[1]), 0);
    while (read(seen_by[0], &c, 1) == 1)
        seen[c - 'a']++;
    for (int who = 0; who < NWRITERS; who++)
        EXPECT(seen[who], NRECORDS);
}

static void
write_own_file(int who)
{
    char name[] = "file-0";
    name[5] = (char)('0' + who);
    for (int round = 0; round < 3; round++) {
        size_t size = 30000 + who * 1000 + round * 5000;
        int fd = must_open(name, O_CREATE | O_TRUNC | O_RDWR);
        fill(buffer, size, who * 3 + round);
        EXPECT(write(fd, buffer, size), size);
        memset(buffer, 0, size);
        EXPECT(lseek(fd, 0, SEEK_SET), 0);
        EXPECT(read(fd, buffer, PIECE), size);
        CHECK(filled(buffer, size, who * 3 + round));
        EXPECT(close(fd), 0);
        if (round < 2)
            EXPECT(unlink(name), 0);
    }
}

static void
race_own_files(void)
{
    together(5, write_own_file);
    CHECK(exists("file-0"));
    CHECK(exists("file-4"));
}

/* A write of up to 64 KiB is seen whole or not at all. */
static void
write_or_check_whole(int who)
{
    for (int round = 0; round < 15; round++) {
        int fd = must_open("f", O_RDWR);
        if (who < 2) {
            memset(buffer, 'A' + round % 20 + who, 20000);
            EXPECT(write(fd, buffer, 20000), 20000);
        } else {
            EXPECT(read(fd, buffer, 20000), 20000);
            for (int i = 1; i < 20000; i++)
                EXPECT(buffer[i], buffer[0]);
        }
        EXPECT(close(fd), 0);
    }
}

static void
race_whole_writes(void)
{
    int fd = must_open("f", O_CREATE | O_RDWR);
    memset(buffer, 'z', 20000);
    EXPECT(write(fd, buffer, 20000), 20000);
    EXPECT(close(fd), 0);
    together(4, write_or_check_whole);
}

static void
link_own_name(int who)
{
    char name[] = "link-0";
    name[5] = (char)('0' + who);
    for (int i = 0; i < 15; i++) {
        EXPECT(link("f", name), 0);
        EXPECT(unlink(name), 0);
    }
}

static void
race_link_count(void)
{
    struct stat st;
    make_file("f", "text");
    together(5, link_own_name);
    int fd = must_open("f", O_RDONLY);
    EXPECT(fstat(fd, &st), 0);
    EXPECT(st.nlink, 1);
}

/* Readers hold on to a file that others remove and make anew. */
static void
read_or_remove(int who)
{
    for (int i = 0; i < 20; i++) {
        int fd = open("f", who == 0 ? O_CREATE | O_WRONLY : O_RDONLY);
        if (who == 0) {
            CHECK(fd >= 0);
            memset(buffer, 'p', 9000);
            EXPECT(write(fd, buffer, 9000), 9000);
            EXPECT(unlink("f"), 0);
        } else if (fd >= 0) {
            int n = read(fd, buffer, PIECE);
            CHECK(n == 0 || n == 9000);
            for (int j = 0; j < n; j++)
                EXPECT(buffer[j], 'p');
        }
        close(fd);
    }
}

static void
race_read_removed(void)
{
    together(4, read_or_remove);
    CHECK(!exists("f"));
}

const struct test race_file_tests[] = {
    {"races: four append, and every record is there", race_append, UNIX},
    {"races: four write through one offset", race_shared_offset, UNIX},
    {"races: four read through one offset", race_shared_reading, UNIX},
    {"races: five write files of their own", race_own_files, UNIX},
    {"races: a write is seen whole", race_whole_writes, 0},
    {"races: five link and unlink one file", race_link_count, UNIX},
    {"races: reading what others remove", race_read_removed, 0},
    {NULL, NULL, 0},
};
