/*
 * failures: every call, with every resource that it takes refused.
 *
 *     failures
 *
 * needs the DEBUG kernel, which makes the n-th taking of a resource fail in one
 * call.  For each call and each resource n goes from 1 up until the call takes
 * it no more than n - 1 times.  After each failure the call must have returned
 * -1 and changed nothing that the process can see, and the machine must have as
 * much memory, processes, open files, inodes and blocks as before.
 *
 * Each try is made by a child, in a folder made for it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "fs.h"
#include "stat.h"
#include "core/debug_fail.h"
#include "lib/limits.h"
#include "x86/mmu.h"

#include "fuzz/fuzz.h"

enum {
    FD = 3,                     // a file open for reading and writing
    RESOURCES = FAIL_DISK_READ + 1,
    N_MAX = 200,                // no call takes anything more often
    PAGES_LEFT = 1200,          // enough to reach the next page table
    FILES_TAKEN = 360,          // so few processes can open the rest
    LONG = 5 * BSIZE + 100,
    SIZE = 3 * BSIZE + 5,       // of a file
};

static const char *const resource_names[RESOURCES] = {
    [FAIL_PAGE] = "page", [FAIL_PROCESS] = "process slot",
    [FAIL_DESCRIPTOR] = "descriptor", [FAIL_FILE] = "open file",
    [FAIL_INODE] = "inode in memory", [FAIL_DISK_INODE] = "inode on disk",
    [FAIL_DISK_BLOCK] = "block", [FAIL_DISK_READ] = "reading of a block",
};

#define SYSCALL(number, result, name, parameters) SYS_##name = number,
enum {
#include "syscall.h"
};
#undef SYSCALL

/* How a try ends; the exit status of who made it. */
enum outcome {
    DONE,               // the call succeeded, and took the resource too rarely
    FAILED_WELL,        // the call returned -1 and changed nothing
    COPED,              // the call succeeded although the resource was refused
    WRONG,
};

static char folder_name[] = "/failures.tmp";
static char buffer[LONG];

/* ---- The calls ---- */

static int fds[2], status;
static struct stat st;
static char done_argument[] = "done";
static char *exec_argv[] = {folder_name, done_argument, NULL};

static void
have_zombie(void)
{
    if (fork() == 0)
        exit(0);
}

/* The third page to come needs a page table of its own. */
static void
near_table_end(void)
{
    uintptr_t end = (uintptr_t)sbrk(0);
    if ((intptr_t)sbrk((int)(BIGPGSIZE - 2 * PGSIZE - end)) == -1)
        complain_and_exit("not enough memory for sbrk");
}

static void
behind_direct_blocks(void)
{
    lseek(FD, NDIRECT * BSIZE, SEEK_SET);
}

static void
open_folder(void)
{
    close(FD);
    open(".", O_RDONLY);
}

#define P(pointer) ((uintptr_t)(pointer))

static const struct trial {
    const char *name;
    int number;
    uintptr_t arguments[3];
    void (*prepare)(void);      // in the child; may be NULL
} trials[] = {
    {"fork", SYS_fork, {0}, NULL},
    {"exec", SYS_exec, {P("/failures"), P(exec_argv)}, NULL},
    {"wait", SYS_wait, {P(&status)}, have_zombie},
    {"sbrk", SYS_sbrk, {5 * PGSIZE}, near_table_end},
    {"sbrk, less", SYS_sbrk, {P(-PGSIZE)}, near_table_end},
    {"pipe", SYS_pipe, {P(fds)}, NULL},
    {"dup", SYS_dup, {FD}, NULL},
    {"close", SYS_close, {FD}, NULL},
    {"fstat", SYS_fstat, {FD, P(&st)}, NULL},
    {"lseek", SYS_lseek, {FD, 1, SEEK_END}, NULL},
    {"chdir", SYS_chdir, {P("dir")}, NULL},
    {"open", SYS_open, {P("dir/../file"), O_RDWR}, NULL},
    {"open, create", SYS_open, {P("dir/new"), O_CREATE | O_RDWR}, NULL},
    {"open, truncate", SYS_open, {P("other"), O_TRUNC | O_RDWR}, NULL},
    {"open, device", SYS_open, {P("/console"), O_RDWR}, NULL},
    {"mkdir", SYS_mkdir, {P("dir/new")}, NULL},
    {"mknod", SYS_mknod, {P("dir/new"), 1, 1}, NULL},
    {"link", SYS_link, {P("file"), P("dir/new")}, NULL},
    {"unlink", SYS_unlink, {P("other")}, NULL},
    {"unlink, open file", SYS_unlink, {P("file")}, NULL},
    {"unlink, folder", SYS_unlink, {P("dir")}, NULL},
    {"rename", SYS_rename, {P("file"), P("dir/new")}, NULL},
    {"rename, replace", SYS_rename, {P("file"), P("other")}, NULL},
    {"rename, folder", SYS_rename, {P("dir"), P("dir2/new")}, NULL},
    {"read", SYS_read, {FD, P(buffer), 10}, NULL},
    {"read, folder", SYS_read, {FD, P(buffer), 10}, open_folder},
    {"write, inside", SYS_write, {FD, P(buffer), 10}, NULL},
    {"write, long", SYS_write, {FD, P(buffer), LONG}, NULL},
    {"write, far", SYS_write, {FD, P(buffer), 10}, behind_direct_blocks},
    {"fsync", SYS_fsync, {FD}, NULL},
    {"getpid", SYS_getpid, {0}, NULL},
    {"sleep", SYS_sleep, {1}, NULL},
    {"uptime", SYS_uptime, {0}, NULL},
};

