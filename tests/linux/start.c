/*
 * How a program of ours starts on Linux: in a process group of its own, below a
 * process that takes the part of our init.
 *
 * That one waits for all orphans, and ends whoever outlives the program: no
 * process of a test is left on the host, however the test ends.
 */
#define _GNU_SOURCE
#include "calls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/limits.h"

int program_main(int argc, char *argv[]);

/* What a process of ours has, and a process of Linux has more of. */
static void
take_limits(void)
{
    struct rlimit files = {NOFILE, NOFILE}, core = {0, 0};
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    setrlimit(RLIMIT_NOFILE, &files);
    setrlimit(RLIMIT_CORE, &core);
    signal(SIGPIPE, SIG_IGN);
    umask(0);
}

/* Waits for the program, and for all whose parents have ended. */
static int
be_init(int program)
{
    int status = 0, how;
    int pid = wait(&how);
    while (pid >= 0) {
        if (pid == program) {
            status = WIFEXITED(how) ? WEXITSTATUS(how) : 1;
            kill(-program, SIGKILL);
        }
        pid = wait(&how);
    }
    return status;
}

int
main(int argc, char *argv[])
{
    if (getenv(ROOT_VARIABLE) != NULL)      // one of our own has called exec
        return program_main(argc, argv);

    char here[1024];
    if (getcwd(here, sizeof(here)) == NULL)
        return 1;
    setenv(ROOT_VARIABLE, here, 1);
    take_limits();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int program = fork();
    if (program != 0)
        return be_init(program);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return program_main(argc, argv);
}
