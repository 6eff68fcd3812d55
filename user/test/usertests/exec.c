/* Tests of exec.  The program they start is usertests itself: see helper.c. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "lib/limits.h"
#include "x86/mmu.h"

#include "fpu.h"

static const char program[] = "/usertests";

/* exec's result if it returns, as an exit status that no program here uses. */
enum { REFUSED = 99 };

/* Runs path with these arguments in a child; its status, or REFUSED. */
static int
run(const char *path, const char *const argv[])
{
    int pid = spawn();
    if (pid == 0) {
        EXPECT(exec(path, (char *const *)argv), -1);
        exit(REFUSED);
    }
    return reap(pid);
}

/* Runs `usertests @ what argument`. */
static int
run_helper(const char *what, const char *argument)
{
    const char *argv[] = {"usertests", "@", what, argument, NULL};
    return run(program, argv);
}

static void
exec_passes_arguments(void)
{
    static const char wanted[] = "any name\n@\ntell\n5\n\ntwo words\n#$%\n";
    const char *argv[] = {
        "any name", "@", "tell", "5", "", "two words", "#$%", NULL,
    };
    char text[100];
    int fds[2];
    int total = 0, n;
    EXPECT(pipe(fds), 0);
    EXPECT(fds[1], 5);
    EXPECT(run(program, argv), 0);
    EXPECT(close(fds[1]), 0);
    do {
        n = read(fds[0], text + total, sizeof(text) - total);
        CHECK(n >= 0);
        total += n;
    } while (n > 0);
    EXPECT(total, sizeof(wanted) - 1);
    EXPECT(memcmp(text, wanted, total), 0);
}

/* Runs the program with argc arguments. */
static int
run_with(int argc)
{
    const char *argv[MAXARG + 3] = {"usertests", "@", "count"};
    for (int i = 3; i < argc; i++)
        argv[i] = "x";
    argv[argc] = NULL;
    return run(program, argv);
}

static void
exec_counts_arguments(void)
{
    EXPECT(run_with(3), 3);
    EXPECT(run_with(4), 4);
    EXPECT(run_with(MAXARG - 1), MAXARG - 1);
    EXPECT(run_with(MAXARG), MAXARG);
}

static void
exec_too_many_arguments(void)
{
    EXPECT(run_with(MAXARG + 1), REFUSED);
    EXPECT(run_with(MAXARG + 2), REFUSED);
}

/* One argument of n bytes and a zero. */
static int
run_with_length(int n)
{
    char *text = sbrk(n + 1);
    CHECK((intptr_t)text != -1);
    memset(text, 'y', n);
    text[n] = '\0';
    int status = run_helper("length", text);
    CHECK((intptr_t)sbrk(-n - 1) != -1);
    return status;
}

static void
exec_long_argument(void)
{
    EXPECT(run_with_length(200), 200);
    EXPECT(run_with_length(1000), 1000);
    EXPECT(run_with_length(3000), 3000);
}

/* The stack is 16 KiB; larger ones once wrapped the stack pointer. */
static void
exec_too_long_argument(void)
{
    EXPECT(run_with_length(USER_STACK_PAGES * PGSIZE), REFUSED);
    EXPECT(run_with_length(1024 * 1024), REFUSED);
    EXPECT(run_with_length(4 * 1024 * 1024 + 5), REFUSED);
}

static void
exec_huge_argument(void)
{
    enum { HUGE = 36 * 1024 * 1024 };
    char *text = sbrk(HUGE);
    if ((intptr_t)text == -1)
        return;
    memset(text, 'y', HUGE - 1);
    const char *argv[] = {"usertests", "@", "length", text, NULL};
    EXPECT(exec(program, (char *const *)argv), -1);
    argv[3] = text + HUGE - 33 * 1024 * 1024;
    EXPECT(exec(program, (char *const *)argv), -1);
}

static void
exec_long_in_sum(void)
{
    static char text[1000];
    const char *argv[MAXARG + 1] = {"usertests", "@", "count"};
    memset(text, 'z', sizeof(text) - 1);
    for (int i = 3; i < MAXARG; i++)
        argv[i] = text;
    EXPECT(run(program, argv), REFUSED);
    argv[5] = NULL;
    EXPECT(run(program, argv), 5);
}

static void
exec_no_program(void)
{
    const char *argv[] = {"x", NULL};
    EXPECT(mkdir("d"), 0);
    make_file("empty", "");
    make_file("text", "this is no program\n");
    EXPECT(run("none", argv), REFUSED);
    EXPECT(run("d", argv), REFUSED);
    EXPECT(run("d/none", argv), REFUSED);
    EXPECT(run(".", argv), REFUSED);
    EXPECT(run("/", argv), REFUSED);
    EXPECT(run("empty", argv), REFUSED);
    EXPECT(run("text", argv), REFUSED);
}

/* To read from the console would wait for a person, inside exec. */
static void
exec_no_device(void)
{
    const char *argv[] = {"x", NULL};
    EXPECT(mknod("con", 1, 1), 0);
    int before = uptime();
    EXPECT(run("con", argv), REFUSED);
    EXPECT(run("/console", argv), REFUSED);
    EXPECT(run("/ptable", argv), REFUSED);
    CHECK(uptime() - before < 10 * HZ);
}

