/*
 * ls - lists directories, one name a line, sorted.
 *
 * -l adds what each is, how many names it has and its size; -a shows also the
 * names that begin with a dot.
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

static bool long_lines;         // -l
static bool all_names;          // -a

/* The names in a directory, one after the other; grows as it needs to. */
struct list {
    char (*names)[NAME_SIZE];
    size_t count, room;
};

static int
compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool
add_name(struct list *list, const char *name)
{
    if (list->count == list->room) {
        size_t room = list->room > 0 ? list->room * 2 : 64;
        void *names = realloc(list->names, room * sizeof list->names[0]);
        if (names == NULL)
            return false;
        list->names = names;
        list->room = room;
    }
    strlcpy(list->names[list->count++], name, NAME_SIZE);
    return true;
}

static const char *
type_name(int type)
{
    switch (type) {
    case T_DIR:
        return "dir";
    case T_FILE:
        return "file";
    case T_DEV:
        return "dev";
    default:
        return "?";
    }
}

/* Prints the line of the file at path, under the name it is to have there. */
static int
print(const char *path, const char *name)
{
    struct stat st;
    int n;

    if (!long_lines) {
        n = printf("%s\n", name);
    } else {
        if (look_at(path, &st) < 0)
            return complain("ls", "cannot look at", path,
                            explain(path, READ_IT));
        n = printf("%-4s %3d %8u %s\n", type_name(st.type), st.nlink,
                   (unsigned)st.size, name);
    }
    if (n < 0)
        output_failed("ls");
    return EXIT_SUCCESS;
}

static int
print_names(const char *directory, const struct list *list)
{
    char path[MAXPATH];
    int status = EXIT_SUCCESS;

    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->names[i];
        if (name[0] == '.' && !all_names)
            continue;
        if (join_path(path, sizeof path, directory, name) < 0)
            return complain("ls", "cannot look at", name, "path is too long");
        status |= print(path, name);
    }
    return status;
}

static int
list_directory(const char *path)
{
    struct list list = { .names = NULL };
    char name[NAME_SIZE];
    int fd = open_file("ls", path, O_RDONLY);
    int found;

    if (fd < 0)
        return EXIT_FAILURE;
    do {
        found = dir_next(fd, name);
    } while (found > 0 && add_name(&list, name));
    close(fd);

    qsort(list.names, list.count, NAME_SIZE, compare);
    int status = print_names(path, &list);
    free(list.names);
    if (found > 0)
        return complain("ls", "cannot list all of", path, "no memory");
    if (found < 0)
        return read_failed("ls", path);
    return status;
}

static int
list_path(const char *path, bool title)
{
    struct stat st;

    if (look_at(path, &st) < 0)
        return complain("ls", "cannot find", path, explain(path, READ_IT));
    if (st.type != T_DIR)
        return print(path, path);
    if (title)
        printf("%s:\n", path);
    return list_directory(path);
}

int
main(int argc, char *argv[])
{
    int status = EXIT_SUCCESS;
    int option;

    do {                        // -1 asks for what is done anyway
        option = getopt(argc, argv, "la1");
        long_lines |= option == 'l';
        all_names |= option == 'a';
    } while (option >= 0 && option != '?');
    if (option == '?') {
        dprintf(STDERR_FILENO, "usage: ls [-l] [-a] [FILE...]\n");
        return EXIT_FAILURE;
    }
    if (optind == argc)
        return list_path(".", false);
    for (int i = optind; i < argc; i++)
        status |= list_path(argv[i], argc - optind > 1);
    return status;
}
