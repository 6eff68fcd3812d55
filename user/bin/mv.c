/* mv - renames files and directories, or moves them into a directory. */
#include <complain.h>
#include <dir.h>
#include <lib/limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Returns whether path begins with the name of that directory and a slash. */
static bool
is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);

    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

static int
move(const char *from, const char *to)
{
    const char *name = base_name(from);

    if (rename(from, to) == 0)
        return EXIT_SUCCESS;
    if (!is_there(from))
        return complain("mv", "cannot move", from, explain(from, READ_IT));
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || *name == '\0')
        return complain("mv", "cannot move", from, "this name always stays");
    if (is_below(to, from))
        return complain("mv", "cannot move", from, "into itself");
    return complain("mv", "cannot move to", to, explain(to, MAKE_IT));
}

static int
move_into(const char *from, const char *directory)
{
    char path[MAXPATH];

    if (join_path(path, sizeof path, directory, base_name(from)) < 0)
        return complain("mv", "cannot move", from, "path is too long");
    return move(from, path);
}

int
main(int argc, char *argv[])
{
    const char *target = argv[argc - 1];
    int status = EXIT_SUCCESS;
    int option = getopt(argc, argv, "f");

    while (option == 'f')       // habit: what is there is replaced anyway
        option = getopt(argc, argv, "f");
    if (option >= 0 || argc - optind < 2) {
        dprintf(STDERR_FILENO, "usage: mv OLD NEW, or mv OLD... DIRECTORY\n");
        return EXIT_FAILURE;
    }
    if (!is_directory(target)) {
        if (argc - optind == 2)
            return move(argv[optind], target);
        return complain("mv", "cannot move to", target,
                        explain(target, ENTER_IT));
    }
    for (int i = optind; i < argc - 1; i++)
        status |= move_into(argv[i], target);
    return status;
}
