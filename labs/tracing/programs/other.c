/*
 * The other program, for exec: `other N STATUS` makes some calls that depend on
 * N, and ends with the status.  `other probe` ends with a status that tells
 * which of some calls return -1: bit 0 getpid, 1 uptime, 2 sbrk, 3 dup.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"

static int
probe(void)
{
    static const struct call calls[] = {
        { GETPID, 0, 0, 0 }, { UPTIME, 0, 0, 0 }, { SBRK, 0, 0, 0 },
        { DUP, 0, 0, 0 },
    };
    int failed = 0;

    for (int i = 0; i < 4; i++)
        failed |= (make(&calls[i]) == -1) << i;
    return failed;
}

int
main(int argc, char *argv[])
{
    if (argc < 3)
        leave(argc == 2 && strcmp(argv[1], "probe") == 0 ? probe() : 255);
    int n = atoi(argv[1]);
    call(-n, 0, 0, DUP);
    call(n * 1000, 0, 0, KILL);
    call(-n, n, 0, READ);
    call(-n, n, 2, LSEEK);
    leave(atoi(argv[2]));
}
