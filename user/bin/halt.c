/* halt - stops the machine; the number is for whoever started it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CODE_MAX = 127 };

int
main(int argc, char *argv[])
{
    int code = argc == 2 ? parse_number(argv[1], CODE_MAX) : 0;

    if (argc > 2 || code < 0) {
        dprintf(STDERR_FILENO, "usage: halt [NUMBER], 0 to %d\n", CODE_MAX);
        return EXIT_FAILURE;
    }
    halt(code);
    dprintf(STDERR_FILENO, "halt: the machine does not stop\n");
    return EXIT_FAILURE;
}
