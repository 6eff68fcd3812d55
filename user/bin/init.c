/*
 * init - the first program: gives the console a shell, for ever.
 *
 * The kernel starts it as process 1.  It opens the console as files 0, 1 and
 * 2, which all other programs inherit.  Processes whose parent has ended become
 * its children, so it waits for more than the shell.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    DEV_CONSOLE = 1,            // major numbers, as in kernel/dev/device.h
    DEV_PTABLE = 2,
    SHORT_TICKS = 10,           // a shell that ends before that is no use
    RETRY_TICKS = 100,
    NOT_RUN = -2,               // status of a process that could not become sh
};

/* Opens a device, after making its file if it is missing. */
static int
open_device(const char *path, int major, int flags)
{
    int fd = open(path, flags);

    if (fd >= 0)
        return fd;
    mknod(path, major, 0);
    return open(path, flags);
}

/* Runs a shell to its end.  Returns false if none could be started. */
static bool
run_shell(void)
{
    char name[] = "sh";
    char *argv[] = { name, NULL };
    int status = NOT_RUN;
    int shell = fork();

    if (shell == 0) {
        exec("/sh", argv);
        exit(NOT_RUN);
    }
    int ended = shell < 0 ? -1 : wait(&status);
    while (ended >= 0 && ended != shell)
        ended = wait(&status);
    return status != NOT_RUN;
}

int
main(void)
{
    bool hinted = false;

    open_device("/console", DEV_CONSOLE, O_RDWR);
    dup(0);
    dup(0);
    close(open_device("/ptable", DEV_PTABLE, O_RDONLY));

    printf("init: starting sh\n");
    for (;;) {
        int start = uptime();
        bool ran = run_shell();
        if (ran)
            printf("init: sh has ended (to stop the machine type halt)\n"
                   "init: starting sh\n");
        else if (!hinted)
            printf("init: cannot start /sh, and tries again every second\n"
                   "(If the disk has none: make fresh.  Leave: Ctrl-a x.)\n");
        hinted = !ran;
        if (uptime() - start < SHORT_TICKS)
            sleep(RETRY_TICKS);
    }
}
