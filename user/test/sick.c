/*
 * sick: makes calls about files and prints what each returns, to be run on a
 * disk that fails.
 *
 *     sick mkdir:d create:d/f append:d/f:5000 rename:d/f:g read:g
 *
 * Each word is one call and its arguments.  A call that needs an open file
 * opens it first; if that fails, -1 is printed, too.
 */
#include <fcntl.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NFIELDS = 3,                // of a word: the call and two arguments
    PIECE = 64 * 1024,          // what one write puts on the disk at once
    LINE_SIZE = 100,
};

static char buffer[PIECE];

static int
open_and_close(const char *path, int flags)
{
    int fd = open(path, flags);

    return fd < 0 ? -1 : close(fd);
}

static int
call_create(const char *path, const char *unused)
{
    (void)unused;
    return open_and_close(path, O_CREATE | O_RDWR);
}

static int
call_truncate(const char *path, const char *unused)
{
    (void)unused;
    return open_and_close(path, O_WRONLY | O_TRUNC);
}

/* Writes n bytes, which depend on n, in one call. */
static int
write_bytes(const char *path, int flags, const char *n)
{
    int count = atoi(n);
    int fd = open(path, flags);

    if (fd < 0 || count > PIECE)
        return -1;
    for (int i = 0; i < count; i++)
        buffer[i] = (char)('a' + (i + count) % 23);
    int result = write(fd, buffer, count);
    close(fd);
    return result;
}

static int
call_write(const char *path, const char *n)
{
    return write_bytes(path, O_WRONLY, n);
}

static int
call_append(const char *path, const char *n)
{
    return write_bytes(path, O_WRONLY | O_APPEND, n);
}

/* Reads all of a file, and says how much that was. */
static int
call_read(const char *path, const char *unused)
{
    int total = 0;
    int fd = open(path, O_RDONLY);

    (void)unused;
    if (fd < 0)
        return -1;
    int n = read(fd, buffer, PIECE);
    while (n > 0) {
        total += n;
        n = read(fd, buffer, PIECE);
    }
    close(fd);
    return n < 0 ? -1 : total;
}

/* Reads n bytes with one call. */
static int
call_begin(const char *path, const char *n)
{
    int fd = open(path, O_RDONLY);

    if (fd < 0)
        return -1;
    int result = atoi(n) > PIECE ? -1 : read(fd, buffer, atoi(n));
    close(fd);
    return result;
}

static int
call_mkdir(const char *path, const char *unused)
{
    (void)unused;
    return mkdir(path);
}

static int
call_mknod(const char *path, const char *major)
{
    return mknod(path, (short)atoi(major), 0);
}

static int
call_unlink(const char *path, const char *unused)
{
    (void)unused;
    return unlink(path);
}

static int
call_links(const char *path, const char *unused)
{
    struct stat st;

    (void)unused;
    return stat(path, &st) < 0 ? -1 : st.nlink;
}

static const struct call {
    const char *name;
    int (*function)(const char *first, const char *second);
} calls[] = {
    { "create", call_create }, { "truncate", call_truncate },
    { "write", call_write }, { "append", call_append },
    { "read", call_read }, { "begin", call_begin },
    { "mkdir", call_mkdir }, { "mknod", call_mknod },
    { "link", link }, { "rename", rename },
    { "unlink", call_unlink }, { "links", call_links },
};

enum { NCALLS = sizeof(calls) / sizeof(calls[0]) };

/* Splits a word at its colons; fields that are missing are empty. */
static void
split(char *word, const char *fields[NFIELDS])
{
    for (int i = 0; i < NFIELDS; i++) {
        fields[i] = word;
        while (*word != '\0' && *word != ':')
            word++;
        if (*word == ':')
            *word++ = '\0';
    }
}

static int
make_call(const char *fields[NFIELDS])
{
    for (int i = 0; i < NCALLS; i++)
        if (strcmp(calls[i].name, fields[0]) == 0)
            return calls[i].function(fields[1], fields[2]);
    dprintf(STDERR_FILENO, "sick: %s is not a call\n", fields[0]);
    exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
    const char *fields[NFIELDS];
    char line[LINE_SIZE];

    for (int i = 1; i < argc; i++) {
        split(argv[i], fields);
        int result = make_call(fields);
        // In one write, or a message of the kernel could split the line.
        snprintf(line, sizeof(line), "%s %s %s = %d\n", fields[0], fields[1],
                 fields[2], result);
        write(STDOUT_FILENO, line, strlen(line));
    }
    return EXIT_SUCCESS;
}
