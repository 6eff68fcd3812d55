/* Directories and paths. */
#include "dir.h"

#include <stat.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
dir_next(int fd, char name[NAME_SIZE])
{
    struct dirent entry;
    int n;

    do {
        n = read(fd, &entry, sizeof entry);
    } while (n == sizeof entry && entry.inum == 0);
    if (n == 0)
        return 0;
    if (n != sizeof entry)
        return -1;
    memcpy(name, entry.name, DIRSIZ);
    name[DIRSIZ] = '\0';
    return entry.inum;
}

bool
is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool
is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && st.type == T_DIR;
}

const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

void
cut_slashes(char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        path[--length] = '\0';
}

int
join_path(char *buf, size_t size, const char *dir, const char *name)
{
    size_t length = strlen(dir);
    const char *slash = length > 0 && dir[length - 1] == '/' ? "" : "/";

    int n = snprintf(buf, size, "%s%s%s", dir, slash, name);
    return (size_t)n < size ? 0 : -1;
}
