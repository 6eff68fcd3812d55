/* Memory and string functions, with the C standard's meaning. */
#pragma once

#include <stddef.h>

#include "lib/string.h"         // those that the kernel uses too

int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

void *memchr(const void *s, int c, size_t n);

char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *wanted);
char *strpbrk(const char *s, const char *set);
size_t strspn(const char *s, const char *set);
size_t strcspn(const char *s, const char *set);
char *strtok(char *s, const char *separators);
char *strtok_r(char *s, const char *separators, char **rest);

/* Those without a size trust dst to have room: prefer strlcpy and strlcat. */
char *strcpy(char *dst, const char *src);
char *strncpy(char *dst, const char *src, size_t n);
char *strcat(char *dst, const char *src);
char *strncat(char *dst, const char *src, size_t n);

/*
 * Copies src to dst, cut to fit into size bytes with its terminating zero.
 * Returns the length of src: if it is size or more, the copy was cut.
 */
size_t strlcpy(char *dst, const char *src, size_t size);

/*
 * Appends src to dst, cut to fit into size bytes with its terminating zero.
 * Returns the length it tried to make: if it is size or more, it was cut.
 */
size_t strlcat(char *dst, const char *src, size_t size);

/* Returns a copy that the caller frees, or NULL without memory. */
char *strdup(const char *s);
char *strndup(const char *s, size_t n);
