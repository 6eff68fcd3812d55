/* mv - renames files and directories, or moves them into a directory. */
#include <dir.h>
#include <lib/limits.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
move(const char *from, const char *to)
{
    struct stat st;

    if (rename(from, to) == 0)
        return EXIT_SUCCESS;
    if (stat(from, &st) < 0)
        dprintf(STDERR_FILENO, "mv: cannot find %s\n", from);
    else
        dprintf(STDERR_FILENO, "mv: cannot move %s to %s\n", from, to);
    return EXIT_FAILURE;
}

static int
move_into(const char *from, const char *directory)
{
    char path[MAXPATH];

    if (join_path(path, sizeof path, directory, base_name(from)) < 0) {
        dprintf(STDERR_FILENO, "mv: %s: the path is too long\n", from);
        return EXIT_FAILURE;
    }
    return move(from, path);
}

int
main(int argc, char *argv[])
{
    const char *target = argv[argc - 1];
    int status = EXIT_SUCCESS;

    if (getopt(argc, argv, "") >= 0 || argc - optind < 2) {
        dprintf(STDERR_FILENO, "usage: mv OLD NEW, or mv OLD... DIRECTORY\n");
        return EXIT_FAILURE;
    }
    if (!is_directory(target)) {
        if (argc - optind == 2)
            return move(argv[optind], target);
        dprintf(STDERR_FILENO, "mv: %s is not a directory\n", target);
        return EXIT_FAILURE;
    }
    for (int i = optind; i < argc - 1; i++)
        status |= move_into(argv[i], target);
    return status;
}
