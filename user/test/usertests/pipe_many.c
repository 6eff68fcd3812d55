/* Tests of pipes between many processes, and of much data. */
#include "test.h"

#include <string.h>
#include <unistd.h>

static int fds[2];

static void
open_pipe(void)
{
    EXPECT(pipe(fds), 0);
}

enum { RECORD = 8, NRECORDS = 500, NWRITERS = 5 };

static void
write_records(int who)
{
    char record[RECORD];
    for (int i = 0; i < NRECORDS; i++) {
        memset(record, 'a' + who, RECORD);
        EXPECT(write(fds[1], record, RECORD), RECORD);
    }
}

/* Eight bytes that divide the pipe's size arrive whole, whoever writes. */
static void
pipe_many_writers(void)
{
    int seen[NWRITERS] = {0};
    char record[RECORD];
    open_pipe();
    int pid = spawn();
    if (pid == 0) {
        together(NWRITERS, write_records);
        return;
    }
    EXPECT(close(fds[1]), 0);
    for (int i = 0; i < NWRITERS * NRECORDS; i++) {
        EXPECT(read(fds[0], record, RECORD), RECORD);
        for (int j = 1; j < RECORD; j++)
            EXPECT(record[j], record[0]);
        CHECK(record[0] >= 'a' && record[0] < 'a' + NWRITERS);
        seen[record[0] - 'a']++;
    }
    for (int who = 0; who < NWRITERS; who++)
        EXPECT(seen[who], NRECORDS);
    EXPECT(read(fds[0], record, 1), 0);
    EXPECT(reap(pid), 0);
}

enum { NREADERS = 4, NBYTES = 20000 };

static int results[2];

static void
read_and_count(int who)
{
    int sum[2] = {0, 0};
    int n = read(fds[0], buffer, 77 + who);
    while (n > 0) {
        sum[0] += n;
        for (int i = 0; i < n; i++)
            sum[1] += (unsigned char)buffer[i];
        n = read(fds[0], buffer, 77 + who);
    }
    EXPECT(n, 0);
    EXPECT(write(results[1], sum, sizeof(sum)), sizeof(sum));
}

/* Every byte goes to exactly one of the readers. */
static void
pipe_many_readers(void)
{
    int wanted = 0;
    open_pipe();
    EXPECT(pipe(results), 0);
    int writer = spawn();
    if (writer == 0) {
        for (int i = 0; i < NBYTES; i++)
            buffer[i] = (char)i;
        EXPECT(write(fds[1], buffer, NBYTES), NBYTES);
        return;
    }
    EXPECT(close(fds[1]), 0);
    int readers = spawn();
    if (readers == 0) {
        together(NREADERS, read_and_count);
        return;
    }
    int total = 0;
    for (int i = 0; i < NREADERS; i++) {
        int sum[2];
        EXPECT(read(results[0], sum, sizeof(sum)), sizeof(sum));
        total += sum[0];
        wanted += sum[1];
    }
    EXPECT(total, NBYTES);
    for (int i = 0; i < NBYTES; i++)
        wanted -= (unsigned char)i;
    EXPECT(wanted, 0);
    CHECK(wait(NULL) > 0);
    CHECK(wait(NULL) > 0);
}

static void
pipe_much_data(void)
{
    enum { ROUNDS = 32 };
    open_pipe();
    fill(buffer, sizeof(buffer), 3);
    int pid = spawn();
    if (pid == 0) {
        for (int i = 0; i < ROUNDS; i++)
            EXPECT(write(fds[1], buffer, PIECE), PIECE);
        return;
    }
    EXPECT(close(fds[1]), 0);
    static char got[5000];
    unsigned total = 0;
    int n = read(fds[0], got, sizeof(got));
    while (n > 0) {
        for (int i = 0; i < n; i++)
            EXPECT(got[i], buffer[(total + i) % PIECE]);
        total += n;
        n = read(fds[0], got, sizeof(got));
    }
    EXPECT(n, 0);
    EXPECT(total, ROUNDS * PIECE);
    EXPECT(reap(pid), 0);
}

