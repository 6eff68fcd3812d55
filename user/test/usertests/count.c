/* What the machine has to give, counted by taking all of it. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "fcntl.h"
#include "x86/mmu.h"

/* Grows the heap by npages until that fails.  Returns how many pages it has. */
static int
grab(int total, int npages)
{
    while (total + npages <= PAGES_MAX && (intptr_t)sbrk(npages * PGSIZE) != -1)
        total += npages;
    return total;
}

/* Runs count in a child, so that all it took comes back; its result. */
static int
in_child(int (*count)(void))
{
    int fds[2];
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0) {
        int result = count();
        EXPECT(write(fds[1], &result, sizeof(result)), sizeof(result));
        exit(0);
    }
    int result = 0;
    EXPECT(close(fds[1]), 0);
    EXPECT(read(fds[0], &result, sizeof(result)), sizeof(result));
    EXPECT(close(fds[0]), 0);
    EXPECT(reap(pid), 0);
    return result;
}

static int
take_pages(void)
{
    return grab(grab(grab(0, 256), 16), 1);
}

int
count_pages(void)
{
    return in_child(take_pages);
}

/* Until its other end is closed, a reader of the pipe stays where it is. */
static void
hold_until_closed(int fds[2])
{
    char c;
    close(fds[1]);
    read(fds[0], &c, 1);
    exit(0);
}

static void
let_go(int fds[2], int nchildren)
{
    EXPECT(close(fds[1]), 0);
    EXPECT(close(fds[0]), 0);
    for (int i = 0; i < nchildren; i++) {
        int status = -1;
        CHECK(wait(&status) > 0);
        EXPECT(status, 0);
    }
}

int
count_processes(void)
{
    int gate[2];
    int n = 0;
    EXPECT(pipe(gate), 0);
    for (;;) {
        int pid = fork();
        if (pid == 0)
            hold_until_closed(gate);
        if (pid < 0)
            break;
        n++;
    }
    let_go(gate, n);
    return n;
}

static int
open_all(void)
{
    int n = 0;
    while (open("/", O_RDONLY) >= 0)
        n++;
    return n;
}

/*
 * No process may open more than NOFILE files, so it takes many.  Each opens
 * what it can; the count ends with the first that gets less than the others, or
 * when there is no memory for one more.
 */
int
count_files(void)
{
    int gate[2], tell[2];
    int total = 0, most = 0, nchildren = 0, n;
    EXPECT(pipe(gate), 0);
    EXPECT(pipe(tell), 0);
    do {
        int pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            n = open_all();
            EXPECT(write(tell[1], &n, sizeof(n)), sizeof(n));
            hold_until_closed(gate);
        }
        nchildren++;
        EXPECT(read(tell[0], &n, sizeof(n)), sizeof(n));
        total += n;
        most = n > most ? n : most;
    } while (n == most && n > 0);
    let_go(gate, nchildren);
    EXPECT(close(tell[0]), 0);
    EXPECT(close(tell[1]), 0);
    return total;
}
