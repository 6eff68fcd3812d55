/* false - does nothing, and fails. */
#include <stdlib.h>

int
main(void)
{
    return EXIT_FAILURE;
}