/*
 * Makes a call with the n-th taking of the resource refused.  Returns its
 * result; *happened tells if it took so many.
 */
static int
call_refused(const struct trial *trial, enum resource resource, uint32_t n,
             bool *happened)
{
    // As on the stack of a C call: a return address, then the arguments.
    uint32_t stack[] = {
        0, trial->arguments[0], trial->arguments[1], trial->arguments[2]
    };
    int result;
    asm volatile("movl %%esp, %%edi; movl %[stack], %%esp; int $64;"
                 "movl %%edi, %%esp"
                 : "=a"(result), "+c"(n)
                 : "0"(FAIL_CALL | trial->number), "b"(resource),
                   [stack] "S"(stack)
                 : "edi", "memory");
    *happened = n == 0;
    return result;
}

/* ---- What a process can see ---- */

struct view {
    struct {
        int offset;             // -1 if it is closed, or has none
        struct stat st;
    } files[NOFILE];
    uintptr_t memory_end;
    uint32_t folders;           // sums over what is in them
    uint32_t here;              // the number of the current folder
};

/* Adds the bytes of a file, or the entries of a folder, to a sum. */
static uint32_t
sum_of(uint32_t sum, const char *path)
{
    static char bytes[BSIZE];
    int fd = open(path, O_RDONLY);
    int n = read(fd, bytes, sizeof(bytes));
    for (; n > 0; n = read(fd, bytes, sizeof(bytes)))
        for (int i = 0; i < n; i++)
            sum = sum * 31 + (unsigned char)bytes[i];
    struct stat found = {0};
    fstat(fd, &found);
    close(fd);
    return (sum * 31 + found.size) * 31 + (uint32_t)found.nlink;
}

static void
look(struct view *view)
{
    static const char *const paths[] = {"", "dir", "dir2", "file", "other"};
    struct stat here = {0};
    memset(view, 0, sizeof(*view));
    for (int fd = 0; fd < NOFILE; fd++) {
        fstat(fd, &view->files[fd].st);
        view->files[fd].offset = lseek(fd, 0, SEEK_CUR);
    }
    for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char path[40];
        snprintf(path, sizeof(path), "%s/%s", folder_name, paths[i]);
        view->folders = sum_of(view->folders, path);
    }
    view->memory_end = (uintptr_t)sbrk(0);
    stat(".", &here);
    view->here = here.ino;
}

/* ---- A try ---- */

static void
make_file(const char *name, int fd, int size)
{
    if (open(name, O_CREATE | O_RDWR) != fd ||
        write(fd, buffer, (size_t)size) != size)
        complain_and_exit("cannot make %s", name);
}

static void
prepare_folder(void)
{
    if (mkdir(folder_name) < 0 || chdir(folder_name) < 0 ||
        mkdir("dir") < 0 || mkdir("dir2") < 0)
        complain_and_exit("cannot make the folders");
    make_file("other", FD, SIZE);
    close(FD);
    make_file("file", FD, SIZE);
    lseek(FD, 1, SEEK_SET);
}

static void
remove_folder(void)
{
    static const char *const names[] = {
        "dir/new", "dir2/new", "dir", "dir2", "file", "other", "new"
    };
    chdir(folder_name);
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(names[i]);
    chdir("/");
    if (unlink(folder_name) < 0)
        complain_and_exit("cannot remove the folder");
}

/* The child's part.  A try of exec may end elsewhere, with DONE. */
static enum outcome
try_here(const struct trial *trial, enum resource resource, uint32_t n)
{
    static struct view before, after;
    bool happened;
    int self = getpid();
    prepare_folder();
    if (trial->prepare != NULL)
        trial->prepare();
    look(&before);
    int result = call_refused(trial, resource, n, &happened);
    if (getpid() != self)
        exit(0);
    if (result != -1)
        return happened ? COPED : DONE;
    look(&after);
    if (!happened)
        printf("%s returned -1 for nothing\n", trial->name);
    else if (memcmp(&before, &after, sizeof(before)) != 0)
        printf("%s returned -1 but did something: files %d, memory %d, "
               "folders %d, here %d\n", trial->name,
               memcmp(before.files, after.files, sizeof(after.files)) != 0,
               before.memory_end != after.memory_end,
               before.folders != after.folders, before.here != after.here);
    else
        return FAILED_WELL;
    return WRONG;
}

