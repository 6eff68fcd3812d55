/* The program that the tests of exec start: usertests @ WHAT [ARGUMENT...] */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fpu.h"

static int
help_count(int argc, char *argv[])
{
    return argv[argc] == NULL ? argc : -2;
}

/* Writes all arguments to the descriptor, each with a newline. */
static int
help_tell(int argc, char *argv[])
{
    int fd = atoi(argv[3]);
    for (int i = 0; i < argc; i++)
        if (write(fd, argv[i], strlen(argv[i])) < 0 || write(fd, "\n", 1) != 1)
            return 1;
    return 0;
}

static int
help_pid(int argc, char *argv[])
{
    (void)argc;
    return atoi(argv[3]) == getpid() ? 0 : 1;
}

/* Is memory as a new program finds it? */
static int
help_memory(int argc, char *argv[])
{
    (void)argc;
    for (size_t i = 0; i < sizeof(buffer); i++)
        if (buffer[i] != 0)
            return 1;
    uintptr_t here = (uintptr_t)&argv;
    if (here >= heap_base || here < guard_page())
        return 2;
    return memory_end() == heap_base ? 0 : 3;
}

static int
help_here(int argc, char *argv[])
{
    (void)argc;
    EXPECT_FILE("f", argv[3]);
    return 0;
}

static int
help_fpu(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    return fpu_is_new() ? 0 : 1;
}

static int
help_length(int argc, char *argv[])
{
    (void)argc;
    size_t n = strlen(argv[3]);
    for (size_t i = 0; i < n; i++)
        if (argv[3][i] != 'y')
            return -2;
    return (int)n;
}

/* The status of a child that was there before this program. */
static int
help_wait(int argc, char *argv[])
{
    (void)argc, (void)argv;
    int status = -2;
    wait(&status);
    return status;
}

int
helper_main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        int (*help)(int argc, char *argv[]);
    } helpers[] = {
        {"count", help_count}, {"tell", help_tell}, {"pid", help_pid},
        {"memory", help_memory}, {"here", help_here}, {"fpu", help_fpu},
        {"length", help_length}, {"wait", help_wait},
    };
    for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
        if (argc > 2 && strcmp(argv[2], helpers[i].name) == 0)
            return helpers[i].help(argc, argv);
    return -2;
}
