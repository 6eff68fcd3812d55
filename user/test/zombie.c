/*
 * zombie: leaves a child behind that still runs when its parent has ended.
 *
 * init adopts the child and must wait for it: if it does not, ps shows one
 * zombie more after each run.
 */
#include <unistd.h>

int
main(void)
{
    int pid = fork();
    if (pid == 0)
        sleep(10);
    return pid < 0 ? 1 : 0;
}
