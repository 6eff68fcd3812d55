/*
 * rm - removes files and empty directories.
 *
 * -r removes a directory with all that is in it, -f does not mind files that
 * are not there.
 */
#include <dir.h>
#include <fcntl.h>
#include <lib/limits.h>
#include <stat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
complain(const char *path, const char *what)
{
    dprintf(STDERR_FILENO, "rm: %s: %s\n", path, what);
    return EXIT_FAILURE;
}

static bool
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int remove_tree(char *path);

/*
 * Removes all that is in the directory at path, which is an array of MAXPATH
 * bytes.  Each name is put behind it in that array and taken off again: with an
 * array for every level, a deep tree would not fit on the stack.
 */
static int
remove_entries(char *path)
{
    size_t length = strlen(path);
    char name[NAME_SIZE];
    int status = EXIT_SUCCESS;
    int fd = open(path, O_RDONLY);

    if (fd < 0)
        return complain(path, "cannot open it");
    while (status == EXIT_SUCCESS && dir_next(fd, name) > 0) {
        if (is_dots(name))
            continue;
        if (length + 1 + strlen(name) >= MAXPATH) {
            status = complain(path, "a path in it is too long");
        } else {
            snprintf(path + length, MAXPATH - length, "/%s", name);
            status = remove_tree(path);
            path[length] = '\0';
        }
    }
    close(fd);
    return status;
}

static int
remove_tree(char *path)
{
    if (is_directory(path) && remove_entries(path) != EXIT_SUCCESS)
        return EXIT_FAILURE;
    if (unlink(path) < 0)
        return complain(path, "cannot remove it");
    return EXIT_SUCCESS;
}

static int
remove_argument(const char *argument, bool recursive, bool force)
{
    char path[MAXPATH];
    struct stat st;

    if (strlcpy(path, argument, sizeof path) >= sizeof path)
        return complain(argument, "the path is too long");
    if (stat(path, &st) < 0)
        return force ? EXIT_SUCCESS : complain(path, "cannot find it");
    if (is_dots(base_name(path)) || *base_name(path) == '\0')
        return complain(path, "this is never removed");
    if (recursive)
        return remove_tree(path);
    if (unlink(path) < 0)
        return complain(path, st.type == T_DIR
                        ? "a directory that is not empty (-r removes it whole)"
                        : "cannot remove it");
    return EXIT_SUCCESS;
}

int
main(int argc, char *argv[])
{
    bool recursive = false;
    bool force = false;
    int status = EXIT_SUCCESS;
    int option = getopt(argc, argv, "rf");

    for (; option == 'r' || option == 'f'; option = getopt(argc, argv, "rf")) {
        recursive |= option == 'r';
        force |= option == 'f';
    }
    if (option >= 0 || (optind == argc && !force)) {
        dprintf(STDERR_FILENO, "usage: rm [-r] [-f] FILE...\n");
        return EXIT_FAILURE;
    }
    for (int i = optind; i < argc; i++)
        status |= remove_argument(argv[i], recursive, force);
    return status;
}
