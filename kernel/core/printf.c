/* The kernel's messages: format once, send each character to every sink. */
#include "core/printf.h"

#include "lib/format.h"
#include "lib/string.h"
#include "core/spinlock.h"

static struct spinlock print_lock = SPINLOCK("print", RANK_PRINT);
void (*printf_sinks[NSINKS])(char c);

void
print_bytes(const char *bytes, unsigned n)
{
    acquire(&print_lock);
    for (unsigned i = 0; i < n; i++)
        for (unsigned sink = 0; sink < NSINKS; sink++)
            if (printf_sinks[sink] != NULL)
                printf_sinks[sink](bytes[i]);
    release(&print_lock);
}

void
printf(const char *fmt, ...)
{
    char message[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);
    print_bytes(message, strlen(message));
}
