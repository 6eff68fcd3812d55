/*
 * Makes the calls that the grader has drawn, by several processes at once, and
 * says of each what it returned.  Each process has a folder of its own.
 *
 * While a process stands at lab_stop, no process runs: so the grader knows for
 * each call how much had gone to the disk when it had returned.  Where these
 * stops would disturb, a process is quiet, and reports all results at its end.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { PROCESSES = 4, CALLS = 40, PATH_SIZE = 24, LARGEST = 64 * 1024 };
enum verb { MKDIR, CREATE, EMPTY, UNLINK, RMDIR, LINK, RENAME, WRITE, APPEND };

/* A path is a number: of a file, of a folder, of a file in one of these. */
enum { FILES = 4, FOLDERS = 3, OWN = 99 };

struct call {
    int verb, from, to;         // of a write: where, how much, in `to` and n
    int n;
};

static struct {
    int processes, calls, quiet;
    struct call call[PROCESSES * CALLS];
} input;

static int results[CALLS];      // what a quiet process reports, at its end
static uint32_t words[LARGEST / 4];
static char from[PATH_SIZE], to[PATH_SIZE];

static void
set_path(char path[PATH_SIZE], int process, int number)
{
    int folder = (number - FILES) / FILES - 1;

    if (number == OWN)
        snprintf(path, PATH_SIZE, "/p%d", process);
    else if (number < FILES)
        snprintf(path, PATH_SIZE, "/p%d/f%d", process, number);
    else if (number < 2 * FILES)
        snprintf(path, PATH_SIZE, "/p%d/d%d", process, number - FILES);
    else
        snprintf(path, PATH_SIZE, "/p%d/d%d/f%d", process, folder,
                 number % FILES);
}

static int
open_and_close(int flags)
{
    int fd = open(from, O_RDWR | flags);

    return fd < 0 ? -1 : close(fd);
}

/* Word i of each call's data is another one. */
static int
write_words(int tag, int flags, int offset, int n)
{
    int fd = open(from, O_WRONLY | flags);

    if (fd < 0)
        return -1;
    for (int i = 0; i < (n + 3) / 4; i++)
        words[i] = (uint32_t)(tag | i);
    lseek(fd, offset, SEEK_SET);
    int result = write(fd, words, (size_t)n);
    close(fd);
    return result;
}

static int
make(int process, int number, const struct call *call)
{
    int tag = process << 28 | number << 16;

    set_path(from, process, call->from);
    if (call->verb == LINK || call->verb == RENAME)
        set_path(to, process, call->to);
    switch ((enum verb)call->verb) {
    case MKDIR: return mkdir(from);
    case CREATE: return open_and_close(O_CREATE);
    case EMPTY: return open_and_close(O_CREATE | O_TRUNC);
    case UNLINK: case RMDIR: return unlink(from);
    case LINK: return link(from, to);
    case RENAME: return rename(from, to);
    case WRITE: return write_words(tag, 0, call->to, call->n);
    case APPEND: return write_words(tag, O_APPEND, 0, call->n);
    }
    return -2;
}

static void
work(int process)
{
    const struct call *call = &input.call[process * input.calls];

    for (int i = 0; i < input.calls; i++) {
        results[i] = make(process, i, &call[i]);
        int report[] = { process, i, results[i] };
        if (!input.quiet)
            lab_stop(LAB_REPORT, report, sizeof(report));
    }
    if (input.quiet)
        lab_stop(LAB_REPORT, results, sizeof(results));
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int process = 1; process < input.processes; process++) {
        if (fork() == 0) {
            work(process);
            exit(0);
        }
    }
    if (input.processes > 0)
        work(0);
    while (wait(NULL) > 0)
        ;
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