static void
pipe_ping_pong(void)
{
    int back[2];
    int number = 0;
    open_pipe();
    EXPECT(pipe(back), 0);
    int pid = spawn();
    if (pid == 0) {
        close(fds[1]);
        while (read(fds[0], &number, sizeof(number)) == sizeof(number)) {
            number++;
            EXPECT(write(back[1], &number, sizeof(number)), sizeof(number));
        }
        return;
    }
    for (int i = 0; i < 300; i++) {
        EXPECT(write(fds[1], &number, sizeof(number)), sizeof(number));
        EXPECT(read(back[0], &number, sizeof(number)), sizeof(number));
        EXPECT(number, i + 1);
    }
    EXPECT(close(fds[1]), 0);
    EXPECT(reap(pid), 0);
}

/* As in a | b | c, with a chain of processes. */
static void
pipe_chain(void)
{
    enum { LENGTH = 6 };
    int in = -1;
    for (int i = 0; i < LENGTH; i++) {
        open_pipe();
        if (spawn() == 0) {
            char c = 0;
            close(fds[0]);
            if (in >= 0)
                EXPECT(read(in, &c, 1), 1);
            c++;
            EXPECT(write(fds[1], &c, 1), 1);
            return;
        }
        EXPECT(close(fds[1]), 0);
        if (in >= 0)
            EXPECT(close(in), 0);
        in = fds[0];
    }
    char c = 0;
    EXPECT(read(in, &c, 1), 1);
    EXPECT(c, LENGTH);
    EXPECT(read(in, &c, 1), 0);
    for (int i = 0; i < LENGTH; i++)
        CHECK(wait(NULL) > 0);
}

/* Far more than a pipe holds, so that each write has to wait inside. */
enum { LONG_WRITE = 3 * 4096 + 100, NLONG = 3 };

static void
write_long(int who)
{
    memset(buffer, 'a' + who, LONG_WRITE);
    for (int i = 0; i < 4; i++)
        EXPECT(write(fds[1], buffer, LONG_WRITE), LONG_WRITE);
}

static void
pipe_write_is_whole(void)
{
    open_pipe();
    int pid = spawn();
    if (pid == 0) {
        together(NLONG, write_long);
        return;
    }
    EXPECT(close(fds[1]), 0);
    char first = 0;
    for (int total = 0; total < 4 * NLONG * LONG_WRITE; total++) {
        char c = 0;
        EXPECT(read(fds[0], &c, 1), 1);
        if (total % LONG_WRITE == 0)
            first = c;
        EXPECT(c, first);
    }
    EXPECT(reap(pid), 0);
}

static void
pipe_write_cut_short(void)
{
    enum { SIZE = 4 * PIECE };          // more than any system's pipe holds
    char *heap = sbrk(SIZE);
    CHECK((intptr_t)heap != -1);
    open_pipe();
    int pid = spawn();
    if (pid == 0) {
        EXPECT(close(fds[0]), 0);
        int n = write(fds[1], heap, SIZE);
        CHECK(n >= 1000 && n < SIZE);
        EXPECT(write(fds[1], heap, 1), -1);
        return;
    }
    EXPECT(read(fds[0], buffer, 1000), 1000);
    sleep(3);
    EXPECT(close(fds[0]), 0);
    EXPECT(reap(pid), 0);
}

const struct test pipe_many_tests[] = {
    {"pipe: five writers, all bytes arrive", pipe_many_writers, UNIX},
    {"pipe: four readers, each byte is read once", pipe_many_readers, UNIX},
    {"pipe: 2 MiB arrive as they were", pipe_much_data, UNIX},
    {"pipe: two processes in turn", pipe_ping_pong, UNIX},
    {"pipe: a chain of six", pipe_chain, UNIX},
    {"pipe: the bytes of one write stay together", pipe_write_is_whole, 0},
    {"pipe: a write that the reader leaves tells what was taken",
     pipe_write_cut_short, UNIX},
    {NULL, NULL, 0},
};
