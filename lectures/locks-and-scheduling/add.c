/* add - two processes each add one to the number in a file, unlocked. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
get(void)
{
    char digit = '?';
    int fd = open("sum", O_RDONLY);

    read(fd, &digit, 1);
    close(fd);
    return digit - '0';
}

static void
put(int n)
{
    char digit = '0' + n;
    int fd = open("sum", O_WRONLY | O_CREATE);

    write(fd, &digit, 1);
    close(fd);
}

int
main(void)
{
    put(0);
    int child = fork();
    put(get() + 1);
    if (child == 0)
        return EXIT_SUCCESS;
    wait(NULL);
    printf("0 + 1 + 1 = %d\n", get());
    return EXIT_SUCCESS;
}
