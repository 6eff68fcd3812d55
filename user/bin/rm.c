/*
 * rm - removes files.
 *
 * -r removes directories too, with all that is in them; -f does not mind files
 * that are not there.
 */
#include <complain.h>
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
fail(const char *path, const char *why)
{
    return complain("rm", "cannot remove", path, why);
}

static bool
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
remove_file(const char *path)
{
    if (unlink(path) < 0)
        return fail(path, is_directory(path) ? "it is not empty"
                                             : "the disk has failed");
    return EXIT_SUCCESS;
}

/*
 * Finds the next name in the directory at path from *offset on, and moves that
 * behind it.  Returns false if there is none.
 */
static bool
next_entry(const char *path, int *offset, char name[NAME_SIZE])
{
    int fd = open_file("rm", path, O_RDONLY);
    int found;

    if (fd < 0)
        return false;
    lseek(fd, *offset, SEEK_SET);
    do {
        found = dir_next(fd, name);
    } while (found > 0 && is_dots(name));
    *offset = lseek(fd, 0, SEEK_CUR);
    close(fd);
    return found > 0;
}

static int remove_tree(char *path);

/*
 * Removes all that is in the directory at path, which is an array of MAXPATH
 * bytes.  Each name is put behind it in that array and taken off again: with an
 * array for every level, a deep tree would not fit on the stack.  Nor may the
 * directory stay open meanwhile, as a process has few descriptors: `offset` is
 * where to go on in it.
 */
static int
remove_entries(char *path)
{
    size_t length = strlen(path);
    char name[NAME_SIZE];
    int status = EXIT_SUCCESS;
    int offset = 0;

    while (status == EXIT_SUCCESS && next_entry(path, &offset, name)) {
        if (length + 1 + strlen(name) >= MAXPATH) {
            status = fail(path, "a path in it is too long");
        } else {
            snprintf(path + length, MAXPATH - length, "/%s", name);
            status = remove_tree(path);
            path[length] = '\0';
        }
    }
    return status;
}

static int
remove_tree(char *path)
{
    if (is_directory(path) && remove_entries(path) != EXIT_SUCCESS)
        return EXIT_FAILURE;
    return remove_file(path);
}

static int
remove_argument(const char *argument, bool recursive, bool force)
{
    char path[MAXPATH];
    struct stat st;

    if (strlcpy(path, argument, sizeof path) >= sizeof path)
        return fail(argument, "path is too long");
    cut_slashes(path);
    if (look_at(path, &st) < 0)
        return force ? EXIT_SUCCESS : fail(path, explain(path, READ_IT));
    if (is_dots(base_name(path)) || *base_name(path) == '\0')
        return fail(path, "this name always stays");
    if (recursive)
        return remove_tree(path);
    if (st.type == T_DIR)
        return fail(path, "is a directory (rm -r removes it whole)");
    return remove_file(path);
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
