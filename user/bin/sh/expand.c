/*
 * The expansion of words.
 *
 * While a word is expanded, the marks ANY_STRING and ANY_CHARACTER stand in it
 * for each * and ? that was not quoted, to tell them from plain characters.
 */
#include "expand.h"

#include <dir.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANY_STRING = 1, ANY_CHARACTER = 2 };

/* All arguments of a command, each with a terminating zero. */
static char memory[4096];
static size_t used;

static bool
put(char c)
{
    if (used == sizeof memory) {
        dprintf(STDERR_FILENO, "sh: the arguments are too long\n");
        return false;
    }
    memory[used++] = c;
    return true;
}

static bool
put_string(const char *s)
{
    while (*s != '\0')
        if (!put(*s++))
            return false;
    return put('\0');
}

static bool
put_status(int status)
{
    char digits[12];

    snprintf(digits, sizeof digits, "%d", status);
    if (!put_string(digits))
        return false;
    used--;                     // the word goes on where the zero is
    return true;
}

/* Returns what a character that is not quoted stands for. */
static char
unquoted(char c)
{
    if (c == '*')
        return ANY_STRING;
    if (c == '?')
        return ANY_CHARACTER;
    return c;
}

/* Returns whether a backslash before `next` takes its meaning away. */
static bool
escapes(char quote, char next)
{
    if (quote == '\'')
        return false;
    if (quote == '"')
        return next == '"' || next == '\\' || next == '$';
    return next != '\0';
}

/* Writes word to memory with its quotes removed, but with marks. */
static bool
put_word(const struct word *word, int status)
{
    const char *s = word->text;
    const char *end = s + word->length;
    char quote = '\0';          // the one that is open
    bool done = true;

    while (done && s < end) {
        char c = *s++;
        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        } else if (c == '\\' && escapes(quote, *s)) {
            done = put(*s++);
        } else if (c == '$' && *s == '?' && quote != '\'') {
            done = put_status(status);
            s++;
        } else {
            done = put(quote == '\0' ? unquoted(c) : c);
        }
    }
    return done && put('\0');
}

/* Returns whether name fits pattern. */
static bool
fits(const char *pattern, const char *name)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == ANY_STRING) {
            for (; *name != '\0'; name++)
                if (fits(pattern + 1, name))
                    return true;
        } else {
            if (*name == '\0')
                return false;
            if (*pattern != ANY_CHARACTER && *pattern != *name)
                return false;
            name++;
        }
    }
    return *name == '\0';
}

/* Turns the marks in s back into the characters that they stand for. */
static void
remove_marks(char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == ANY_STRING)
            *s = '*';
        else if (*s == ANY_CHARACTER)
            *s = '?';
    }
}

static bool
add_argument(struct arguments *arguments, char *text)
{
    if (arguments->argc == MAXARG) {
        dprintf(STDERR_FILENO, "sh: more than %d arguments\n", MAXARG);
        return false;
    }
    arguments->argv[arguments->argc++] = text;
    return true;
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Adds prefix and name, for each name in directory fd that fits.  A name that
 * begins with a dot fits only if the pattern begins with one too.
 */
static bool
add_fitting(struct arguments *arguments, int fd, int prefix_length,
            const char *prefix, const char *pattern)
{
    char name[NAME_SIZE];
    char path[MAXPATH];

    while (dir_next(fd, name) > 0) {
        if (!fits(pattern, name) || (name[0] == '.' && pattern[0] != '.'))
            continue;
        char *text = memory + used;
        snprintf(path, sizeof path, "%.*s%s", prefix_length, prefix, name);
        if (!put_string(path) || !add_argument(arguments, text))
            return false;
    }
    return true;
}

/*
 * Adds the files that word fits.  It may have marks only behind its last slash:
 * what stands before names the directory.
 */
static bool
add_files(struct arguments *arguments, const char *word)
{
    char directory[MAXPATH] = ".";
    const char *pattern = base_name(word);
    int prefix_length = (int)(pattern - word);
    int first = arguments->argc;

    if (prefix_length >= MAXPATH)
        return true;
    if (prefix_length > 0)
        snprintf(directory, sizeof directory, "%.*s", prefix_length, word);
    int fd = is_directory(directory) ? open(directory, O_RDONLY) : -1;
    if (fd < 0)
        return true;
    bool done = add_fitting(arguments, fd, prefix_length, word, pattern);
    close(fd);
    qsort(&arguments->argv[first], (size_t)(arguments->argc - first),
          sizeof arguments->argv[0], compare);
    return done;
}

bool
expand(const struct word *words, int status, struct arguments *arguments)
{
    const char marks[] = { ANY_STRING, ANY_CHARACTER, '\0' };

    used = 0;
    arguments->argc = 0;
    for (const struct word *word = words; word != NULL; word = word->next) {
        char *text = memory + used;
        int before = arguments->argc;
        if (!put_word(word, status))
            return false;
        if (strpbrk(text, marks) != NULL && !add_files(arguments, text))
            return false;
        if (arguments->argc == before) {
            remove_marks(text);
            if (!add_argument(arguments, text))
                return false;
        }
    }
    arguments->argv[arguments->argc] = NULL;
    return true;
}

const char *
expand_path(const struct word *word, int status)
{
    char *text = memory + used;

    if (!put_word(word, status))
        return NULL;
    remove_marks(text);
    return text;
}
