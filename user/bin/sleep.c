/* sleep - waits for a number of seconds, which may have a fraction. */
#include <ctype.h>
#include <lib/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECONDS_MAX = 10000000 };

/* Returns the time that text such as 1.25 means, in ticks, or -1. */
static int
parse_ticks(const char *text)
{
    char *end;
    long seconds = strtol(text, &end, 10);
    int ticks = 0;
    int unit = HZ;              // ticks that a digit of the fraction counts

    if (!isdigit(text[0]) || seconds > SECONDS_MAX)
        return -1;
    if (*end == '.')
        for (end++; isdigit(*end); end++) {
            unit /= 10;
            ticks += (*end - '0') * unit;
        }
    return *end == '\0' ? (int)seconds * HZ + ticks : -1;
}

int
main(int argc, char *argv[])
{
    int ticks = argc == 2 ? parse_ticks(argv[1]) : -1;

    if (ticks < 0) {
        dprintf(STDERR_FILENO, "usage: sleep SECONDS\n");
        return EXIT_FAILURE;
    }
    return sleep(ticks) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
