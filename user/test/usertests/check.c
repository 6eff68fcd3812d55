/* The checks of the tests, and the children they run. */
#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fcntl.h"

enum { MESSAGE_MAX = 240 };

static char remarks[80];

void
remark(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(remarks, sizeof(remarks), fmt, args);
    va_end(args);
}

/*
 * Sends one line to the driver (or, from the driver itself, to the console) and
 * ends the process.  One write, as several children may fail at once.
 */
static void fail(const char *file, int line, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

static void
fail(const char *file, int line, const char *fmt, ...)
{
    const char *base = file;
    for (const char *c = file; *c != '\0'; c++)
        if (*c == '/')
            base = c + 1;

    char what[MESSAGE_MAX - 100];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);

    char message[MESSAGE_MAX];
    snprintf(message, sizeof(message), "# %s:%d: %s%s%s\n", base, line, what,
             remarks[0] == '\0' ? "" : "; ", remarks);
    if (write(REPORT, message, strlen(message)) < 0)
        write(1, message, strlen(message));
    exit(1);
}

void
expect_equal(const char *file, int line, const char *what, long seen,
             long wanted)
{
    if (seen != wanted)
        fail(file, line, "expected %ld, saw %ld: %s", wanted, seen, what);
}

void
expect_true(const char *file, int line, const char *what, bool holds)
{
    if (!holds)
        fail(file, line, "expected to be true: %s", what);
}

void
expect_file(const char *file, int line, const char *path, const char *text)
{
    char seen[80];
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        fail(file, line, "expected a file %s, saw none", path);
    int n = read(fd, seen, sizeof(seen) - 1);
    close(fd);
    if (n < 0)
        fail(file, line, "expected to read %s, saw %d", path, n);
    seen[n] = '\0';
    if (strcmp(seen, text) != 0)
        fail(file, line, "expected \"%s\" in %s, saw \"%s\"", text, path, seen);
}

int
spawn(void)
{
    int pid = fork();
    CHECK(pid >= 0);
    return pid;
}

int
reap(int pid)
{
    int status;
    EXPECT(wait(&status), pid);
    return status;
}

int
outcome(void (*body)(uintptr_t), uintptr_t argument)
{
    int pid = spawn();
    if (pid == 0) {
        body(argument);
        exit(0);
    }
    return reap(pid);
}

void
together(int n, void (*body)(int who))
{
    for (int who = 0; who < n; who++)
        if (spawn() == 0) {
            body(who);
            exit(0);
        }
    for (int i = 0; i < n; i++) {
        int status = -2;
        CHECK(wait(&status) > 0);
        EXPECT(status, 0);
    }
}

volatile char *
at(uintptr_t address)
{
    asm("" : "+r"(address));
    return (volatile char *)address;
}

void
read_byte(uintptr_t address)
{
    (void)*at(address);
}

void
write_byte(uintptr_t address)
{
    *at(address) = 1;
}

void
call_code(uintptr_t address)
{
    void (*code)(void) = (void (*)(void))(uintptr_t)at(address);
    code();
}
