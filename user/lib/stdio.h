/*
 * Formatted output and simple input, over file descriptors.
 *
 * There are no streams and nothing is kept back: a call's text has reached the
 * file when it returns.  A text of up to OUTPUT_SIZE bytes takes one write, so
 * that the lines of two processes do not mix.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "format.h"             // snprintf, vsnprintf, and what they know

enum { EOF = -1 };

/* All return the number of characters, or -1 if they could not be written. */
int printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int dprintf(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int vprintf(const char *fmt, va_list args);
int vdprintf(int fd, const char *fmt, va_list args);

/* Writes s and a newline. */
int puts(const char *s);
int putchar(int c);

/* Returns the next character of the input, or EOF. */
int getchar(void);

/*
 * Reads a line of the input, with its newline, cut to fit into max bytes with a
 * terminating zero.  Returns buf, which is empty at the end of the input.
 */
char *gets(char *buf, int max);

/*
 * The same from any file.  Returns the line's length, 0 at the end of the file,
 * or -1.  Takes nothing behind the line, so that another program can go on from
 * there; reader.h has what is faster.
 */
int getline(int fd, char *buf, int max);
