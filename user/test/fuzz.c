/*
 * fuzz: system calls, registers and code that no sane program would come up
 * with, from several processes at once.
 *
 *     fuzz [-p PROCESSES] [-r ROUNDS] [-c CALLS] [-s SEED]
 *
 * makes at least CALLS calls in each round.  The kernel must not panic or hang,
 * and must answer each call with what that call can answer.  After each round
 * there must be exactly as much memory, as many processes, open files, inodes
 * and blocks as before.  Meanwhile two canaries see that their memory and
 * registers stay.
 *
 * A seed gives the same processes with the same arguments, though not at the
 * same moments.  Only calls of processes that came to their end are counted.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "dir.h"
#include "lib/limits.h"

#include "fuzz/fuzz.h"

enum {
    PROCESSES = 6, ROUNDS = 5, CALLS = 200 * 1000,  // if not told otherwise
    PROCESSES_MAX = 64, ROUNDS_MAX = 1000000, CALLS_MAX = 100 * 1000 * 1000,
    CHUNK = 2000,                       // calls that one process makes
    NCANARIES = 2,
    ROOT_MAX = 200, NEW_MAX = 20,       // files there; new ones found at once
    TRIES = 20,                         // until all is back
};

static int processes = PROCESSES, rounds = ROUNDS, calls = CALLS;
static uint32_t seed;

/* Of all rounds. */
static int nworkers, nfinished;
static unsigned ncalls;


/* Ends what is left of the workers: processes younger than the canaries. */
static void
kill_orphans(void)
{
    int newest = fork();
    if (newest == 0)
        exit(0);
    for (int pid = last_protected + 1; pid < newest; pid++)
        kill(pid);
    if (newest > 0)
        wait(NULL);
}

static void __attribute__((noreturn))
fail(const char *what)
{
    kill_orphans();
    printf("\nfuzz: seed %u: failed: %s\n", (unsigned)seed, what);
    exit(1);
}

/* ---- Canaries ---- */

static struct {
    int pid, fd;
} canaries[NCANARIES];

static void
start_canaries(void)
{
    int fds[2];
    for (int i = 0; i < NCANARIES; i++) {
        int pid = pipe(fds) < 0 ? -1 : fork();
        if (pid < 0)
            fail("no canary");
        if (pid == 0) {
            // The ends to write to must be the driver's alone.
            for (int fd = fds[1]; fd > 2; fd--)
                if (fd != fds[0])
                    close(fd);
            canary(seed + (uint32_t)i, fds[0]);
        }
        close(fds[0]);
        canaries[i].pid = pid;
        canaries[i].fd = fds[1];
        last_protected = pid;
    }
}

static void
wake_canaries(void)
{
    for (int i = 0; i < NCANARIES; i++)
        write(canaries[i].fd, "?", 1);
}

static void
end_canaries(void)
{
    for (int i = 0; i < NCANARIES; i++)
        close(canaries[i].fd);
    for (int i = 0; i < NCANARIES; i++) {
        int status = FAILED;
        if (wait(&status) < 0 || status != 0)
            fail("a canary did not survive");
    }
}

static bool
is_canary(int pid)
{
    for (int i = 0; i < NCANARIES; i++)
        if (canaries[i].pid == pid)
            return true;
    return false;
}

/* ---- Workers ---- */

/* Returns whether there was memory and room for one more. */
static bool
start_worker(void)
{
    int pid = fork();
    if (pid == 0)
        work(seed + (uint32_t)nworkers * 7919, CHUNK);
    nworkers += pid > 0;
    return pid > 0;
}

/* Waits for one to end.  Returns how many calls it made, 0 if it was killed. */
static int
await_worker(void)
{
    int status = FAILED;
    int pid = wait(&status);
    if (is_canary(pid))
        fail("a canary has died");
    if (pid < 0 || status == FAILED)
        fail("see above");
    nfinished += status > 0;
    if (nworkers > 100 && nfinished < nworkers / 4)
        fail("most processes die");
    return status > 0 ? status : 0;
}

static void
run_workers(void)
{
    int made = 0, running = 0;
    while (made < calls || running > 0) {
        while (made + running * CHUNK < calls && running < processes &&
               start_worker())
            running++;
        if (running > 0) {
            made += await_worker();
            running--;
        } else {
            sleep(1);
        }
        wake_canaries();
    }
    ncalls += (unsigned)made;
}

/* ---- Tidying up ---- */


