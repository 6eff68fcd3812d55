/* sandbox - runs a command that may not make some calls. */
#include "callset.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    unsigned long long calls;

    if (argc < 3) {
        dprintf(STDERR_FILENO, "usage: sandbox CALLS COMMAND [ARGUMENT...]\n"
                "CALLS is all, or names or numbers with commas between.\n");
        return EXIT_FAILURE;
    }
    if (!parse_calls("sandbox", argv[1], &calls))
        return EXIT_FAILURE;
    dprintf(STDERR_FILENO, "sandbox: %s: to be written\n", argv[2]);
    return EXIT_FAILURE;
}
