/*
 * kill - ends processes.
 *
 * Other systems know several ways to do that, chosen by an option such as -9.
 * Here is only one, so such an option makes no difference.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    int status = EXIT_SUCCESS;
    int first = argc > 1 && argv[1][0] == '-' ? 2 : 1;

    if (first >= argc) {
        dprintf(STDERR_FILENO, "usage: kill PID...  (ps shows them)\n");
        return EXIT_FAILURE;
    }
    for (int i = first; i < argc; i++) {
        int pid = parse_number(argv[i], INT_MAX);
        if (pid < 0) {
            dprintf(STDERR_FILENO, "kill: %s is no process number\n", argv[i]);
            status = EXIT_FAILURE;
        } else if (kill(pid) < 0) {
            dprintf(STDERR_FILENO, "kill: cannot end process %d\n", pid);
            status = EXIT_FAILURE;
        }
    }
    return status;
}
