/*
 * tail - writes the last lines of files or of the input.
 *
 * The input may be a pipe, which cannot be read backwards.  So the last lines
 * seen so far are kept, in a ring: line i stands at i % n until line i + n
 * takes its place.
 */
#include <complain.h>
#include <input.h>
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

static struct ring ring;
static bool titles;             // there are several files

/* Reads all lines, keeping the last ones.  Returns false without memory. */
static bool
fill(struct reader *reader)
{
    const char *line = reader_line(reader, NULL);

    for (; line != NULL; line = reader_line(reader, NULL)) {
        unsigned i = ring.seen++ % ring.n;
        free(ring.lines[i]);
        ring.lines[i] = strdup(line);
        if (ring.lines[i] == NULL)
            return false;
    }
    return true;
}

static void
print(void)
{
    unsigned first = ring.seen > ring.n ? ring.seen - ring.n : 0;

    for (unsigned i = first; i < ring.seen; i++)
        if (printf("%s\n", ring.lines[i % ring.n]) < 0)
            output_failed("tail");
}

static void
empty(void)
{
    for (unsigned i = 0; i < ring.n; i++) {
        free(ring.lines[i]);
        ring.lines[i] = NULL;
    }
    ring.seen = 0;
}

/* Writes the last lines of fd.  Returns an exit status. */
static int
tail(int fd, const char *name)
{
    static struct reader reader;
    int status = EXIT_SUCCESS;

    if (titles)
        print_title(name);
    reader_open(&reader, fd);
    bool filled = fill(&reader);
    if (reader.failed || !filled)
        status = read_failed("tail", name);
    else
        print();
    empty();
    reader_close(&reader);
    return status;
}

int
main(int argc, char *argv[])
{
    int n = 10;
    int option = getopt(argc, argv, "n:#");

    while ((option == 'n' || option == '#') && n >= 0) {
        n = parse_number(optarg, LINES_MAX);
        option = getopt(argc, argv, "n:#");
    }
    if (option >= 0 || n < 0) {
        dprintf(STDERR_FILENO, "usage: tail [-n LINES | -LINES] [FILE...]\n");
        return EXIT_FAILURE;
    }
    if (n == 0)
        return EXIT_SUCCESS;

    ring.n = (unsigned)n;
    ring.lines = calloc(ring.n, sizeof ring.lines[0]);
    if (ring.lines == NULL)
        return complain("tail", "cannot keep", "the lines", "no memory");
    titles = argc - optind > 1;
    return for_each_input("tail", argv + optind, FILES_ONLY, tail);
}
