/*
 * usertests: one small test for each promise of each system call.
 *
 *     usertests [-l] [-q] [-a] [-u] [NAME...]
 *
 * runs the tests whose names begin with one of NAMEs (usertests pipe), or all.
 * -l lists their names instead, -q leaves out the slow ones, -a runs even those
 * that take minutes, -u runs those alone that hold on every Unix.
 *
 * The output is TAP, the Test Anything Protocol: `1..N`, then for each test
 * `ok 3 - name` or `not ok 3 - name`, with lines after # that say what was
 * expected and what was seen.  The exit status is 0 only if all passed.
 *
 * Each test is run by a child, in an empty folder.  A second child ends it if
 * it takes too long, so that a test that hangs fails like any other.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/limits.h"

#include "usertests/test.h"

enum {
    SECONDS = 60,               // what a test may take,
    SECONDS_LONG = 900,         // and one marked LONG
    NAMES_MAX = 16,
};

static const struct test *const topics[] = {
    fork_tests, wait_tests, kill_tests, time_tests, sbrk_tests, memory_tests,
    pointer_tests, length_tests, path_tests, open_tests, fd_tests, file_tests,
    seek_tests, link_tests, unlink_tests, dir_tests, rename_tests,
    device_tests, pipe_tests, pipe_many_tests, exec_tests, elf_tests,
    trap_tests, segment_tests, syscall_tests, fpu_tests, race_name_tests,
    race_file_tests, race_process_tests, limit_tests, limit_disk_tests,
};

/* What the command line asked for. */
static struct {
    bool list, quick, all, unix_only;
    int nnames;
    const char *names[NAMES_MAX];
} wish;

/* How far the run has come. */
static int number, npassed, nfailed, nskipped;

