/* From the words of a command to the arguments of its program. */
#pragma once

#include <lib/limits.h>
#include <stdbool.h>

#include "parse.h"

struct arguments {
    int argc;
    char *argv[MAXARG + 1];     // NULL after the last
};

/*
 * Expands each word: quotes and backslashes go, $? becomes `status`, and a word
 * with * or ? in it becomes the names of the files that it fits, sorted, unless
 * there is none.  Returns false after a complaint if that is too much.  The
 * arguments stay valid until the next call.
 */
bool expand(const struct word *words, int status, struct arguments *arguments);

/* The same for one word that names one file: * and ? stay what they are. */
const char *expand_path(const struct word *word, int status);
