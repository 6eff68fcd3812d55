/* Directories and paths. */
#include "dir.h"

#include <fcntl.h>
#include <lib/limits.h>
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

int
look_at(const char *path, struct stat *st)
{
    char directory[MAXPATH] = ".", name[NAME_SIZE];
    const char *last = base_name(path);
    size_t length = (size_t)(last - path);
    int found;

    if (stat(path, st) == 0)
        return 0;
    memset(st, 0, sizeof *st);
    if (length >= sizeof directory)
        return -1;
    if (length > 0)
        strlcpy(directory, path, length + 1);
    int fd = open(directory, O_RDONLY);
    if (fd < 0)
        return -1;
    do {
        found = dir_next(fd, name);
    } while (found > 0 && strcmp(name, last) != 0);
    close(fd);
    return found > 0 ? 0 : -1;
}

bool
is_there(const char *path)
{
    struct stat st;

    return look_at(path, &st) == 0;
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
