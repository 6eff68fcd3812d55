/* echo - writes its arguments, with a newline unless -n comes first. */
#include <complain.h>
#include <output.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct output output = { .fd = STDOUT_FILENO };

static void
put(const char *s)
{
    while (*s != '\0')
        output_char(&output, *s++);
}

int
main(int argc, char *argv[])
{
    bool newline = argc < 2 || strcmp(argv[1], "-n") != 0;
    int first = newline ? 1 : 2;

    for (int i = first; i < argc; i++) {
        if (i > first)
            put(" ");
        put(argv[i]);
    }
    if (newline)
        put("\n");
    if (output_flush(&output) < 0)
        output_failed("echo");
    return EXIT_SUCCESS;
}
