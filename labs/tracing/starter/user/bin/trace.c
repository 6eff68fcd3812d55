/* trace - runs a command and shows the calls that it makes. */
#include "callset.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    unsigned long long calls;

    if (argc < 3) {
        dprintf(STDERR_FILENO, "usage: trace CALLS COMMAND [ARGUMENT...]\n"
                "CALLS is all, or names or numbers with commas between.\n");
        return EXIT_FAILURE;
    }
    if (!parse_calls("trace", argv[1], &calls))
        return EXIT_FAILURE;
    dprintf(STDERR_FILENO, "trace: %s: to be written\n", argv[2]);
    return EXIT_FAILURE;
}
