/* The string functions that programs need and the kernel does not. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * The standard has these functions take a const pointer and return one that is
 * not: the caller knows which it has.
 */
static char *
unconst(const char *s)
{
    return (char *)(uintptr_t)s;
}

int
strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

int
strncmp(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i] || a[i] == '\0')
            return (unsigned char)a[i] - (unsigned char)b[i];
    return 0;
}

void *
memchr(const void *s, int c, size_t n)
{
    const char *p = s;

    for (size_t i = 0; i < n; i++)
        if (p[i] == (char)c)
            return unconst(&p[i]);
    return NULL;
}

char *
strchr(const char *s, int c)
{
    while (*s != (char)c) {
        if (*s == '\0')
            return NULL;
        s++;
    }
    return unconst(s);
}

char *
strrchr(const char *s, int c)
{
    size_t i = strlen(s) + 1;   // the terminating zero can be searched for

    while (i > 0) {
        i--;
        if (s[i] == (char)c)
            return unconst(&s[i]);
    }
    return NULL;
}

char *
strstr(const char *s, const char *wanted)
{
    size_t length = strlen(wanted);

    while (strncmp(s, wanted, length) != 0) {
        if (*s == '\0')
            return NULL;
        s++;
    }
    return unconst(s);
}

/* Returns how many characters at the start of s are in set, or are not. */
static size_t
span(const char *s, const char *set, bool in_set)
{
    size_t n = 0;

    while (s[n] != '\0' && (strchr(set, s[n]) != NULL) == in_set)
        n++;
    return n;
}

size_t
strspn(const char *s, const char *set)
{
    return span(s, set, true);
}

size_t
strcspn(const char *s, const char *set)
{
    return span(s, set, false);
}

char *
strpbrk(const char *s, const char *set)
{
    s += strcspn(s, set);
    return *s == '\0' ? NULL : unconst(s);
}

char *
strtok_r(char *s, const char *separators, char **rest)
{
    char *token = s != NULL ? s : *rest;

    token += strspn(token, separators);
    char *end = token + strcspn(token, separators);
    *rest = end;
    if (token == end)
        return NULL;
    if (*end != '\0') {
        *end = '\0';
        *rest = end + 1;
    }
    return token;
}

char *
strtok(char *s, const char *separators)
{
    static char *rest = NULL;

    if (s == NULL && rest == NULL)
        return NULL;
    return strtok_r(s, separators, &rest);
}

char *
strcpy(char *dst, const char *src)
{
    return memcpy(dst, src, strlen(src) + 1);
}

char *
strncpy(char *dst, const char *src, size_t n)
{
    size_t length = strnlen(src, n);

    memcpy(dst, src, length);
    memset(dst + length, 0, n - length);
    return dst;
}

char *
strcat(char *dst, const char *src)
{
    strcpy(dst + strlen(dst), src);
    return dst;
}

char *
strncat(char *dst, const char *src, size_t n)
{
    size_t length = strnlen(src, n);
    char *end = dst + strlen(dst);

    memcpy(end, src, length);
    end[length] = '\0';
    return dst;
}

size_t
strlcpy(char *dst, const char *src, size_t size)
{
    size_t length = strlen(src);

    if (size > 0) {
        size_t n = length < size ? length : size - 1;
        memcpy(dst, src, n);
        dst[n] = '\0';
    }
    return length;
}

size_t
strlcat(char *dst, const char *src, size_t size)
{
    size_t length = strnlen(dst, size);

    return length + strlcpy(dst + length, src, size - length);
}
