/* Makes as many reads as its first argument says, and ends with the second. */
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char byte;

    for (int i = 0; argc == 3 && i < atoi(argv[1]); i++)
        read(-1, &byte, 1);
    return argc == 3 ? atoi(argv[2]) : 1;
}
