/*
 * Lectern's calls, made of Linux's.
 *
 * Each does what docs/syscalls.md says where Linux can: it maps flags, structs
 * and results, and the root directory to a folder.  It corrects no behaviour,
 * since the tests and Linux are to judge each other.
 */
#define _GNU_SOURCE
#include "calls.h"

// Our flags, before Linux's take their names.
#include "fcntl.h"
enum {
    OUR_CREATE = O_CREATE, OUR_TRUNC = O_TRUNC, OUR_APPEND = O_APPEND,
    OUR_ACCMODE = O_ACCMODE,
};
#define stat lectern_stat
#include "stat.h"
#undef stat

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HZ = 100 };

/* The folder that stands for our root directory. */
static const char *
root(void)
{
    return getenv(ROOT_VARIABLE);
}

struct place {
    char text[PATH_MAX];
};

/*
 * Where Linux finds path.  A relative one stays as it is, unread, so that Linux
 * sees for itself whether it ends where the program's memory does.
 */
static const char *
place_of(const char *path, struct place *place)
{
    if (path == NULL || path[0] != '/')
        return path;
    int n = snprintf(place->text, sizeof(place->text), "%s%s", root(), path);
    return n < (int)sizeof(place->text) ? place->text : path;
}

/* ---- Processes ---- */

int
lectern_fork(void)
{
    return fork();
}

void
lectern_exit(int status)
{
    _exit(status);
}

int
lectern_wait(int *status)
{
    int how;
    int pid = wait(&how);
    if (pid >= 0 && status != NULL)
        *status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return pid;
}

/* Spares everybody who is not one of the tests, whatever a test asks for. */
int
lectern_kill(int pid)
{
    if (pid <= 1 || getpgid(pid) != getpgrp())
        return -1;
    return kill(pid, SIGKILL);
}

int
lectern_getpid(void)
{
    return getpid();
}

int
lectern_exec(const char *path, char *const argv[])
{
    struct place place;
    return execv(place_of(path, &place), argv);
}

void *
lectern_sbrk(int n)
{
    return sbrk(n);
}

int
lectern_sleep(int ticks)
{
    struct timespec left = {ticks / HZ, ticks % HZ * (1000000000 / HZ)};
    if (ticks <= 0)
        return 0;
    while (nanosleep(&left, &left) < 0)
        continue;
    return 0;
}

int
lectern_uptime(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int)(now.tv_sec * HZ + now.tv_nsec / (1000000000 / HZ));
}

int
lectern_halt(int code)
{
    (void)code;
    return -1;
}

/* ---- Files ---- */

int
lectern_open(const char *path, int flags)
{
    struct place place;
    int theirs = flags & OUR_ACCMODE;
    theirs |= flags & OUR_CREATE ? O_CREAT : 0;
    theirs |= flags & OUR_TRUNC ? O_TRUNC : 0;
    theirs |= flags & OUR_APPEND ? O_APPEND : 0;
    return open(place_of(path, &place), theirs, 0666);
}

int
lectern_close(int fd)
{
    return close(fd);
}

int
lectern_dup(int fd)
{
    return dup(fd);
}

int
lectern_read(int fd, void *buf, size_t n)
{
    return (int)read(fd, buf, n);
}

int
lectern_write(int fd, const void *buf, size_t n)
{
    return (int)write(fd, buf, n);
}

int
lectern_lseek(int fd, int offset, int whence)
{
    return (int)lseek(fd, offset, whence);
}

int
lectern_fstat(int fd, struct lectern_stat *st)
{
    struct stat theirs;
    if (fstat(fd, &theirs) < 0)
        return -1;
    memset(st, 0, sizeof(*st));
    st->type = S_ISDIR(theirs.st_mode) ? T_DIR
        : S_ISREG(theirs.st_mode) ? T_FILE
        : S_ISFIFO(theirs.st_mode) ? 0 : T_DEV;
    st->dev = st->type == 0 ? -1 : 0;
    st->ino = (uint32_t)theirs.st_ino;
    st->nlink = (int16_t)theirs.st_nlink;
    st->size = (uint32_t)theirs.st_size;
    return 0;
}

int
lectern_fsync(int fd)
{
    return fsync(fd);
}

int
lectern_pipe(int fds[2])
{
    return pipe(fds);
}

/* ---- Names ---- */

int
lectern_link(const char *from, const char *to)
{
    struct place here, there;
    return link(place_of(from, &here), place_of(to, &there));
}

int
lectern_unlink(const char *path)
{
    struct place place;
    const char *theirs = place_of(path, &place);
    return unlink(theirs) == 0 ? 0 : rmdir(theirs);
}

int
lectern_rename(const char *from, const char *to)
{
    struct place here, there;
    return rename(place_of(from, &here), place_of(to, &there));
}

int
lectern_mkdir(const char *path)
{
    struct place place;
    return mkdir(place_of(path, &place), 0777);
}

int
lectern_mknod(const char *path, int major, int minor)
{
    (void)path, (void)major, (void)minor;
    return -1;                  // only root may, and the numbers differ
}

int
lectern_chdir(const char *path)
{
    struct place place;
    return chdir(place_of(path, &place));
}
