/* take - two processes each take a page of memory and put a word in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096 };

int
main(void)
{
    int child = fork();
    char *page = sbrk(PAGE);

    strcpy(page, child == 0 ? "child's" : "parent's");
    if (child == 0)
        return EXIT_SUCCESS;
    wait(NULL);
    printf("The parent's page says: %s\n", page);
    return EXIT_SUCCESS;
}