static void
exec_failed_changes_nothing(void)
{
    static int mark = 5;
    const char *argv[] = {"x", NULL};
    int on_stack = 7;
    uintptr_t end = memory_end();
    char *heap = sbrk(100);
    heap[99] = 'h';
    mark = 6;
    EXPECT(exec("none", (char *const *)argv), -1);
    make_file("text", "this is no program\n");
    EXPECT(exec("text", (char *const *)argv), -1);
    EXPECT(mark, 6);
    EXPECT(on_stack, 7);
    EXPECT(heap[99], 'h');
    EXPECT(memory_end(), end + 100);
}

static void
exec_keeps_pid(void)
{
    int pid = spawn();
    if (pid == 0) {
        char text[12];
        int me = getpid(), i = sizeof(text) - 1;
        text[i] = '\0';
        for (; me > 0; me /= 10)
            text[--i] = (char)('0' + me % 10);
        const char *argv[] = {"usertests", "@", "pid", text + i, NULL};
        exec(program, (char *const *)argv);
    }
    EXPECT(reap(pid), 0);
}

static void
exec_new_memory(void)
{
    CHECK((intptr_t)sbrk(50000) != -1);
    memset(buffer, 1, sizeof(buffer));
    EXPECT(run_helper("memory", NULL), 0);
}

static void
exec_keeps_folder(void)
{
    EXPECT(mkdir("d"), 0);
    EXPECT(chdir("d"), 0);
    make_file("f", "in d");
    EXPECT(run_helper("here", "in d"), 0);
}

static void
exec_keeps_offset(void)
{
    char text[30];
    int fd = must_open("f", O_CREATE | O_RDWR);
    EXPECT(fd, 4);
    EXPECT(write(fd, ">", 1), 1);
    EXPECT(run_helper("tell", "4"), 0);
    EXPECT(write(fd, "<", 1), 1);
    EXPECT(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(read(fd, text, sizeof(text)), 21);
    EXPECT(memcmp(text, ">usertests\n@\ntell\n4\n<", 21), 0);
}

static void
exec_new_fpu(void)
{
    for (int i = 0; i < 5; i++) {
        fpu_spoil(i);
        EXPECT(run_helper("fpu", NULL), 0);
    }
}

static void
exec_by_other_paths(void)
{
    const char *argv[] = {"usertests", "@", "count", NULL};
    EXPECT(run("../usertests", argv), 3);
    EXPECT(run("/./usertests", argv), 3);
    EXPECT(chdir("/"), 0);
    EXPECT(run("usertests", argv), 3);
}

static void
exec_again_and_again(void)
{
    for (int i = 0; i < 20; i++)
        EXPECT(run_with(3 + i), 3 + i);
}

static void
exec_at_once(int who)
{
    for (int i = 0; i < 5; i++)
        EXPECT(run_with(4 + who), 4 + who);
}

static void
exec_concurrent(void)
{
    together(5, exec_at_once);
}

/* Also when it fails late, with the new memory half made. */
static void
exec_returns_memory(void)
{
    const char *none[] = {"x", NULL};
    make_file("text", "this is no program\n");
    int pages = count_pages();
    for (int i = 0; i < 10; i++) {
        EXPECT(run("none", none), REFUSED);
        EXPECT(run("text", none), REFUSED);
        EXPECT(run_with(MAXARG + 1), REFUSED);
        EXPECT(run_with_length(USER_STACK_PAGES * PGSIZE), REFUSED);
        EXPECT(run_with(5), 5);
    }
    EXPECT(count_pages(), pages);
}

/* All strings with their zeros, "usertests", "@" and "length" among them. */
static void
exec_one_page(void)
{
    static const char others[] = "usertests\0@\0length";
    int most = PGSIZE - sizeof(others) - 1;
    EXPECT(run_with_length(most), most);
    EXPECT(run_with_length(most + 1), REFUSED);
}

static void
exec_keeps_children(void)
{
    const char *argv[] = {"usertests", "@", "wait", NULL};
    int pid = spawn();
    if (pid == 0) {
        if (spawn() == 0)
            exit(23);
        exec(program, (char *const *)argv);
    }
    EXPECT(reap(pid), 23);
}

const struct test exec_tests[] = {
    {"exec: the program finds its arguments", exec_passes_arguments, UNIX},
    {"exec: up to 64 arguments", exec_counts_arguments, UNIX},
    {"exec: not more than 64 arguments", exec_too_many_arguments, 0},
    {"exec: an argument may be long", exec_long_argument, 0},
    {"exec: no argument may be longer than the stack",
     exec_too_long_argument, 0},
    {"exec: an argument of 33 MiB does not wrap around", exec_huge_argument,
     0},
    {"exec: nor may all together be longer", exec_long_in_sum, 0},
    {"exec: -1 for what is no program", exec_no_program, UNIX},
    {"exec: -1 for a device, at once", exec_no_device, 0},
    {"exec: if it fails, all is as before", exec_failed_changes_nothing,
     UNIX},
    {"exec: the process keeps its pid", exec_keeps_pid, UNIX},
    {"exec: memory is new", exec_new_memory, 0},
    {"exec: the current folder stays", exec_keeps_folder, UNIX},
    {"exec: open files stay, with their offsets", exec_keeps_offset, UNIX},
    {"exec: floating point starts afresh", exec_new_fpu, 0},
    {"exec: the program may be named by any path", exec_by_other_paths, UNIX},
    {"exec: twenty times", exec_again_and_again, UNIX},
    {"exec: in five processes at once", exec_concurrent, UNIX},
    {"exec: gives the memory back, whether it fails or not",
     exec_returns_memory, 0},
    {"exec: the children stay", exec_keeps_children, UNIX},
    {"exec: 4096 bytes of arguments, but not one more", exec_one_page, 0},
    {NULL, NULL, 0},
};
