/* printf's engine, into any sink. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* Takes one character of output. */
typedef void format_sink(void *context, char c);

/*
 * Writes fmt with its arguments to sink.  Knows %d %i %u %o %x %X %p %s %c %%
 * with the flags - 0 + and #, a width, a precision for %s (either may be *),
 * and the sizes h, l, ll and z.  Returns the number of characters written.
 */
int format(format_sink *sink, void *context, const char *fmt, va_list args);

/*
 * Formats into buf, cut to fit into size bytes with its terminating zero.
 * Returns the length of the whole, uncut.
 */
int snprintf(char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
