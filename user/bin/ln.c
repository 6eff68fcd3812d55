/* ln - gives a file another name. */
#include <dir.h>
#include <lib/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char path[MAXPATH];

    if (argc != 3 || argv[1][0] == '-') {
        dprintf(STDERR_FILENO, "usage: ln FILE NAME\n");
        return EXIT_FAILURE;
    }
    const char *to = argv[2];
    if (is_directory(to)) {
        if (join_path(path, sizeof path, to, base_name(argv[1])) < 0) {
            dprintf(STDERR_FILENO, "ln: %s: the path is too long\n", to);
            return EXIT_FAILURE;
        }
        to = path;
    }
    if (link(argv[1], to) < 0) {
        dprintf(STDERR_FILENO, "ln: cannot link %s to %s\n", to, argv[1]);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
