/* Finding out why a call about a file failed. */
#include "complain.h"

#include <dir.h>
#include <fcntl.h>
#include <lib/limits.h>
#include <stat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(DIRSIZ == 14 && MAXPATH == 256, "messages below say so");

/* Every look at a path needs a descriptor. */
static bool
can_open(void)
{
    int fd = open("/", O_RDONLY);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool
has_long_name(const char *path)
{
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length > DIRSIZ)
            return true;
        path += length + strspn(path + length, "/");
    }
    return false;
}

/* Returns the type of the file at path, 0 if there is none. */
static int
type_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.type : 0;
}

/*
 * Cuts path in two: at its last slash, or behind it if that is the root.
 * Returns the type of what stands before, the current directory if nothing.
 */
static int
type_of_parent(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL)
        return type_of(".");
    slash[slash == path ? 1 : 0] = '\0';
    return type_of(path);
}

/* What explain says of a correct path of a file that cannot be opened. */
static const char *
explain_missing(const char *path, enum purpose purpose)
{
    char parent[MAXPATH];

    strlcpy(parent, path, sizeof parent);
    int type = type_of_parent(parent);
    if (type == 0)
        return "no such directory";
    if (type != T_DIR)
        return "not a directory";
    if (is_there(path))
        return "a device without a driver, or the disk has failed";
    if (purpose == READ_IT)
        return "no such file";
    if (purpose == ENTER_IT)
        return "no such directory";
    return "the disk is full, or has failed";
}

const char *
explain(const char *path, enum purpose purpose)
{
    char name[MAXPATH];         // path without slashes at its end

    if (*path == '\0')
        return "an empty name";
    if (strlcpy(name, path, sizeof name) >= sizeof name)
        return "path longer than 255 bytes";
    if (has_long_name(path))
        return "name longer than 14 bytes";
    if (!can_open())
        return "too many files are open";

    cut_slashes(name);
    bool needs_directory =
        purpose == ENTER_IT || path[strlen(name)] == '/';
    int type = type_of(name);
    if (type == 0) {
        bool no_file = needs_directory && purpose == WRITE_IT;
        return explain_missing(name, no_file ? ENTER_IT : purpose);
    }
    if (needs_directory && type != T_DIR)
        return "not a directory";
    if (purpose == MAKE_IT)
        return "it is there already";
    if (purpose == WRITE_IT && type == T_DIR)
        return "is a directory";
    return purpose == WRITE_IT ? "the disk is full, or has failed"
                               : "the disk has failed";
}

const char *
explain_write(int fd)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return "it is closed";
    if (st.type == 0)
        return "nobody reads it";
    if (st.type == T_DEV)
        return "this device takes no output";
    if (st.size >= MAXFILE * BSIZE)
        return "no file can be larger";
    return "the disk is full, or has failed";
}

int
complain(const char *program, const char *what, const char *path,
         const char *why)
{
    dprintf(STDERR_FILENO, "%s: %s %s: %s\n", program, what,
            *path != '\0' ? path : "\"\"", why);
    return EXIT_FAILURE;
}

int
open_file(const char *program, const char *path, int flags)
{
    int fd = open(path, flags);
    bool reads = (flags & O_ACCMODE) == O_RDONLY;

    if (fd < 0)
        complain(program, "cannot open", path,
                 explain(path, reads ? READ_IT : WRITE_IT));
    return fd;
}

int
read_failed(const char *program, const char *name)
{
    return complain(program, "cannot read", name,
                    "the disk has failed, or memory is out");
}

void
output_failed(const char *program)
{
    struct stat st;

    if (fstat(STDOUT_FILENO, &st) < 0 || st.type != 0)
        complain(program, "cannot write", "the output",
                 explain_write(STDOUT_FILENO));
    exit(EXIT_FAILURE);
}
