/*
 * ps - lists the processes, as the kernel renders them in /ptable.
 *
 * The kernel makes the text while it is read.  One read gets all of it: if
 * processes ended between two, the second would go on inside a line.
 */
#include <complain.h>
#include <fcntl.h>
#include <lib/limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX = 128 };        // bytes of a line, more than any has

static char buf[(NPROC + 1) * LINE_MAX];

int
main(void)
{
    int fd = open_file("ps", "/ptable", O_RDONLY);

    if (fd < 0)
        return EXIT_FAILURE;
    int n = read(fd, buf, sizeof buf);
    if (n < 0)
        return read_failed("ps", "/ptable");
    if (write_all(STDOUT_FILENO, buf, (size_t)n) < 0)
        output_failed("ps");
    return EXIT_SUCCESS;
}
