/* mkdir - makes directories. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    int status = EXIT_SUCCESS;

    if (getopt(argc, argv, "") >= 0 || optind == argc) {
        dprintf(STDERR_FILENO, "usage: mkdir DIRECTORY...\n");
        return EXIT_FAILURE;
    }
    for (int i = optind; i < argc; i++) {
        if (mkdir(argv[i]) < 0) {
            dprintf(STDERR_FILENO, "mkdir: cannot make %s\n", argv[i]);
            status = EXIT_FAILURE;
        }
    }
    return status;
}