/* printf in one write, so that a message of the kernel never splits a line. */
static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
say(const char *fmt, ...)
{
    char line[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    write(1, line, strlen(line));
}

/* ---- Which tests ---- */

static bool
is_wanted(const struct test *test)
{
    if (wish.unix_only && !(test->flags & UNIX))
        return false;
    for (int i = 0; i < wish.nnames; i++) {
        const char *name = wish.names[i];
        if (strncmp(test->name, name, strlen(name)) == 0)
            return true;
    }
    return wish.nnames == 0;
}

static bool
is_named_in_full(const struct test *test)
{
    for (int i = 0; i < wish.nnames; i++)
        if (strcmp(test->name, wish.names[i]) == 0)
            return true;
    return false;
}

/* Why the test is left out, or NULL if it is to run. */
static const char *
reason_to_skip(const struct test *test)
{
    if (is_named_in_full(test))
        return NULL;
    if ((test->flags & SLOW) && wish.quick)
        return "slow: not with -q";
    if ((test->flags & LONG) && !wish.all)
        return "takes minutes: only with -a";
    return NULL;
}

/* Calls visit with each wanted test in turn. */
static void
for_each_wanted(void (*visit)(const struct test *test))
{
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
        for (const struct test *test = topics[i]; test->name != NULL; test++)
            if (is_wanted(test))
                visit(test);
}

/* ---- Running ---- */

/* Ends what a test that failed may have left: processes younger than it. */
static void
kill_younger(int pid)
{
    int newest = fork();
    if (newest == 0)
        exit(0);
    for (int other = pid + 1; other < newest; other++)
        kill(other);
    while (wait(NULL) >= 0)
        continue;
}

/* The child's side: runs the test with descriptors 0 to 2 and REPORT open. */
static void
run_here(const struct test *test, int report)
{
    if (report != REPORT) {
        close(REPORT);
        dup(report);
    }
    for (int fd = REPORT + 1; fd < NOFILE; fd++)
        close(fd);
    if (chdir(FOLDER) < 0)
        exit(1);
    test->run();
    exit(0);
}

static int
start_watch(int pid, int seconds)
{
    int watch = fork();
    if (watch == 0) {
        sleep(seconds * HZ);
        kill(pid);
        exit(0);
    }
    return watch;
}

/* Waits for the test's child.  Returns its exit status, and if time was up. */
static int
wait_watched(int pid, int seconds, bool *late)
{
    int watch = start_watch(pid, seconds);
    int ended, status = -1;
    *late = false;
    do {
        ended = wait(&status);
        if (ended == watch && watch >= 0)
            *late = true;
    } while (ended != pid && ended >= 0);
    if (!*late && watch >= 0) {
        int ignored;
        kill(watch);
        wait(&ignored);
    }
    return status;
}

static void
print_verdict(const struct test *test, int status, bool late, bool tidy,
              const char *messages)
{
    bool passed = status == 0 && !late && tidy;
    *(passed ? &npassed : &nfailed) += 1;
    say("%sok %d - %s\n", passed ? "" : "not ", number, test->name);
    if (messages[0] != '\0')
        say("%s", messages);
    if (late)
        say("# expected to end soon, was still running\n");
    else if (status == -1)
        say("# expected to exit, was killed (status -1)\n");
    if (!tidy)
        say("# expected files that can be removed, saw some stay\n");
}

/*
 * The messages come through a pipe.  It already holds a newline when the test
 * begins, so that one read afterwards never has to wait.
 */
static void
run(const struct test *test)
{
    int fds[2];
    char messages[300];
    bool late;
    if (pipe(fds) < 0 || write(fds[1], "\n", 1) != 1) {
        say("Bail out! no pipe\n");
        exit(1);
    }
    int pid = fork();
    if (pid == 0) {
        close(fds[0]);
        run_here(test, fds[1]);
    }
    int seconds = test->flags & LONG ? SECONDS_LONG : SECONDS;
    int status = wait_watched(pid, seconds, &late);
    int n = read(fds[0], messages, sizeof(messages) - 1);
    if (n == (int)sizeof(messages) - 1)
        messages[n - 1] = '\n';         // the rest is cut off
    messages[n < 1 ? 1 : n] = '\0';
    close(fds[0]);
    close(fds[1]);
    if (status != 0)
        kill_younger(pid);
    bool tidy = empty_folder();
    print_verdict(test, status, late, tidy, messages + 1);
}

static void
visit_run(const struct test *test)
{
    const char *reason = reason_to_skip(test);
    number++;
    if (reason == NULL) {
        run(test);
    } else {
        nskipped++;
        say("ok %d - %s # SKIP %s\n", number, test->name, reason);
    }
}

static void
visit_count(const struct test *test)
{
    (void)test;
    number++;
}

static void
visit_list(const struct test *test)
{
    const char *mark = test->flags & LONG ? " (long)"
        : test->flags & SLOW ? " (slow)" : "";
    say("%s%s\n", test->name, mark);
}

/* ---- The whole run ---- */

/* What programs can get hold of, before the tests and after them. */
struct stock {
    int pages, processes, files;
};

static struct stock
take_stock(void)
{
    struct stock stock;
    stock.pages = count_pages();
    stock.processes = count_processes();
    stock.files = count_files();
    return stock;
}

static bool
same_stock(struct stock a, struct stock b)
{
    return a.pages == b.pages && a.processes == b.processes &&
        a.files == b.files;
}

/*
 * The last test, of the kernel over the whole run: nothing is lost.  Orphans
 * end a little later than the test that left them, so it tries again.
 */
static void
compare_stock(struct stock before)
{
    struct stock now = take_stock();
    for (int i = 0; i < 10 && !same_stock(now, before); i++) {
        sleep(HZ / 5);
        now = take_stock();
    }
    bool same = same_stock(now, before);
    *(same ? &npassed : &nfailed) += 1;
    say("%sok %d - leaks: memory, processes and open files are all back\n",
        same ? "" : "not ", ++number);
    if (!same)
        say("# expected %d pages, %d processes, %d files, saw %d, %d, %d\n",
            before.pages, before.processes, before.files, now.pages,
            now.processes, now.files);
}

static void
run_all(void)
{
    for_each_wanted(visit_count);
    if (number == 0) {
        dprintf(2, "usertests: no such test; usertests -l lists them\n");
        return;
    }
    bool with_stock = wish.nnames == 0 && !wish.quick && !wish.unix_only;
    say("1..%d\n", number + with_stock);
    number = 0;

    mkdir(FOLDER);
    if (!empty_folder()) {
        say("Bail out! cannot make an empty " FOLDER "\n");
        exit(1);
    }
    struct stock before = {0, 0, 0};
    if (with_stock)
        before = take_stock();
    for_each_wanted(visit_run);
    if (with_stock)
        compare_stock(before);
    unlink(FOLDER);
    if (nskipped > 0)
        say("# %d skipped\n", nskipped);
    say("# %d passed, %d failed\n", npassed, nfailed);
}

static bool
set_option(const char *option)
{
    bool *flag = strcmp(option, "-l") == 0 ? &wish.list
        : strcmp(option, "-q") == 0 ? &wish.quick
        : strcmp(option, "-a") == 0 ? &wish.all
        : strcmp(option, "-u") == 0 ? &wish.unix_only : NULL;
    if (flag != NULL)
        *flag = true;
    return flag != NULL;
}

int
main(int argc, char *argv[])
{
    heap_base = memory_end();
    if (argc > 1 && strcmp(argv[1], "@") == 0)
        return helper_main(argc, argv);
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' && wish.nnames < NAMES_MAX) {
            wish.names[wish.nnames++] = argv[i];
        } else if (argv[i][0] != '-' || !set_option(argv[i])) {
            dprintf(2, "usage: usertests [-l] [-q] [-a] [-u] [NAME...]\n");
            return 2;
        }
    }
    if (wish.list)
        for_each_wanted(visit_list);
    else
        run_all();
    return wish.list || (nfailed == 0 && npassed > 0) ? 0 : 1;
}
