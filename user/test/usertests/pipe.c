/* Tests of pipes. */
#include "test.h"

#include <string.h>
#include <unistd.h>

static int fds[2];

static void
open_pipe(void)
{
    EXPECT(pipe(fds), 0);
    CHECK(fds[0] >= 0 && fds[1] >= 0 && fds[0] != fds[1]);
}

static void
pipe_passes_bytes(void)
{
    char text[20];
    open_pipe();
    EXPECT(write(fds[1], "hello", 5), 5);
    EXPECT(read(fds[0], text, sizeof(text)), 5);
    EXPECT(memcmp(text, "hello", 5), 0);
}

static void
pipe_keeps_order(void)
{
    char text[20];
    open_pipe();
    EXPECT(write(fds[1], "ab", 2), 2);
    EXPECT(write(fds[1], "c", 1), 1);
    EXPECT(write(fds[1], "def", 3), 3);
    EXPECT(read(fds[0], text, sizeof(text)), 6);
    EXPECT(memcmp(text, "abcdef", 6), 0);
}

static void
pipe_read_in_parts(void)
{
    char c;
    open_pipe();
    EXPECT(write(fds[1], "abc", 3), 3);
    for (int i = 0; i < 3; i++) {
        EXPECT(read(fds[0], &c, 1), 1);
        EXPECT(c, 'a' + i);
    }
}

static void
pipe_eof(void)
{
    char text[4];
    open_pipe();
    EXPECT(write(fds[1], "xy", 2), 2);
    EXPECT(close(fds[1]), 0);
    EXPECT(read(fds[0], text, 4), 2);
    EXPECT(read(fds[0], text, 4), 0);
    EXPECT(read(fds[0], text, 4), 0);
}

static void
pipe_eof_after_last(void)
{
    char c;
    open_pipe();
    int second = dup(fds[1]);
    int pid = spawn();
    if (pid == 0) {
        close(fds[1]);
        sleep(3);
        EXPECT(write(second, "s", 1), 1);
        return;
    }
    EXPECT(close(fds[1]), 0);
    EXPECT(close(second), 0);
    EXPECT(read(fds[0], &c, 1), 1);
    EXPECT(read(fds[0], &c, 1), 0);
    EXPECT(reap(pid), 0);
}

static void
pipe_no_readers(void)
{
    open_pipe();
    EXPECT(close(fds[0]), 0);
    EXPECT(write(fds[1], "x", 1), -1);
    EXPECT(write(fds[1], buffer, sizeof(buffer)), -1);
}

static void
pipe_one_way(void)
{
    char c;
    open_pipe();
    EXPECT(write(fds[0], "x", 1), -1);
    EXPECT(write(fds[1], "y", 1), 1);
    EXPECT(read(fds[1], &c, 1), -1);
    EXPECT(read(fds[0], &c, 1), 1);
    EXPECT(c, 'y');
}

static void
pipe_reader_waits(void)
{
    char c = 0;
    open_pipe();
    int pid = spawn();
    if (pid == 0) {
        sleep(5);
        EXPECT(write(fds[1], "w", 1), 1);
        return;
    }
    EXPECT(read(fds[0], &c, 1), 1);
    EXPECT(c, 'w');
    EXPECT(reap(pid), 0);
}

static void
pipe_reader_wakes_at_close(void)
{
    char c;
    open_pipe();
    int pid = spawn();
    if (pid == 0) {
        EXPECT(close(fds[1]), 0);
        EXPECT(read(fds[0], &c, 1), 0);
        return;
    }
    sleep(3);
    EXPECT(close(fds[1]), 0);
    EXPECT(reap(pid), 0);
}

