/* ps - lists the processes, as the kernel renders them in /ptable. */
#include <fcntl.h>
#include <output.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char buf[4096];

int
main(void)
{
    int fd = open("/ptable", O_RDONLY);

    if (fd < 0) {
        dprintf(STDERR_FILENO, "ps: cannot open /ptable\n");
        return EXIT_FAILURE;
    }
    int n = read(fd, buf, sizeof buf);
    while (n > 0) {
        if (write_all(STDOUT_FILENO, buf, (size_t)n) < 0)
            output_failed("ps");
        n = read(fd, buf, sizeof buf);
    }
    if (n < 0) {
        dprintf(STDERR_FILENO, "ps: cannot read /ptable\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
