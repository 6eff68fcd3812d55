/*
 * From the text of a line to a tree of commands.  The grammar:
 *
 *   line     = list
 *   list     = item { item }, of which only the last may be a bare chain
 *   item     = chain [";" | "&"]
 *   chain    = pipeline { ("&&" | "||") pipeline }
 *   pipeline = command { "|" command }
 *   command  = "(" list ")" { redirect } | { word | redirect }
 *   redirect = ("<" | ">" | ">>" | "2>" | "2>>") word | ">&2" | "2>&1"
 *
 * For example, `(ls; cat x) | wc > n &` is this tree:
 *
 *   BACKGROUND -- PIPE -+- SUBSHELL -- SEQUENCE -+- SIMPLE ls
 *                       |                        +- SIMPLE cat x
 *                       +- SIMPLE wc, redirects > n
 */
#pragma once

#include <stdbool.h>

enum { LINE_SIZE = 512 };       // bytes of a line with its terminating zero

/* A word as it was typed, with its quotes: a piece of the line. */
struct word {
    const char *text;
    int length;
    struct word *next;
};

struct redirect {
    int fd;                     // which file of the command
    int copy_of;                // becomes the same as this one; or -1, then
    int flags;                  // it is opened with these
    struct word *path;          // under this name
    struct redirect *next;
};

enum command_type {
    SIMPLE,                     // words
    SUBSHELL,                   // left, in a process of its own
    BACKGROUND,                 // left, without waiting for it
    PIPE,                       // left's output is right's input
    AND,                        // left, and if its status is 0 right
    OR,                         // left, and if its status is not 0 right
    SEQUENCE,                   // left, then right
};

struct command {
    enum command_type type;
    struct word *words;         // of SIMPLE
    struct redirect *redirects; // of SIMPLE and SUBSHELL, in order
    struct command *left, *right;
};

/*
 * Parses line.  Returns false after a complaint if it is not a correct one.
 * Else stores its tree, or NULL if there is nothing in it, in *tree.  The tree
 * points into line, and stays valid until the next call.
 */
bool parse(const char *line, struct command **tree);
