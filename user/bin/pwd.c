/*
 * pwd - prints the path of the current directory.
 *
 * A process knows its current directory only as an inode.  So this walks up: in
 * each parent it looks for the name whose inode number is that of the directory
 * it comes from, until a directory is its own parent: the root.
 */
#include <dir.h>
#include <fcntl.h>
#include <lib/limits.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path so far.  It grows at its front, so it stands at the array's end. */
static char path[1024];
static char *start = path + sizeof path - 1;

static void
fail(const char *why)
{
    dprintf(STDERR_FILENO, "pwd: %s\n", why);
    exit(EXIT_FAILURE);
}

static void
put_in_front(const char *name)
{
    size_t length = strlen(name);

    if ((size_t)(start - path) < length + 1)
        fail("the path is too long");
    start -= length;
    memcpy(start, name, length);
    *--start = '/';
}

/* Returns the inode number of a directory. */
static uint32_t
inode_of(const char *directory)
{
    struct stat st;

    if (stat(directory, &st) < 0)
        fail("a directory above cannot be read");
    return st.ino;
}

/* Puts the name that inode `ino` has in `directory` in front of the path. */
static void
add_name(const char *directory, uint32_t ino)
{
    char name[NAME_SIZE];
    int fd = open(directory, O_RDONLY);
    int found;

    if (fd < 0)
        fail("a directory above cannot be read");
    do {
        found = dir_next(fd, name);
    } while (found > 0 && ((uint32_t)found != ino || strcmp(name, ".") == 0 ||
                           strcmp(name, "..") == 0));
    close(fd);
    if (found <= 0)
        fail("the current directory is in no other");
    put_in_front(name);
}

int
main(void)
{
    char up[MAXPATH] = ".";     // then ./.. and ./../.. and so on
    uint32_t ino = inode_of(up);

    for (;;) {
        if (strlcat(up, "/..", sizeof up) >= sizeof up)
            fail("the current directory is too deep");
        uint32_t parent = inode_of(up);
        if (parent == ino)
            break;
        add_name(up, ino);
        ino = parent;
    }
    printf("%s\n", *start != '\0' ? start : "/");
    return EXIT_SUCCESS;
}
