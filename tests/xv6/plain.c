/* A program of Lectern itself: our own headers, built with EXTRA like the others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char text[32];

    snprintf(text, sizeof(text), "%05d|%-4s|%x", 42, "ab", 255u);
    printf("plain %s %d\n", text, argc);
    return strcmp(argv[argc - 1], "fail") == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
