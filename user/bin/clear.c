/* clear - empties the screen. */
#include <stdio.h>

int
main(void)
{
    // ECMA-48: cursor to the first line and column, then erase all below.
    printf("\033[H\033[J");
    return 0;
}
