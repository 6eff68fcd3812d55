/*
 * Classes of characters, for ASCII.  Any int will do: what is not ASCII is in
 * no class and has no other case.
 */
#pragma once

#include <stdbool.h>

static inline bool
isdigit(int c)
{
    return c >= '0' && c <= '9';
}

static inline bool
islower(int c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool
isupper(int c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool
isalpha(int c)
{
    return islower(c) || isupper(c);
}

static inline bool
isalnum(int c)
{
    return isalpha(c) || isdigit(c);
}

static inline bool
isxdigit(int c)
{
    return isdigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool
isblank(int c)
{
    return c == ' ' || c == '\t';
}

static inline bool
isspace(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
isprint(int c)
{
    return c >= ' ' && c <= '~';
}

static inline bool
isgraph(int c)
{
    return c > ' ' && c <= '~';
}

static inline bool
ispunct(int c)
{
    return isgraph(c) && !isalnum(c);
}

static inline bool
iscntrl(int c)
{
    return (c >= 0 && c < ' ') || c == 127;
}

static inline int
tolower(int c)
{
    return isupper(c) ? c - 'A' + 'a' : c;
}

static inline int
toupper(int c)
{
    return islower(c) ? c - 'a' + 'A' : c;
}
