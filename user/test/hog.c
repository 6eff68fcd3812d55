/*
 * hog: takes all there is of something, and wants more until it is killed.
 *
 *     hog fork|memory|pipes|files|disk|all
 *     hog count
 *
 * Each hog says when nothing is left.  `all` starts the five at once.  What a
 * hog has taken is free when it ends, the disk too: its files have no names.
 * `count` tells how much of everything there is.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"
#include "lib/limits.h"
#include "x86/mmu.h"

#include "fuzz/fuzz.h"

enum {
    HELPERS = 44,               // with them a hog can open all files there are
    PAUSE = 1,                  // ticks from one vain try to the next
};

/* The stock's checks fail with this. */
void
complain_and_exit(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    exit(1);
}

/* Says so, once a process. */
static void
nothing_left(const char *of_what)
{
    static bool said;
    if (!said)
        printf("hog: no more %s\n", of_what);
    said = true;
}

/* Is there a descriptor left for whatever could not be opened? */
static bool
can_open_more(void)
{
    int fd = dup(0);
    close(fd);
    return fd >= 0 && fd < NOFILE - 1;
}

/* Children that hog, too: one process may not have enough of what it wants. */
static void
get_help(void)
{
    int pid = 1;
    for (int i = 0; i < HELPERS && pid > 0; i++)
        pid = fork();
}

static void
hog_fork(void)
{
    for (;;)
        if (fork() < 0)
            nothing_left("processes");
}

static void
hog_memory(void)
{
    int npages = 256;
    for (;;) {
        char *page = sbrk(npages * PGSIZE);
        if ((intptr_t)page != -1) {
            *page = 1;
        } else if (npages > 1) {
            npages /= 2;
        } else {
            nothing_left("memory");
            sleep(PAUSE);
        }
    }
}

static void
hog_pipes(void)
{
    static const char bytes[PGSIZE];
    int fds[2];
    get_help();
    for (;;) {
        if (pipe(fds) == 0) {
            write(fds[1], bytes, sizeof(bytes));
        } else {
            if (can_open_more())
                nothing_left("pipes");
            sleep(PAUSE);
        }
    }
}

static void
hog_files(void)
{
    get_help();
    for (;;)
        if (open("/", O_RDONLY) < 0) {
            if (can_open_more())
                nothing_left("files");
            sleep(PAUSE);
        }
}

/* Its name is there for a moment only, but a hog may die in that moment. */
static const char hog_file[] = "/hog.file";

/* Fills files as large as can be, which it holds open without a name. */
static void
hog_disk(void)
{
    static const char piece[16 * BSIZE];
    int fd = -1;
    for (;;) {
        if (fd >= 0 && write(fd, piece, sizeof(piece)) > 0)
            continue;
        if (fd >= 0 && write(fd, piece, BSIZE) > 0)
            continue;
        fd = open(hog_file, O_CREATE | O_RDWR);
        unlink(hog_file);
        if (fd < 0 || write(fd, piece, BSIZE) < 0) {
            nothing_left("disk");
            sleep(PAUSE);
        }
    }
}

static void
count(void)
{
    unlink(hog_file);
    struct stock stock = take_stock();
    printf("%d pages, %d processes, %d files, %d inodes, %d blocks\n",
           stock.pages, stock.processes, stock.files, stock.inodes,
           stock.blocks);
}

static const struct {
    const char *name;
    void (*hog)(void);
} hogs[] = {
    {"fork", hog_fork}, {"memory", hog_memory}, {"pipes", hog_pipes},
    {"files", hog_files}, {"disk", hog_disk},
};
enum { NHOGS = sizeof(hogs) / sizeof(hogs[0]) };

/* Starts all hogs, which begin only when the last one is there. */
static void
hog_all(void)
{
    int gate[2];
    char c;
    pipe(gate);
    for (int i = 0; i < NHOGS; i++)
        if (fork() == 0) {
            close(gate[1]);
            read(gate[0], &c, 1);
            close(gate[0]);
            hogs[i].hog();
        }
    close(gate[0]);
    close(gate[1]);
    while (wait(NULL) > 0)
        continue;
}

int
main(int argc, char *argv[])
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "count") == 0) {
        count();
        return 0;
    }
    for (int i = 0; i < NHOGS; i++)
        if (strcmp(what, hogs[i].name) == 0)
            hogs[i].hog();
    if (strcmp(what, "all") == 0)
        hog_all();
    dprintf(2, "usage: hog fork|memory|pipes|files|disk|all|count\n");
    return 2;
}
