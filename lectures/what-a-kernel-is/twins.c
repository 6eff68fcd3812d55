/* twins - a variable at one address in two processes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int number = 1;

/* Something to stop at, in both processes. */
static void __attribute__((noinline))
look(const char *who)
{
    printf("%s: at %p there is %d\n", who, (void *)&number, number);
}

int
main(void)
{
    int pid = fork();

    if (pid == 0) {
        look("child");
        number = 2;
        look("child");
    } else {
        wait(NULL);
        look("parent");
    }
    return EXIT_SUCCESS;
}
