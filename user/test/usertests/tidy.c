/* Removing what a test leaves behind in its folder. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"

static bool remove_all_in(void);

/*
 * Removes one entry of the current folder, and first, if it is a folder itself,
 * what is in it.
 */
static void
remove_entry(const char *name)
{
    if (unlink(name) == 0)
        return;
    if (chdir(name) < 0)
        return;
    remove_all_in();
    if (chdir("..") < 0) {
        dprintf(1, "Bail out! cannot leave %s\n", name);
        exit(1);
    }
    unlink(name);
}

/*
 * Finds the next name in the current folder from *offset on, and moves *offset
 * behind it.  The folder is not kept open: folders may be nested deeper than
 * there are descriptors.
 */
static bool
next_name(int *offset, char *name)
{
    struct dirent entry;
    bool found = false;
    int fd = open(".", O_RDONLY);
    lseek(fd, *offset, SEEK_SET);
    while (!found && read(fd, &entry, sizeof(entry)) == sizeof(entry)) {
        *offset += sizeof(entry);
        memcpy(name, entry.name, DIRSIZ);
        found = entry.inum != 0 && strcmp(name, ".") != 0 &&
            strcmp(name, "..") != 0;
    }
    close(fd);
    return found;
}

/* Goes through the current folder once; was it empty? */
static bool
remove_all_in(void)
{
    char name[DIRSIZ + 1] = "";
    int offset = 0;
    bool empty = true;
    while (next_name(&offset, name)) {
        remove_entry(name);
        empty = false;
    }
    return empty;
}

/*
 * Several tries, as a test that failed may have left processes behind that
 * still make files.
 */
bool
empty_folder(void)
{
    bool empty = false;
    if (chdir(FOLDER) < 0)
        return false;
    for (int i = 0; i < 10 && !empty; i++)
        empty = remove_all_in();
    return chdir("/") == 0 && empty;
}
