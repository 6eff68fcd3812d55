/*
 * tail - writes the last lines of files or of the input.
 *
 * The input may be a pipe, which cannot be read backwards.  So the last lines
 * seen so far are kept, in a ring: line i stands at i % n until line i + n
 * takes its place.
 */
#include <fcntl.h>
#include <output.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES_MAX = 100000 };

struct ring {
    char **lines;               // n copies of lines, NULL where there is none
    unsigned n;
    unsigned seen;              // lines so far
};

static int
complain(const char *what, const char *name)
{
    dprintf(STDERR_FILENO, "tail: %s %s\n", what, name);
    return EXIT_FAILURE;
}

/* Reads all lines, keeping the last ones.  Returns false without memory. */
static bool
fill(struct ring *ring, struct reader *reader)
{
    const char *line = reader_line(reader, NULL);

    for (; line != NULL; line = reader_line(reader, NULL)) {
        unsigned i = ring->seen++ % ring->n;
        free(ring->lines[i]);
        ring->lines[i] = strdup(line);
        if (ring->lines[i] == NULL)
            return false;
    }
    return true;
}

static void
print(const struct ring *ring)
{
    unsigned first = ring->seen > ring->n ? ring->seen - ring->n : 0;

    for (unsigned i = first; i < ring->seen; i++)
        if (printf("%s\n", ring->lines[i % ring->n]) < 0)
            output_failed("tail");
}

static void
empty(struct ring *ring)
{
    for (unsigned i = 0; i < ring->n; i++) {
        free(ring->lines[i]);
        ring->lines[i] = NULL;
    }
    ring->seen = 0;
}

static int
tail(int fd, const char *name, struct ring *ring)
{
    static struct reader reader;
    int status = EXIT_SUCCESS;

    reader_open(&reader, fd);
    if (!fill(ring, &reader))
        status = complain("no memory for the lines of", name);
    else if (reader.failed)
        status = complain("cannot read", name);
    else
        print(ring);
    empty(ring);
    reader_close(&reader);
    return status;
}

static int
tail_path(const char *path, struct ring *ring)
{
    int fd = open(path, O_RDONLY);

    if (fd < 0)
        return complain("cannot open", path);
    int status = tail(fd, path, ring);
    close(fd);
    return status;
}

int
main(int argc, char *argv[])
{
    int n = 10;
    int status = EXIT_SUCCESS;
    int option = getopt(argc, argv, "n:");

    for (; option == 'n' && n >= 0; option = getopt(argc, argv, "n:"))
        n = parse_number(optarg, LINES_MAX);
    if (option >= 0 || n < 0) {
        dprintf(STDERR_FILENO, "usage: tail [-n LINES] [FILE...]\n");
        return EXIT_FAILURE;
    }
    if (n == 0)
        return EXIT_SUCCESS;

    struct ring ring = { .n = (unsigned)n };
    ring.lines = calloc(ring.n, sizeof ring.lines[0]);
    if (ring.lines == NULL)
        return complain("no memory for", "the lines");
    if (optind == argc)
        return tail(STDIN_FILENO, "the input", &ring);
    for (int i = optind; i < argc; i++) {
        if (argc - optind > 1)
            printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
        status |= tail_path(argv[i], &ring);
    }
    return status;
}
