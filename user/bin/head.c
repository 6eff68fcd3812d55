/* head - writes the first lines of files or of the input. */
#include <complain.h>
#include <input.h>
#include <limits.h>
#include <output.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int nlines = 10;
static bool titles;             // there are several files

/* Writes the first lines of fd.  Returns an exit status. */
static int
head(int fd, const char *name)
{
    static struct reader reader;
    static struct output output = { .fd = STDOUT_FILENO };
    int n = nlines;

    if (titles)
        print_title(name);
    reader_open(&reader, fd);
    while (n > 0 && !output.failed) {
        int c = reader_char(&reader);
        if (c < 0)
            break;
        output_char(&output, (char)c);
        if (c == '\n')
            n--;
    }
    reader_close(&reader);
    if (output_flush(&output) < 0)
        output_failed("head");
    return reader.failed ? read_failed("head", name) : EXIT_SUCCESS;
}

int
main(int argc, char *argv[])
{
    int option = getopt(argc, argv, "n:#");

    while ((option == 'n' || option == '#') && nlines >= 0) {
        nlines = parse_number(optarg, INT_MAX);
        option = getopt(argc, argv, "n:#");
    }
    if (option >= 0 || nlines < 0) {
        dprintf(STDERR_FILENO, "usage: head [-n LINES | -LINES] [FILE...]\n");
        return EXIT_FAILURE;
    }
    titles = argc - optind > 1;
    return for_each_input("head", argv + optind, FILES_ONLY, head);
}
