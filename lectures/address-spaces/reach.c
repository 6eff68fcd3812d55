/* reach - writes into the kernel's half of the address space, or tries to. */
#include <stdio.h>
#include <stdlib.h>

#define KERNBASE 0x80000000

int
main(void)
{
    volatile int *kernel = (int *)KERNBASE;

    printf("reach: writing at %p\n", (void *)kernel);
    *kernel = 1;
    printf("reach: nothing has stopped me\n");
    return EXIT_SUCCESS;
}
