/* cp - copies files. */
#include <complain.h>
#include <dir.h>
#include <fcntl.h>
#include <lib/limits.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* As much as one write moves at once: the most that is atomic. */
static char buf[64 * 1024];

/* Returns whether both are names of one file. */
static bool
is_same_file(const char *from, const char *to)
{
    struct stat a, b;

    return stat(from, &a) == 0 && stat(to, &b) == 0 && a.type == T_FILE &&
           a.dev == b.dev && a.ino == b.ino;
}

static int
copy_data(int in, int out, const char *from, const char *to)
{
    int n = read(in, buf, sizeof buf);

    while (n > 0) {
        if (write_all(out, buf, (size_t)n) < 0)
            return complain("cp", "cannot write", to, explain_write(out));
        n = read(in, buf, sizeof buf);
    }
    return n == 0 ? EXIT_SUCCESS : read_failed("cp", from);
}

static int
copy(const char *from, const char *to)
{
    if (is_directory(from))
        return complain("cp", "cannot copy", from, "is a directory");
    if (is_same_file(from, to))
        return complain("cp", "cannot copy", from, "to itself");

    int in = open_file("cp", from, O_RDONLY);
    if (in < 0)
        return EXIT_FAILURE;
    int out = open_file("cp", to, O_WRONLY | O_CREATE | O_TRUNC);
    if (out < 0) {
        close(in);
        return EXIT_FAILURE;
    }
    int status = copy_data(in, out, from, to);
    close(in);
    close(out);
    return status;
}

int
main(int argc, char *argv[])
{
    const char *target = argv[argc - 1];
    char path[MAXPATH];
    int status = EXIT_SUCCESS;

    if (getopt(argc, argv, "") >= 0 || argc - optind < 2) {
        dprintf(STDERR_FILENO, "usage: cp FILE NEW, or cp FILE... DIRECTORY\n");
        return EXIT_FAILURE;
    }
    if (!is_directory(target)) {
        if (argc - optind > 2)
            return complain("cp", "cannot copy to", target,
                            explain(target, ENTER_IT));
        return copy(argv[optind], target);
    }
    for (int i = optind; i < argc - 1; i++) {
        if (join_path(path, sizeof path, target, base_name(argv[i])) < 0)
            status |= complain("cp", "cannot copy", argv[i],
                               "path is too long");
        else
            status |= copy(argv[i], path);
    }
    return status;
}
