/*
 * mkdir - makes directories.
 *
 * -p makes those above as well, and does not mind what is there already.
 */
#include <complain.h>
#include <dir.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
make(const char *path)
{
    if (mkdir(path) < 0)
        return complain("mkdir", "cannot make", path, explain(path, MAKE_IT));
    return EXIT_SUCCESS;
}

/* Makes the directories that path leads through, then itself. */
static int
make_path(char *path)
{
    char *slash = strchr(path + 1, '/');

    for (; slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!is_directory(path) && make(path) != EXIT_SUCCESS)
            return EXIT_FAILURE;
        *slash = '/';
    }
    return is_directory(path) ? EXIT_SUCCESS : make(path);
}

int
main(int argc, char *argv[])
{
    bool whole_path = false;
    int status = EXIT_SUCCESS;
    int option = getopt(argc, argv, "p");

    for (; option == 'p'; option = getopt(argc, argv, "p"))
        whole_path = true;
    if (option >= 0 || optind == argc) {
        dprintf(STDERR_FILENO, "usage: mkdir [-p] DIRECTORY...\n");
        return EXIT_FAILURE;
    }
    for (int i = optind; i < argc; i++)
        status |= whole_path ? make_path(argv[i]) : make(argv[i]);
    return status;
}