static enum outcome
try_in_child(const struct trial *trial, enum resource resource, uint32_t n)
{
    int ended = WRONG;
    int pid = fork();
    if (pid == 0)
        exit((int)try_here(trial, resource, n));
    if (pid < 0 || wait(&ended) != pid)
        ended = WRONG;
    remove_folder();
    if (ended < DONE || ended >= WRONG)
        complain_and_exit("%s, %s %u", trial->name, resource_names[resource],
                          (unsigned)n);
    return (enum outcome)ended;
}

/* ---- The whole ---- */

static struct stock at_start;

void
complain_and_exit(const char *fmt, ...)
{
    va_list args;
    printf("failures: wrong: ");
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\n");
    exit(1);
}

static void
print_stock(const char *when, struct stock stock)
{
    printf("%s: %d pages, %d processes, %d files, %d inodes, %d blocks\n",
           when, stock.pages, stock.processes, stock.files, stock.inodes,
           stock.blocks);
}

static void
expect_stock(const char *what)
{
    struct stock now = take_stock();
    if (same_stock(at_start, now))
        return;
    print_stock("before", at_start);
    print_stock("now", now);
    complain_and_exit("%s lost something", what);
}

/* Walks through all that a call takes of a resource; how often it failed. */
static int
walk(const struct trial *trial, enum resource resource)
{
    int failed = 0, coped = 0;
    for (uint32_t n = 1; n <= N_MAX; n++) {
        enum outcome outcome = try_in_child(trial, resource, n);
        if (outcome == DONE) {
            if (n > 1)
                printf("%s: %s refused: failed %d times, coped %d times\n",
                       trial->name, resource_names[resource], failed, coped);
            return failed;
        }
        failed += outcome == FAILED_WELL;
        coped += outcome == COPED;
        expect_stock(trial->name);
    }
    complain_and_exit("%s takes a %s without end", trial->name,
                      resource_names[resource]);
}

static void
walk_all(void)
{
    int failed = 0;
    at_start = take_stock();
    print_stock("before", at_start);
    for (unsigned i = 0; i < sizeof(trials) / sizeof(trials[0]); i++)
        for (unsigned what = 0; what < RESOURCES; what++)
            failed += walk(&trials[i], (enum resource)what);
    expect_stock("all of it together");
    printf("failures: %d calls failed as they must, ok\n", failed);
}

/* Does this kernel do what it is asked for? */
static bool
can_refuse(void)
{
    bool happened;
    call_refused(&(struct trial){.number = SYS_dup}, FAIL_DESCRIPTOR, 1,
                 &happened);
    return happened;
}

/* Until the gate is closed, this process keeps what it has. */
static void
keep_all(int gate[2])
{
    char c;
    close(gate[1]);
    read(gate[0], &c, 1);
    exit(0);
}

/* Has children keep open files that nobody else has. */
static void
keep_files(int gate[2])
{
    for (int taken = 0; taken < FILES_TAKEN;) {
        int n = 0;
        while (open("/", O_RDONLY) >= 0)
            n++;
        int pid = fork();
        if (pid == 0)
            keep_all(gate);
        if (pid < 0 || n == 0)
            complain_and_exit("too few processes");
        taken += n;
        for (int fd = gate[1] + 1; fd < NOFILE; fd++)
            close(fd);
    }
}

/*
 * A child does the work.  Meanwhile this process and other children keep most
 * of the memory and the open files, so that counting the rest is quick.
 */
int
main(int argc, char *argv[])
{
    int gate[2], go[2], result = 1;
    char c;
    if (argc == 2 && strcmp(argv[1], done_argument) == 0)
        return DONE;
    if (!can_refuse()) {
        printf("failures: this needs the DEBUG kernel: make DEBUG=1 qemu\n");
        return 1;
    }
    pipe(gate);
    keep_files(gate);
    int npages = take_stock().pages;
    pipe(go);
    int pid = fork();
    if (pid == 0) {
        close(gate[0]);
        close(gate[1]);
        close(go[1]);
        read(go[0], &c, 1);
        close(go[0]);
        walk_all();
        exit(0);
    }
    if (pid < 0 || npages < PAGES_LEFT ||
        (intptr_t)sbrk((npages - PAGES_LEFT) * PGSIZE) == -1)
        complain_and_exit("too little memory");
    close(go[1]);
    while (wait(&result) != pid)
        continue;
    return result;
}
