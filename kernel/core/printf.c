/* The kernel's messages: format once, send each character to every sink. */
#include "core/printf.h"

#include "lib/format.h"
#include "lib/string.h"
#include "core/panic.h"
#include "core/spinlock.h"

enum { MAX_SINKS = 4, MESSAGE_SIZE = 256 };

static struct spinlock print_lock = SPINLOCK("print", RANK_PRINT);
static void (*sinks[MAX_SINKS])(char c);    // [const] after the console's init
static unsigned nsinks;

void
printf_add_sink(void (*sink)(char c))
{
    assert(nsinks < MAX_SINKS);
    sinks[nsinks++] = sink;
}

void
print_bytes(const char *bytes, unsigned n)
{
    acquire(&print_lock);
    for (unsigned i = 0; i < n; i++)
        for (unsigned sink = 0; sink < nsinks; sink++)
            sinks[sink](bytes[i]);
    release(&print_lock);
}

void
vprintf(const char *fmt, va_list args)
{
    char message[MESSAGE_SIZE];

    vsnprintf(message, sizeof(message), fmt, args);
    print_bytes(message, strlen(message));
}

void
printf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
}
