/* Tests of read and write of plain files. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"

static void
file_round_trip(void)
{
    char text[20];
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(write(fd, "hello", 5), 5);
    EXPECT(read(fd, text, 5), 0);
    EXPECT(close(fd), 0);
    fd = must_open("f", O_RDONLY);
    EXPECT(read(fd, text, sizeof(text)), 5);
    EXPECT(memcmp(text, "hello", 5), 0);
    EXPECT(read(fd, text, sizeof(text)), 0);
    EXPECT(read(fd, text, sizeof(text)), 0);
}

static void
file_overwrite(void)
{
    make_file("f", "abcdefgh");
    int fd = must_open("f", O_WRONLY);
    EXPECT(lseek(fd, 2, SEEK_SET), 2);
    EXPECT(write(fd, "XYZ", 3), 3);
    EXPECT_FILE("f", "abXYZfgh");
}

static void
file_seen_at_once(void)
{
    char text[10];
    int writer = must_open("f", O_CREATE | O_WRONLY);
    int reader = must_open("f", O_RDONLY);
    EXPECT(read(reader, text, 10), 0);
    EXPECT(write(writer, "one", 3), 3);
    EXPECT(read(reader, text, 10), 3);
    EXPECT(write(writer, "two!", 4), 4);
    EXPECT(read(reader, text, 10), 4);
    EXPECT(memcmp(text, "two!", 4), 0);
}

/* Reads of odd sizes meet every kind of boundary. */
static void
read_in_pieces(size_t total, size_t piece)
{
    char *part = sbrk(PIECE);
    CHECK((intptr_t)part != -1);
    int fd = must_open("f", O_RDONLY);
    size_t done = 0;
    remark("in pieces of %d", (int)piece);
    while (done < total) {
        size_t want = total - done < piece ? total - done : piece;
        EXPECT(read(fd, part, piece), want);
        CHECK(memcmp(part, buffer + done, want) == 0);
        done += want;
    }
    EXPECT(read(fd, part, piece), 0);
    EXPECT(close(fd), 0);
    sbrk(-PIECE);
}

static void
write_in_pieces(size_t total, size_t piece)
{
    int fd = must_open("f", O_CREATE | O_TRUNC | O_WRONLY);
    remark("in pieces of %d", (int)piece);
    for (size_t done = 0; done < total; done += piece) {
        size_t n = total - done < piece ? total - done : piece;
        EXPECT(write(fd, buffer + done, n), n);
    }
    EXPECT(close(fd), 0);
    EXPECT(size_of("f"), total);
}

static void
file_read_pieces(void)
{
    static const size_t sizes[] = {1, 7, 512, 4095, 4096, 4097, 9000, 65536};
    size_t total = 3 * BSIZE + 10;
    fill(buffer, total, 1);
    write_in_pieces(total, total);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        read_in_pieces(total, sizes[i]);
}

static void
file_write_pieces(void)
{
    static const size_t sizes[] = {511, 1000, 4095, 4096, 4097, 20000};
    size_t total = 5 * BSIZE + 3;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        fill(buffer, total, i);
        write_in_pieces(total, sizes[i]);
        read_in_pieces(total, 10000);
    }
}

/* Sizes next to the edge of a block, and of the direct blocks. */
static void
file_edges(void)
{
    static const size_t sizes[] = {
        1, BSIZE - 1, BSIZE, BSIZE + 1, NDIRECT * BSIZE - 1, NDIRECT * BSIZE,
        NDIRECT * BSIZE + 1, (NDIRECT + 1) * BSIZE, PIECE - 1, PIECE,
    };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        fill(buffer, sizes[i], i);
        write_in_pieces(sizes[i], sizes[i]);
        read_in_pieces(sizes[i], sizes[i]);
    }
}

/* Longer than one transaction of the log. */
static void
file_one_long_write(void)
{
    enum { SIZE = 400 * 1024 + 100 };
    char *heap = sbrk(2 * SIZE);
    CHECK((intptr_t)heap != -1);
    fill(heap, SIZE, 8);
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(write(fd, heap, SIZE), SIZE);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, heap + SIZE, SIZE), SIZE);
    CHECK(filled(heap + SIZE, SIZE, 8));
}

static void
file_write_across_end(void)
{
    fill(buffer, BSIZE + 100, 1);
    write_in_pieces(BSIZE + 100, BSIZE + 100);
    int fd = must_open("f", O_WRONLY);
    EXPECT(lseek(fd, BSIZE - 50, SEEK_SET), BSIZE - 50);
    fill(buffer + BSIZE - 50, 1000, 2);
    EXPECT(write(fd, buffer + BSIZE - 50, 1000), 1000);
    EXPECT(size_of("f"), BSIZE + 950);
    read_in_pieces(BSIZE + 950, 333);
}

