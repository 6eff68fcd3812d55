/* Messages of the kernel. */
#pragma once

/*
 * What is called with each character of all messages, in any context, even a
 * panic.  Set by dev/; NULL until then.
 */
enum { NSINKS = 2 };
extern void (*printf_sinks[NSINKS])(char c);

/*
 * Prints to all sinks, formatted as lib/format.h says, at most 255 characters.
 * One message is never mixed with another CPU's.  Does not sleep.
 */
void printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Writes n bytes to all sinks as one piece. */
void print_bytes(const char *bytes, unsigned n);
