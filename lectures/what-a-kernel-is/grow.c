/* grow - asks the kernel for three more pages of memory. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MORE = 3 * 4096 };

int
main(void)
{
    char *memory = sbrk(MORE);

    memory[MORE - 1] = 'x';
    printf("grow: %d more bytes, from %p on\n", MORE, (void *)memory);
    return EXIT_SUCCESS;
}
