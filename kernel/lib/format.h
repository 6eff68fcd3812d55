/* Text from a format and its arguments: what a kernel needs of printf. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/*
 * Writes the text to buf, cut to fit into size bytes, at least 1, with its
 * terminating zero.  Returns the length of the whole, uncut.
 *
 * Knows %d %u %x %p %s %%.  Between % and the letter may stand, in this order:
 * # (0x before a hexadecimal number), - (the text to the left), 0 (zeros before
 * a number; not together with # or -), and a width.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int snprintf(char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
