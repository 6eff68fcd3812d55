/* Tests of lseek, and of the holes it can leave. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"

static int fd;

/* The byte at this offset of fd, or -1 past its end. */
static int
byte_at(int offset)
{
    unsigned char c = 0xee;
    EXPECT(lseek(fd, offset, SEEK_SET), offset);
    int n = read(fd, &c, 1);
    CHECK(n == 0 || n == 1);
    return n == 1 ? c : -1;
}

static void
seek_origins(void)
{
    make_file("f", "0123456789");
    fd = must_open("f", O_RDWR);
    EXPECT(lseek(fd, 0, SEEK_CUR), 0);
    EXPECT(lseek(fd, 4, SEEK_SET), 4);
    EXPECT(lseek(fd, 3, SEEK_CUR), 7);
    EXPECT(lseek(fd, -5, SEEK_CUR), 2);
    EXPECT(lseek(fd, 0, SEEK_END), 10);
    EXPECT(lseek(fd, -1, SEEK_END), 9);
    EXPECT(read(fd, buffer, 5), 1);
    EXPECT(buffer[0], '9');
    EXPECT(lseek(fd, 0, SEEK_CUR), 10);
}

static void
seek_before_start(void)
{
    make_file("f", "0123456789");
    fd = must_open("f", O_RDWR);
    EXPECT(lseek(fd, 4, SEEK_SET), 4);
    EXPECT(lseek(fd, -1, SEEK_SET), -1);
    EXPECT(lseek(fd, -5, SEEK_CUR), -1);
    EXPECT(lseek(fd, -11, SEEK_END), -1);
    EXPECT(lseek(fd, -0x7fffffff - 1, SEEK_SET), -1);
    EXPECT(lseek(fd, -0x7fffffff - 1, SEEK_CUR), -1);
    EXPECT(lseek(fd, -0x7fffffff - 1, SEEK_END), -1);
    EXPECT(lseek(fd, 0, SEEK_CUR), 4);
}

static void
seek_bad_origin(void)
{
    make_file("f", "0123456789");
    fd = must_open("f", O_RDWR);
    EXPECT(lseek(fd, 1, 17), -1);
    EXPECT(lseek(fd, 1, -1), -1);
    EXPECT(lseek(fd, 0, SEEK_CUR), 0);
}

/* A sum past the largest int must not come out as a small offset. */
static void
seek_overflow(void)
{
    make_file("f", "0123456789");
    fd = must_open("f", O_RDWR);
    EXPECT(lseek(fd, 5, SEEK_SET), 5);
    EXPECT(lseek(fd, 0x7fffffff, SEEK_CUR), -1);
    EXPECT(lseek(fd, 0x7fffffff, SEEK_END), -1);
    EXPECT(lseek(fd, 0, SEEK_CUR), 5);
}

static void
seek_not_a_pipe(void)
{
    int fds[2];
    EXPECT(pipe(fds), 0);
    EXPECT(write(fds[1], "abc", 3), 3);
    EXPECT(lseek(fds[0], 1, SEEK_SET), -1);
    EXPECT(lseek(fds[1], 0, SEEK_CUR), -1);
    EXPECT(read(fds[0], buffer, 3), 3);
}

static void
seek_past_end(void)
{
    make_file("f", "abc");
    fd = must_open("f", O_RDWR);
    EXPECT(lseek(fd, 1000, SEEK_SET), 1000);
    EXPECT(read(fd, buffer, 10), 0);
    EXPECT(size_of("f"), 3);
    EXPECT(write(fd, "z", 1), 1);
    EXPECT(size_of("f"), 1001);
    EXPECT(byte_at(2), 'c');
    EXPECT(byte_at(3), 0);
    EXPECT(byte_at(999), 0);
    EXPECT(byte_at(1000), 'z');
}

/* Nothing between two far blocks; the indirect block begins in the hole. */
static void
hole_reads_zeros(void)
{
    enum { FAR = (NDIRECT + 40) * BSIZE };
    fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(write(fd, "a", 1), 1);
    EXPECT(lseek(fd, FAR, SEEK_SET), FAR);
    EXPECT(write(fd, "z", 1), 1);
    EXPECT(size_of("f"), FAR + 1);
    EXPECT(lseek(fd, 1, SEEK_SET), 1);
    for (int done = 1; done < FAR; done += BSIZE) {
        int n = FAR - done < BSIZE ? FAR - done : BSIZE;
        EXPECT(read(fd, buffer, n), n);
        for (int i = 0; i < n; i++)
            EXPECT(buffer[i], 0);
    }
    EXPECT(read(fd, buffer, 10), 1);
    EXPECT(buffer[0], 'z');
}

