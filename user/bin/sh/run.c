/*
 * Running a tree of commands.
 *
 * Every program runs in a process that the shell forks for it.  The forked
 * process is a copy of the shell and knows the tree, so it does the rest: it
 * opens the files of the redirects and then becomes the program.  The shell
 * itself only does what must happen in its own process: cd and exit.
 */
#include "run.h"

#include <complain.h>
#include <fcntl.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expand.h"

enum {
    STATUS_USAGE = 2,
    STATUS_NOT_RUN = 126,       // found, but it is no program
    STATUS_NOT_FOUND = 127,
};

static int last_status;
static struct arguments arguments;      // of the simple command that runs

int
run_status(void)
{
    return last_status;
}

/* fork, with a complaint if that is not possible. */
static int
fork_shell(void)
{
    int pid = fork();

    if (pid < 0)
        dprintf(STDERR_FILENO, "sh: cannot make a process\n");
    return pid;
}

/*
 * Waits until process `last` has ended, and `other` too unless it is -1.
 * Returns last's status.
 */
static int
wait_for(int last, int other)
{
    int result = EXIT_FAILURE;

    while (last > 0 || other > 0) {
        int status;
        int pid = wait(&status);
        if (pid < 0)
            break;
        if (pid == last) {
            result = status;
            last = -1;
        } else if (pid == other) {
            other = -1;
        }
    }
    return result;
}

/* Makes fd the same open file as `from`, which is another. */
static int
replace_fd(int fd, int from)
{
    close(fd);
    return dup(from) == fd ? 0 : -1;    // dup takes the lowest free number
}

static int
open_redirect(const struct redirect *redirect)
{
    if (redirect->copy_of >= 0)
        return replace_fd(redirect->fd, redirect->copy_of);

    const char *path = expand_path(redirect->path, last_status);
    if (path == NULL)
        return -1;
    int fd = open_file("sh", path, redirect->flags);
    if (fd < 0)
        return -1;
    if (fd == redirect->fd)
        return 0;
    int result = replace_fd(redirect->fd, fd);
    close(fd);
    return result;
}

/* Becomes the program at path.  Returns only if there is none. */
static void
try_exec(const char *path)
{
    struct stat st;

    if (exec(path, arguments.argv) >= 0 || stat(path, &st) < 0)
        return;
    const char *what = st.type == T_DIR ? "is a directory (cd goes there)"
        : "cannot run it (if it is a script: sh FILE)";
    dprintf(STDERR_FILENO, "sh: %s: %s\n", arguments.argv[0], what);
    exit(STATUS_NOT_RUN);
}

/* Becomes the simple command whose arguments have been expanded. */
static void __attribute__((noreturn))
become_program(const struct redirect *redirects)
{
    const char *name = arguments.argv[0];
    char path[MAXPATH];

    for (const struct redirect *r = redirects; r != NULL; r = r->next)
        if (open_redirect(r) < 0)
            exit(EXIT_FAILURE);
    if (arguments.argc == 0)
        exit(EXIT_SUCCESS);     // "> file" only makes the file

    if (*name == '\0') {
        dprintf(STDERR_FILENO, "sh: an empty name is no command\n");
        exit(STATUS_NOT_FOUND);
    }
    try_exec(name);
    if (strchr(name, '/') == NULL) {
        snprintf(path, sizeof path, "/%s", name);
        try_exec(path);
    }
    dprintf(STDERR_FILENO, "sh: %s: not found (help lists commands)\n", name);
    exit(STATUS_NOT_FOUND);
}

static int
run_cd(void)
{
    const char *path = arguments.argc > 1 ? arguments.argv[1] : "/";

    if (arguments.argc > 2) {
        dprintf(STDERR_FILENO, "usage: cd [DIRECTORY]\n");
        return STATUS_USAGE;
    }
    if (chdir(path) < 0)
        return complain("cd", "cannot go to", path, explain(path, ENTER_IT));
    return EXIT_SUCCESS;
}

static int
run_exit(void)
{
    char *end;

    if (arguments.argc == 1)
        exit(last_status);
    int status = (int)strtol(arguments.argv[1], &end, 10);
    if (arguments.argc == 2 && end != arguments.argv[1] && *end == '\0')
        exit(status);
    dprintf(STDERR_FILENO, "usage: exit [NUMBER]\n");
    return STATUS_USAGE;
}

/* What the shell does itself: another process could not do it for the shell. */
static const struct {
    const char *name;
    int (*run)(void);
} builtins[] = {
    { "cd", run_cd },
    { "exit", run_exit },
};

