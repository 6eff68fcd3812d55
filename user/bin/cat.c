/* cat - writes files, or the input, to the output. */
#include <dir.h>
#include <fcntl.h>
#include <output.h>
#include <stat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buf[4096];

/* Is fd the very file that the output goes to?  Then copying would never end. */
static bool
is_output(int fd)
{
    struct stat in, out;

    return fstat(fd, &in) == 0 && fstat(STDOUT_FILENO, &out) == 0 &&
           in.type == T_FILE && out.type == T_FILE && in.ino == out.ino;
}

/* Copies fd to the output.  Returns an exit status. */
static int
copy(int fd, const char *name)
{
    if (is_output(fd)) {
        dprintf(STDERR_FILENO, "cat: %s is also the output\n", name);
        return EXIT_FAILURE;
    }
    int n = read(fd, buf, sizeof buf);

    while (n > 0) {
        if (write_all(STDOUT_FILENO, buf, (size_t)n) < 0)
            output_failed("cat");
        n = read(fd, buf, sizeof buf);
    }
    if (n < 0) {
        dprintf(STDERR_FILENO, "cat: cannot read %s\n", name);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

static int
copy_file(const char *path)
{
    if (strcmp(path, "-") == 0)
        return copy(STDIN_FILENO, "the input");

    if (is_directory(path)) {
        dprintf(STDERR_FILENO, "cat: %s is a directory\n", path);
        return EXIT_FAILURE;
    }
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        dprintf(STDERR_FILENO, "cat: cannot open %s\n", path);
        return EXIT_FAILURE;
    }
    int status = copy(fd, path);
    close(fd);
    return status;
}

int
main(int argc, char *argv[])
{
    int status = EXIT_SUCCESS;

    if (getopt(argc, argv, "") >= 0) {
        dprintf(STDERR_FILENO, "usage: cat [FILE...]\n");
        return EXIT_FAILURE;
    }
    if (optind == argc)
        return copy(STDIN_FILENO, "the input");
    for (int i = optind; i < argc; i++)
        status |= copy_file(argv[i]);
    return status;
}