static void
hole_filled_later(void)
{
    enum { END = 8 * BSIZE };
    fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(lseek(fd, END, SEEK_SET), END);
    EXPECT(write(fd, "z", 1), 1);
    EXPECT(byte_at(3 * BSIZE + 7), 0);
    EXPECT(lseek(fd, 3 * BSIZE + 7, SEEK_SET), 3 * BSIZE + 7);
    EXPECT(write(fd, "m", 1), 1);
    EXPECT(size_of("f"), END + 1);
    EXPECT(byte_at(3 * BSIZE + 6), 0);
    EXPECT(byte_at(3 * BSIZE + 7), 'm');
    EXPECT(byte_at(3 * BSIZE + 8), 0);
    EXPECT(byte_at(4 * BSIZE), 0);
    EXPECT(byte_at(END), 'z');
}

static void
hole_at_largest(void)
{
    fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(lseek(fd, FILE_MAX_BYTES - 1, SEEK_SET), FILE_MAX_BYTES - 1);
    EXPECT(write(fd, "z", 1), 1);
    EXPECT(size_of("f"), FILE_MAX_BYTES);
    EXPECT(byte_at(0), 0);
    EXPECT(byte_at(FILE_MAX_BYTES / 2), 0);
    EXPECT(byte_at(FILE_MAX_BYTES - 1), 'z');
    EXPECT(write(fd, "z", 1), -1);
    EXPECT(size_of("f"), FILE_MAX_BYTES);
}

static void
write_past_largest(void)
{
    static const int far[] = {
        FILE_MAX_BYTES, FILE_MAX_BYTES + 1, FILE_MAX_BYTES + BSIZE, 0x40000000,
        0x7ffff000, 0x7fffffff,
    };
    fd = must_open("f", O_CREATE | O_RDWR);
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
        remark("offset 0x%x", far[i]);
        if (lseek(fd, far[i], SEEK_SET) < 0)
            continue;
        EXPECT(read(fd, buffer, 10), 0);
        EXPECT(write(fd, "x", 1), -1);
        EXPECT(write(fd, buffer, 2 * BSIZE), -1);
        EXPECT(size_of("f"), 0);
    }
}

static void
seek_shared_with_child(void)
{
    make_file("f", "0123456789");
    fd = must_open("f", O_RDONLY);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(lseek(fd, 6, SEEK_SET), 6);
        return;
    }
    EXPECT(reap(pid), 0);
    EXPECT(read(fd, buffer, 1), 1);
    EXPECT(buffer[0], '6');
}

static void
seek_write_back(void)
{
    fd = must_open("f", O_CREATE | O_RDWR);
    for (int i = 9; i >= 0; i--) {
        char digit = (char)('0' + i);
        EXPECT(lseek(fd, i, SEEK_SET), i);
        EXPECT(write(fd, &digit, 1), 1);
    }
    EXPECT_FILE("f", "0123456789");
}

static void
seek_not_a_device(void)
{
    fd = must_open("/console", O_RDWR);
    EXPECT(lseek(fd, 0, SEEK_SET), -1);
    EXPECT(lseek(fd, 0, SEEK_CUR), -1);
    EXPECT(lseek(fd, 0, SEEK_END), -1);
}

const struct test seek_tests[] = {
    {"lseek: from the start, from here, from the end", seek_origins, UNIX},
    {"lseek: not to before the start", seek_before_start, UNIX},
    {"lseek: not from anywhere else", seek_bad_origin, UNIX},
    {"lseek: not so far that the sum overflows", seek_overflow, 0},
    {"lseek: not in a pipe", seek_not_a_pipe, UNIX},
    {"lseek: past the end, where a write makes a hole", seek_past_end, UNIX},
    {"lseek: moves the offset that a child shares", seek_shared_with_child,
     UNIX},
    {"lseek: a file written from its end to its start", seek_write_back,
     UNIX},
    {"holes: read as zeros", hole_reads_zeros, UNIX},
    {"holes: can be filled later", hole_filled_later, UNIX},
    {"holes: up to the last byte of the largest file", hole_at_largest, 0},
    {"holes: no write past the largest file", write_past_largest, 0},
    {"lseek: not in a device", seek_not_a_device, 0},
    {NULL, NULL, 0},
};
