/* Opening what a program is to read, one file after the other. */
#include "input.h"

#include <complain.h>
#include <fcntl.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
use_file(const char *program, const char *path, enum which which,
         int (*use)(int fd, const char *name))
{
    struct stat st;
    int fd = open_file(program, path, O_RDONLY);
    int status;

    if (fd < 0)
        return EXIT_FAILURE;
    if (which == FILES_ONLY && fstat(fd, &st) == 0 && st.type == T_DIR)
        status = complain(program, "cannot read", path, "is a directory");
    else
        status = use(fd, path);
    close(fd);
    return status;
}

int
for_each_input(const char *program, char *const names[], enum which which,
               int (*use)(int fd, const char *name))
{
    int status = EXIT_SUCCESS;

    if (*names == NULL)
        return use(STDIN_FILENO, "the input");
    for (; *names != NULL; names++) {
        if (strcmp(*names, "-") == 0)
            status |= use(STDIN_FILENO, "the input");
        else
            status |= use_file(program, *names, which, use);
    }
    return status;
}

void
print_title(const char *name)
{
    static const char *gap = "";

    printf("%s==> %s <==\n", gap, name);
    gap = "\n";
}
