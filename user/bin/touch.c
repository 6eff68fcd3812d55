/* touch - makes empty files; those that exist stay as they are. */
#include <complain.h>
#include <fcntl.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
touch(const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0)
        return EXIT_SUCCESS;
    int fd = open(path, O_WRONLY | O_CREATE);
    if (fd < 0)
        return complain("touch", "cannot make", path, explain(path, WRITE_IT));
    close(fd);
    return EXIT_SUCCESS;
}

int
main(int argc, char *argv[])
{
    int status = EXIT_SUCCESS;

    if (getopt(argc, argv, "") >= 0 || optind == argc) {
        dprintf(STDERR_FILENO, "usage: touch FILE...\n");
        return EXIT_FAILURE;
    }
    for (int i = optind; i < argc; i++)
        status |= touch(argv[i]);
    return status;
}
