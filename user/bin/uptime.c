/* uptime - tells how long the machine has been running. */
#include <lib/limits.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
    int ticks = uptime();

    printf("up %d.%02d seconds\n", ticks / HZ, ticks % HZ * 100 / HZ);
    return 0;
}