/* The writer cannot be done before the reader has begun. */
static void
pipe_writer_waits(void)
{
    int total = 0;
    open_pipe();
    fill(buffer, sizeof(buffer), 5);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(write(fds[1], buffer, sizeof(buffer)), sizeof(buffer));
        return;
    }
    EXPECT(close(fds[1]), 0);
    memset(buffer, 0, sizeof(buffer));
    sleep(3);
    while (total < PIECE) {
        int n = read(fds[0], buffer + total, 1000);
        CHECK(n > 0);
        total += n;
    }
    CHECK(filled(buffer, sizeof(buffer), 5));
    EXPECT(read(fds[0], buffer, 1), 0);
    EXPECT(reap(pid), 0);
}

/* Nobody reads any more while the writer waits for room. */
static void
pipe_writer_wakes_at_close(void)
{
    open_pipe();
    int pid = spawn();
    if (pid == 0) {
        EXPECT(close(fds[0]), 0);
        while (write(fds[1], buffer, PIECE) == PIECE)
            continue;
        EXPECT(write(fds[1], buffer, 1), -1);
        return;
    }
    sleep(3);
    EXPECT(close(fds[0]), 0);
    EXPECT(reap(pid), 0);
}

/* Odd sizes, so that reads and writes meet the ring's end everywhere. */
static void
pipe_wraps_around(void)
{
    open_pipe();
    unsigned sent = 0, got = 0;
    char part[700];
    for (int round = 1; round < 200; round++) {
        int n = round * 37 % 691 + 1;
        for (int i = 0; i < n; i++)
            part[i] = (char)(sent++ * 7);
        EXPECT(write(fds[1], part, n), n);
        EXPECT(read(fds[0], part, n), n);
        for (int i = 0; i < n; i++)
            EXPECT(part[i], (char)(got++ * 7));
    }
}

static void
pipe_holds_a_page(void)
{
    open_pipe();
    fill(buffer, 4096, 2);
    EXPECT(write(fds[1], buffer, 4096), 4096);
    memset(buffer, 0, 4096);
    EXPECT(read(fds[0], buffer, 4096), 4096);
    CHECK(filled(buffer, 4096, 2));
}

static void
pipe_ends_close_in_any_order(void)
{
    for (int i = 0; i < 300; i++) {
        open_pipe();
        EXPECT(write(fds[1], "left over", 9), 9);
        EXPECT(close(fds[i % 2]), 0);
        EXPECT(close(fds[1 - i % 2]), 0);
    }
}

/* A memory page a pipe: many come and go without any being lost. */
static void
pipe_returns_memory(void)
{
    int pages = count_pages();
    for (int round = 0; round < 20; round++) {
        int many[12];
        for (int i = 0; i < 12; i += 2)
            EXPECT(pipe(many + i), 0);
        for (int i = 0; i < 12; i++)
            EXPECT(close(many[i]), 0);
    }
    EXPECT(count_pages(), pages);
}

const struct test pipe_tests[] = {
    {"pipe: what is written is read", pipe_passes_bytes, UNIX},
    {"pipe: bytes leave in the order they came", pipe_keeps_order, UNIX},
    {"pipe: can be read in parts", pipe_read_in_parts, UNIX},
    {"pipe: EOF after the writer closes, and what was written",
     pipe_eof, UNIX},
    {"pipe: EOF after the last writer closes, not the first",
     pipe_eof_after_last, UNIX},
    {"pipe: -1 for a write that nobody can read", pipe_no_readers, UNIX},
    {"pipe: each end has one direction", pipe_one_way, UNIX},
    {"pipe: a reader waits for bytes", pipe_reader_waits, UNIX},
    {"pipe: a waiting reader sees the end", pipe_reader_wakes_at_close, UNIX},
    {"pipe: a writer waits for room and loses nothing", pipe_writer_waits,
     UNIX},
    {"pipe: a waiting writer learns that the reader left",
     pipe_writer_wakes_at_close, UNIX},
    {"pipe: goes round its ring", pipe_wraps_around, UNIX},
    {"pipe: holds 4 KiB", pipe_holds_a_page, UNIX},
    {"pipe: the ends close in any order", pipe_ends_close_in_any_order, UNIX},
    {"pipe: gives its memory back", pipe_returns_memory, 0},
    {NULL, NULL, 0},
};
