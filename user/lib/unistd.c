/* The small functions that wrap a system call or two. */
#include "unistd.h"

#include <fcntl.h>
#include <stat.h>

int
stat(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY);

    if (fd < 0)
        return -1;
    int result = fstat(fd, st);
    close(fd);
    return result;
}

int
write_all(int fd, const void *buf, size_t n)
{
    const char *from = buf;

    while (n > 0) {
        int done = write(fd, from, n);
        if (done <= 0)
            return -1;
        from += done;
        n -= (size_t)done;
    }
    return 0;
}