enum { NBUILTINS = sizeof builtins / sizeof builtins[0] };

/*
 * If the expanded command is one of the builtins, runs it, stores its status
 * and returns true.
 */
static bool
run_builtin(int *status)
{
    for (int i = 0; i < NBUILTINS; i++) {
        if (arguments.argc > 0 &&
            strcmp(arguments.argv[0], builtins[i].name) == 0) {
            *status = builtins[i].run();
            return true;
        }
    }
    return false;
}

static int
run_simple(const struct command *command)
{
    int status;

    if (!expand(command->words, last_status, &arguments))
        return EXIT_FAILURE;
    if (run_builtin(&status))
        return status;
    int pid = fork_shell();
    if (pid == 0)
        become_program(command->redirects);
    return wait_for(pid, -1);
}

/* Runs command in this process, a forked one, and ends it. */
static void __attribute__((noreturn))
run_here(const struct command *command)
{
    if (command->type == SIMPLE) {
        int status;
        if (!expand(command->words, last_status, &arguments))
            exit(EXIT_FAILURE);
        if (run_builtin(&status))
            exit(status);
        become_program(command->redirects);
    }
    if (command->type == SUBSHELL) {
        const struct redirect *r = command->redirects;
        for (; r != NULL; r = r->next)
            if (open_redirect(r) < 0)
                exit(EXIT_FAILURE);
        run_here(command->left);
    }
    exit(run(command));
}

static int
run_subshell(const struct command *command)
{
    int pid = fork_shell();

    if (pid == 0)
        run_here(command);
    return wait_for(pid, -1);
}

/*
 * Starts one side of a pipe in a new process, whose file number fd becomes
 * ends[fd]: its end of the pipe.
 */
static int
start_side(const struct command *command, int fd, const int ends[2])
{
    int pid = fork_shell();

    if (pid == 0) {
        if (replace_fd(fd, ends[fd]) < 0)
            exit(EXIT_FAILURE);
        close(ends[0]);
        close(ends[1]);
        run_here(command);
    }
    return pid;
}

static int
run_pipe(const struct command *command)
{
    int ends[2];                // 0 to read from, 1 to write to

    if (pipe(ends) < 0) {
        dprintf(STDERR_FILENO, "sh: cannot make a pipe\n");
        return EXIT_FAILURE;
    }
    int left = start_side(command->left, STDOUT_FILENO, ends);
    int right = left < 0 ? -1 : start_side(command->right, STDIN_FILENO, ends);
    // As long as the shell had the pipe open, its reader would see no end.
    close(ends[0]);
    close(ends[1]);
    return wait_for(right, left);
}

/*
 * A command in the background is the child of a child that ends at once, so
 * that init adopts it and waits for it in the shell's place.
 */
static int
run_background(const struct command *command)
{
    int pid = fork_shell();

    if (pid == 0) {
        int job = fork_shell();
        if (job == 0)
            run_here(command->left);
        exit(job < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
    }
    return wait_for(pid, -1);
}

static int
run_by_type(const struct command *command)
{
    int status;

    switch (command->type) {
    case SIMPLE:
        return run_simple(command);
    case SUBSHELL:
        return run_subshell(command);
    case BACKGROUND:
        return run_background(command);
    case PIPE:
        return run_pipe(command);
    case AND:
        status = run(command->left);
        return status == 0 ? run(command->right) : status;
    case OR:
        status = run(command->left);
        return status != 0 ? run(command->right) : status;
    case SEQUENCE:
        run(command->left);
        return run(command->right);
    }
    return EXIT_FAILURE;
}

int
run(const struct command *command)
{
    last_status = run_by_type(command);
    return last_status;
}

/* Returns whether command is several that run one after the other. */
static bool
is_series(const struct command *command)
{
    return command->type == SEQUENCE || command->type == AND ||
           command->type == OR;
}

/* Returns whether a builtin is among the commands of a series. */
static bool
has_builtin(const struct command *command)
{
    const struct word *word = command->words;

    if (is_series(command))
        return has_builtin(command->left) || has_builtin(command->right);
    for (int i = 0; i < NBUILTINS && word != NULL; i++)
        if ((size_t)word->length == strlen(builtins[i].name) &&
            strncmp(word->text, builtins[i].name, (size_t)word->length) == 0)
            return true;
    return false;
}

int
run_at_prompt(const struct command *command)
{
    if (!is_series(command) || has_builtin(command))
        return run(command);
    last_status = run_subshell(command);
    return last_status;
}