/*
 * What is in the root when the run begins.  A path of random bytes may begin
 * with a slash and name something there, so what is new goes with the folder.
 */
static struct {
    int n;
    char names[ROOT_MAX][NAME_SIZE];
} root;

static bool
was_in_root(const char *name)
{
    for (int i = 0; i < root.n; i++)
        if (strcmp(root.names[i], name) == 0)
            return true;
    return false;
}

static void
remember_root(void)
{
    int fd = open("/", O_RDONLY);
    while (root.n < ROOT_MAX && dir_next(fd, root.names[root.n]) > 0)
        root.n++;
    close(fd);
    if (root.n == ROOT_MAX)
        fail("too many files in the root");
}

/*
 * Removes from the root all that is new there.  rm does not see devices that no
 * driver has, but in folders.
 */
static void
remove_new(void)
{
    static char found[NEW_MAX][1 + NAME_SIZE];
    const char *argv[3 + NEW_MAX + 1] = {"rm", "-r", "-f"};
    int n = 0, status = 0;
    int fd = open("/", O_RDONLY);
    while (n < NEW_MAX && dir_next(fd, found[n] + 1) > 0)
        if (!was_in_root(found[n] + 1)) {
            found[n][0] = '/';
            if (unlink(found[n]) < 0) {
                argv[3 + n] = found[n];
                n++;
            }
        }
    close(fd);
    int pid = fork();
    if (pid == 0) {
        exec("/rm", (char *const *)argv);
        exit(1);
    }
    if (pid < 0 || wait(&status) != pid || status != 0)
        fail("cannot remove the files");
}

/* Makes the folder anew, and goes there. */
static void
empty_folder(void)
{
    chdir("/");
    remove_new();
    if (mkdir(folder) < 0 || chdir(folder) < 0)
        fail("cannot make the folder anew");
}

static void
print_stock(const char *when, struct stock stock)
{
    printf("fuzz: %s: %d pages, %d processes, %d files, %d inodes, "
           "%d blocks\n", when, stock.pages, stock.processes, stock.files,
           stock.inodes, stock.blocks);
}

/* Orphans end a little after they are killed, so it looks several times. */
static void
expect_stock(struct stock before)
{
    struct stock now;
    for (int i = 0; i < TRIES; i++) {
        kill_orphans();
        empty_folder();
        now = take_stock();
        if (same_stock(before, now))
            return;
        sleep(HZ / 10);
    }
    print_stock("before", before);
    print_stock("now", now);
    fail("something is lost");
}

/* ---- The whole ---- */

static void
run(void)
{
    last_protected = getpid();
    remember_root();
    empty_folder();
    struct stock before = take_stock();
    print_stock("before", before);
    for (int round = 1; round <= rounds; round++) {
        start_canaries();
        run_workers();
        end_canaries();
        expect_stock(before);
        printf("\nfuzz: round %d: %u calls, %d processes, %d ran to the end\n",
               round, ncalls, nworkers, nfinished);
    }
    chdir("/");
    remove_new();
    printf("\nfuzz: seed %u, %u calls, ok\n", (unsigned)seed, ncalls);
}

static uint32_t
seed_of_the_moment(void)
{
    uint32_t low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (low ^ high) % 1000000000;
}

static bool
set_option(int option)
{
    switch (option) {
    case 'p':
        processes = parse_number(optarg, PROCESSES_MAX);
        return processes > 0;
    case 'r':
        rounds = parse_number(optarg, ROUNDS_MAX);
        return rounds > 0;
    case 'c':
        calls = parse_number(optarg, CALLS_MAX);
        return calls > 0;
    case 's':
        seed = (uint32_t)parse_number(optarg, 0x7fffffff);
        return (int)seed >= 0;
    }
    return false;
}

int
main(int argc, char *argv[])
{
    seed = seed_of_the_moment();
    int option = getopt(argc, argv, "p:r:c:s:");
    while (option >= 0 && set_option(option))
        option = getopt(argc, argv, "p:r:c:s:");
    if (option >= 0 || optind < argc) {
        dprintf(2, "usage: fuzz [-p PROCESSES] [-r ROUNDS] [-c CALLS] "
                "[-s SEED]\n");
        return 2;
    }
    printf("fuzz: seed %u (again: fuzz -p %d -r %d -c %d -s %u)\n",
           (unsigned)seed, processes, rounds, calls, (unsigned)seed);
    run();
    return 0;
}