static void
file_small_appends(void)
{
    int fd = must_open("f", O_CREATE | O_WRONLY);
    fill(buffer, 400 * 13, 4);
    for (int i = 0; i < 400; i++)
        EXPECT(write(fd, buffer + i * 13, 13), 13);
    EXPECT(close(fd), 0);
    EXPECT(size_of("f"), 400 * 13);
    read_in_pieces(400 * 13, 1000);
}

static void
file_two_at_once(void)
{
    int one = must_open("f", O_CREATE | O_WRONLY);
    int two = must_open("g", O_CREATE | O_WRONLY);
    fill(buffer, 10 * 3000, 6);
    for (int i = 0; i < 10; i++) {
        EXPECT(write(one, buffer + i * 3000, 3000), 3000);
        EXPECT(write(two, "interleaved", 11), 11);
    }
    EXPECT(size_of("g"), 110);
    read_in_pieces(30000, 4096);
}

/* The blocks of a removed file come back without their old contents. */
static void
file_holds_no_secrets(void)
{
    fill(buffer, PIECE, 7);
    write_in_pieces(PIECE, PIECE);
    EXPECT(unlink("f"), 0);
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(lseek(fd, PIECE - 1, SEEK_SET), PIECE - 1);
    EXPECT(write(fd, "", 1), 1);
    for (int block = 0; block < PIECE / BSIZE; block++) {
        EXPECT(lseek(fd, block * BSIZE + 5, SEEK_SET), block * BSIZE + 5);
        EXPECT(write(fd, "", 1), 1);
    }
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, buffer, PIECE), PIECE);
    for (int i = 0; i < PIECE; i++)
        EXPECT(buffer[i], 0);
}

static void
file_reader_of_growing(void)
{
    enum { N = 40 };
    int fd = must_open("f", O_CREATE | O_RDONLY);
    int pid = spawn();
    if (pid == 0) {
        int out = must_open("f", O_WRONLY);
        for (int i = 0; i < N; i++)
            EXPECT(write(out, "0123456789", 10), 10);
        return;
    }
    int got = 0;
    while (got < N * 10) {
        char text[7];
        int n = read(fd, text, sizeof(text));
        CHECK(n >= 0);
        for (int i = 0; i < n; i++)
            EXPECT(text[i], '0' + (got + i) % 10);
        got += n;
        if (n == 0)
            sleep(1);
    }
    EXPECT(reap(pid), 0);
}

static void
read_moves_offset(void)
{
    char text[10];
    make_file("f", "abcde");
    int fd = must_open("f", O_RDONLY);
    EXPECT(read(fd, text, 3), 3);
    EXPECT(lseek(fd, 0, SEEK_CUR), 3);
    EXPECT(read(fd, text, 10), 2);
    EXPECT(lseek(fd, 0, SEEK_CUR), 5);
    EXPECT(read(fd, text, 10), 0);
    EXPECT(lseek(fd, 0, SEEK_CUR), 5);
}

static void
write_moves_offset(void)
{
    make_file("f", "abcde");
    int fd = must_open("f", O_WRONLY);
    EXPECT(write(fd, "xyz", 3), 3);
    EXPECT(lseek(fd, 0, SEEK_CUR), 3);
    EXPECT(write(fd, buffer, BSIZE), BSIZE);
    EXPECT(lseek(fd, 0, SEEK_CUR), BSIZE + 3);
    fd = must_open("f", O_WRONLY | O_APPEND);
    EXPECT(write(fd, "x", 1), 1);
    EXPECT(lseek(fd, 0, SEEK_CUR), BSIZE + 4);
}

const struct test file_tests[] = {
    {"files: what is written is read", file_round_trip, UNIX},
    {"files: a write in the middle leaves the rest", file_overwrite, UNIX},
    {"files: every descriptor sees a write at once", file_seen_at_once,
     UNIX},
    {"files: read in pieces of any size", file_read_pieces, UNIX},
    {"files: written in pieces of any size", file_write_pieces, UNIX},
    {"files: sizes around the edges of blocks", file_edges, UNIX},
    {"files: one write of 400 KiB", file_one_long_write, UNIX},
    {"files: a write from before the end to after", file_write_across_end,
     UNIX},
    {"files: many small writes", file_small_appends, UNIX},
    {"files: two grow in turn", file_two_at_once, UNIX},
    {"files: new blocks show nothing of a removed file",
     file_holds_no_secrets, UNIX},
    {"files: one process reads what another appends", file_reader_of_growing,
     UNIX},
    {"read: moves the offset by as much as it gives", read_moves_offset, UNIX},
    {"write: moves the offset by as much as it takes", write_moves_offset,
     UNIX},
    {NULL, NULL, 0},
};
