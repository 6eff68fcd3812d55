/* ln - gives a file another name. */
#include <complain.h>
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
        dprintf(STDERR_FILENO, "usage: ln FILE NAME  "
                               "(there are no symbolic links)\n");
        return EXIT_FAILURE;
    }
    const char *from = argv[1];
    const char *to = argv[2];
    if (is_directory(to)) {
        if (join_path(path, sizeof path, to, base_name(from)) < 0)
            return complain("ln", "cannot link", from, "path is too long");
        to = path;
    }
    if (link(from, to) == 0)
        return EXIT_SUCCESS;
    if (is_directory(from))
        return complain("ln", "cannot link", from, "is a directory");
    if (!is_there(from))
        return complain("ln", "cannot link", from, explain(from, READ_IT));
    return complain("ln", "cannot make", to, explain(to, MAKE_IT));
}
