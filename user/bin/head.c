/* head - writes the first lines of files or of the input. */
#include <fcntl.h>
#include <limits.h>
#include <output.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct output output = { .fd = STDOUT_FILENO };

/* Writes the first n lines of fd.  Returns an exit status. */
static int
head(int fd, const char *name, int n)
{
    static struct reader reader;

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
    if (reader.failed) {
        dprintf(STDERR_FILENO, "head: cannot read %s\n", name);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

static int
head_path(const char *path, int n)
{
    int fd = open(path, O_RDONLY);

    if (fd < 0) {
        dprintf(STDERR_FILENO, "head: cannot open %s\n", path);
        return EXIT_FAILURE;
    }
    int status = head(fd, path, n);
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
        n = parse_number(optarg, INT_MAX);
    if (option >= 0 || n < 0) {
        dprintf(STDERR_FILENO, "usage: head [-n LINES] [FILE...]\n");
        return EXIT_FAILURE;
    }
    if (optind == argc)
        return head(STDIN_FILENO, "the input", n);
    for (int i = optind; i < argc; i++) {
        if (argc - optind > 1)
            printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
        status |= head_path(argv[i], n);
    }
    return status;
}
