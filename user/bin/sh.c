/*
 * sh - the shell: reads lines and runs the commands in them.
 *
 * usage: sh [-c COMMAND | FILE]
 *
 * Without arguments the lines come from the input; if that is the console, a
 * prompt asks for each.  sh/parse.h has the grammar of a line, sh/expand.h what
 * becomes of its words, and sh/run.c how commands are run.
 */
#include <complain.h>
#include <dir.h>
#include <fcntl.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh/parse.h"
#include "sh/run.h"

enum { STATUS_SYNTAX = 2 };

static int
run_line(const char *line, bool prompt)
{
    struct command *tree;

    if (!parse(line, &tree))
        return STATUS_SYNTAX;
    if (tree == NULL)
        return run_status();
    return prompt ? run_at_prompt(tree) : run(tree);
}

/* Takes the rest of a line that had no room, so that no part of it runs. */
static void
skip_line(int fd)
{
    char c = '\0';

    while (c != '\n' && read(fd, &c, 1) == 1)
        continue;
}

/*
 * Asks for a line at the console; results are as of getline.  The console gives
 * one line to a read, and this takes it in one piece: ^C forgets what was typed
 * but not yet read, and half a line must never run.
 */
static int
ask_line(int fd, char *line, int max)
{
    dprintf(STDERR_FILENO, "$ ");
    int n = read(fd, line, (size_t)max - 1);
    line[n > 0 ? n : 0] = '\0';
    return n;
}

/*
 * Runs the lines of fd to its end.  They are read one at a time and no more:
 * the commands may read the same file.
 */
static int
run_lines(int fd, bool prompt)
{
    char line[LINE_SIZE];
    int status = EXIT_SUCCESS;

    for (;;) {
        int n = prompt ? ask_line(fd, line, sizeof line)
                       : getline(fd, line, sizeof line);
        if (n <= 0) {
            if (prompt)
                dprintf(STDERR_FILENO, "\n");
            return status;
        }
        if (memchr(line, '\0', (size_t)n) != NULL) {
            dprintf(STDERR_FILENO, "sh: this is no file of commands\n");
            return STATUS_SYNTAX;
        }
        if (n == sizeof line - 1 && line[n - 1] != '\n') {
            skip_line(fd);
            dprintf(STDERR_FILENO, "sh: a line of more than %d characters\n",
                    LINE_SIZE - 2);
            status = STATUS_SYNTAX;
        } else {
            status = run_line(line, prompt);
        }
    }
}

static int
run_file(const char *path)
{
    if (is_directory(path))
        return complain("sh", "cannot run", path, "is a directory");
    int fd = open_file("sh", path, O_RDONLY);
    if (fd < 0)
        return EXIT_FAILURE;
    int status = run_lines(fd, false);
    close(fd);
    return status;
}

static bool
is_console(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.type == T_DEV;
}

int
main(int argc, char *argv[])
{
    if (argc == 1)
        return run_lines(STDIN_FILENO, is_console(STDIN_FILENO));
    if (argc == 3 && strcmp(argv[1], "-c") == 0)
        return run_line(argv[2], false);
    if (argc == 2 && argv[1][0] != '-')
        return run_file(argv[1]);
    dprintf(STDERR_FILENO, "usage: sh [-c COMMAND | FILE]\n");
    return STATUS_SYNTAX;
}
