/* note - a process waits for a line in a pipe, which its parent writes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
    char line[8] = "";
    int end[2];

    pipe(end);
    if (fork() == 0) {
        read(end[0], line, sizeof(line) - 1);
        printf("read: %s", line);
        return EXIT_SUCCESS;
    }
    write(end[1], "hello\n", 6);
    wait(NULL);
    return EXIT_SUCCESS;
}
