/* Folders of the host. */

#define _POSIX_C_SOURCE 200809L

#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "image.h"

bool
is_folder(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        die("%s: %s", path, strerror(errno));
    return S_ISDIR(st.st_mode);
}

static int
compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_dot_or_dotdot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

char **
folder_names(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    size_t n = 0, room = 16;
    char **names = allocate(room * sizeof(names[0]));

    if (folder == NULL)
        die("%s: %s", path, strerror(errno));
    for (entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (is_dot_or_dotdot(entry->d_name))
            continue;
        if (n + 1 == room) {
            room *= 2;
            names = reallocate(names, room * sizeof(names[0]));
        }
        names[n] = allocate(strlen(entry->d_name) + 1);
        strcpy(names[n], entry->d_name);
        n++;
    }
    closedir(folder);
    names[n] = NULL;
    qsort(names, n, sizeof(names[0]), compare_strings);
    return names;
}
