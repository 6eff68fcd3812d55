/* tee - copies the input to the output and into files. */
#include <complain.h>
#include <fcntl.h>
#include <lib/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char buf[4096];
static int fds[NOFILE];
static const char *names[NOFILE];
static int nfiles;
static int status = EXIT_SUCCESS;

static void
add_file(int fd, const char *name)
{
    fds[nfiles] = fd;
    names[nfiles] = name;
    nfiles++;
}

/* Writes buf to every file.  One that cannot take it gets no more. */
static void
write_everywhere(int n)
{
    for (int i = 0; i < nfiles; i++) {
        if (fds[i] >= 0 && write_all(fds[i], buf, (size_t)n) < 0) {
            complain("tee", "cannot write", names[i], explain_write(fds[i]));
            fds[i] = -1;
            status = EXIT_FAILURE;
        }
    }
}

int
main(int argc, char *argv[])
{
    int flags = O_WRONLY | O_CREATE | O_TRUNC;
    int option = getopt(argc, argv, "a");

    for (; option == 'a'; option = getopt(argc, argv, "a"))
        flags = O_WRONLY | O_CREATE | O_APPEND;
    if (option >= 0) {
        dprintf(STDERR_FILENO, "usage: tee [-a] [FILE...]\n");
        return EXIT_FAILURE;
    }
    add_file(STDOUT_FILENO, "the output");
    for (int i = optind; i < argc; i++) {
        int fd = open_file("tee", argv[i], flags);
        if (fd >= 0)
            add_file(fd, argv[i]);
        else
            status = EXIT_FAILURE;
    }

    int n = read(STDIN_FILENO, buf, sizeof buf);
    while (n > 0) {
        write_everywhere(n);
        n = read(STDIN_FILENO, buf, sizeof buf);
    }
    if (n < 0)
        status = read_failed("tee", "the input");
    return status;
}
