/* Messages of the kernel. */
#pragma once

/* Takes one character of the kernel's messages; any context, even a panic. */
typedef void console_sink(char c);

/* Adds a sink: from now on every message goes there too. */
void printf_add_sink(console_sink *sink);

/*
 * Prints to all sinks, formatted as lib/format.h says.  One message is never
 * mixed with another CPU's.  Does not sleep.
 */
void printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Writes n bytes to all sinks as one piece. */
void print_bytes(const char *bytes, unsigned n);
