/*
 * init - the first program: gives the console a shell, for ever.
 *
 * The kernel starts it as process 1.  It opens the console as files 0, 1 and
 * 2, which all other programs inherit.  Processes whose parent has ended become
 * its children, so it waits for more than the shell.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    DEV_CONSOLE = 1,            // major numbers, as in kernel/dev/device.h
    DEV_PTABLE = 2,
    RETRY_TICKS = 100,
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

/* Starts a shell and returns its process number, or -1. */
static int
start_shell(void)
{
    char name[] = "sh";
    char *argv[] = { name, NULL };
    int pid = fork();

    if (pid == 0) {
        exec("/sh", argv);
        printf("init: cannot run sh\n");
        sleep(RETRY_TICKS);     // or the message would fill the screen
        exit(EXIT_FAILURE);
    }
    return pid;
}

int
main(void)
{
    open_device("/console", DEV_CONSOLE, O_RDWR);
    dup(0);
    dup(0);
    close(open_device("/ptable", DEV_PTABLE, O_RDONLY));

    for (;;) {
        printf("init: starting sh\n");
        int shell = start_shell();
        if (shell < 0) {
            printf("init: cannot make a process\n");
            sleep(RETRY_TICKS);
        }
        int ended;
        do {
            ended = wait(NULL);
        } while (ended >= 0 && ended != shell);
    }
}
