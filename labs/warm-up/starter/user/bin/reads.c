/* reads - runs a command and prints how many reads it makes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    if (argc < 2) {
        dprintf(STDERR_FILENO, "usage: reads COMMAND [ARGUMENT...]\n");
        return EXIT_FAILURE;
    }
    dprintf(STDERR_FILENO, "reads: %s: to be written\n", argv[1]);
    return EXIT_FAILURE;
}
