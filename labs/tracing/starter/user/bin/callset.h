/*
 * Sets of system calls, as trace and sandbox take them: bit n is call n.  For
 * the programs of these names.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALL_HIGHEST = 63, CALL_NAME = 16 };

#define SYSCALL(number, result, name, parameters) [number] = #name,
static const char *const call_names[CALL_HIGHEST + 1] = {
#include "syscall.h"
};
#undef SYSCALL

/* Returns the calls that one word of a list stands for, 0 if there is none. */
static unsigned long long
calls_of(const char *word)
{
    int number = parse_number(word, CALL_HIGHEST);

    if (strcmp(word, "all") == 0)
        return ~1ULL;
    for (int i = 1; i <= CALL_HIGHEST; i++)
        if (i == number ||
            (call_names[i] != NULL && strcmp(call_names[i], word) == 0))
            return 1ULL << i;
    return 0;
}

/*
 * Reads a list of calls, such as "open,close,27" or "all", which stands for
 * every number from 1 to 63.  Returns false, after a complaint of the program
 * on fd 2, if something in it is neither a call's name nor such a number.
 */
static bool
parse_calls(const char *program, const char *list, unsigned long long *calls)
{
    char word[CALL_NAME];

    *calls = 0;
    while (true) {
        size_t length = strcspn(list, ",");
        snprintf(word, sizeof(word), "%.*s", (int)length, list);
        unsigned long long more = length < CALL_NAME ? calls_of(word) : 0;
        if (more == 0) {
            dprintf(STDERR_FILENO, "%s: there is no system call %s\n", program,
                    word);
            return false;
        }
        *calls |= more;
        if (list[length] == '\0')
            return true;
        list += length + 1;
    }
}
