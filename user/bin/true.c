/* true - does nothing, with success. */
#include <stdlib.h>

int
main(void)
{
    return EXIT_SUCCESS;
}
