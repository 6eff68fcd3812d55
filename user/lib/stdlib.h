/* Numbers from text, sorting, chance and memory, as the C standard has them. */
#pragma once

#include <stddef.h>

enum { EXIT_SUCCESS = 0, EXIT_FAILURE = 1 };
enum { RAND_MAX = 0x7fffffff };

void exit(int status) __attribute__((noreturn));

/* Ends the program with status 134, as a Unix shell would report it. */
void abort(void) __attribute__((noreturn));

int atoi(const char *s);
long atol(const char *s);

/* A number that does not fit gives the nearest one that does. */
long strtol(const char *s, char **end, int base);
unsigned long strtoul(const char *s, char **end, int base);

/*
 * Reads s, all of it, as a decimal number of at most max.  Returns the number,
 * or -1 if s is anything else: what a program wants of its arguments.
 */
int parse_number(const char *s, int max);

int abs(int n);
long labs(long n);

int rand(void);
void srand(unsigned seed);

/* Both want an order that is negative, zero or positive, as strcmp's. */
void qsort(void *array, size_t n, size_t size,
           int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *array, size_t n, size_t size,
              int (*compare)(const void *, const void *));

/* All return memory at a multiple of 16, or NULL if there is not enough. */
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);
void free(void *p);
