/* The kernel's messages: format once, send each character to every sink. */
#include "core/printf.h"

#include <stdarg.h>

#include "lib/format.h"
#include "core/panic.h"
#include "core/spinlock.h"

enum { MAX_SINKS = 4 };

static struct spinlock print_lock = SPINLOCK("print", RANK_PRINT);
static console_sink *sinks[MAX_SINKS];      // [const] after the console's init
static unsigned nsinks;

void
printf_add_sink(console_sink *sink)
{
    assert(nsinks < MAX_SINKS);
    sinks[nsinks++] = sink;
}

static void
put(void *context, char c)
{
    (void)context;
    for (unsigned i = 0; i < nsinks; i++)
        sinks[i](c);
}

void
printf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    acquire(&print_lock);
    format(put, NULL, fmt, args);
    release(&print_lock);
    va_end(args);
}

void
print_bytes(const char *bytes, unsigned n)
{
    acquire(&print_lock);
    for (unsigned i = 0; i < n; i++)
        put(NULL, bytes[i]);
    release(&print_lock);
}
