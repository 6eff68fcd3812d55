/* cat - writes files, or the input, to the output. */
#include <complain.h>
#include <input.h>
#include <stat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char buf[4096];

/*
 * Is fd the very file that the output goes to?  Then copying would never end.
 */
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
    if (is_output(fd))
        return complain("cat", "cannot read", name, "it is also the output");
    int n = read(fd, buf, sizeof buf);

    while (n > 0) {
        if (write_all(STDOUT_FILENO, buf, (size_t)n) < 0)
            output_failed("cat");
        n = read(fd, buf, sizeof buf);
    }
    return n == 0 ? EXIT_SUCCESS : read_failed("cat", name);
}

int
main(int argc, char *argv[])
{
    if (getopt(argc, argv, "") >= 0) {
        dprintf(STDERR_FILENO, "usage: cat [FILE...]\n");
        return EXIT_FAILURE;
    }
    return for_each_input("cat", argv + optind, FILES_ONLY, copy);
}
