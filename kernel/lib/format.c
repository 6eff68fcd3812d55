/* Text from a format and its arguments. */
#include "lib/format.h"

#include <stdbool.h>

#include "lib/string.h"

struct output {
    char *text;
    size_t size;                // of text, its terminating zero included
    size_t length;              // of all there was to write, cut or not
};

enum { NUMBER_SIZE = sizeof("-2147483648") };

/* Returns the next argument as text, made in buffer unless it is a string. */
static const char *
argument(char letter, char buffer[NUMBER_SIZE], va_list *args)
{
    char *text = &buffer[NUMBER_SIZE - 1];

    *text = '\0';
    if (letter == '%')
        return "%";
    if (letter == 's')
        return va_arg(*args, const char *);
    unsigned value = va_arg(*args, unsigned);
    unsigned base = letter == 'x' || letter == 'p' ? 16 : 10;
    bool negative = letter == 'd' && (int)value < 0;
    if (negative)
        value = -value;
    do {
        *--text = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    if (negative)
        *--text = '-';
    return text;
}

static void
put(struct output *out, char c)
{
    if (out->length + 1 < out->size)
        out->text[out->length] = c;
    out->length++;
}

/*
 * Writes the next argument as the conversion at fmt, after its '%', has it.
 * Returns where the conversion ends: at its letter.
 */
static const char *
convert(struct output *out, const char *fmt, va_list *args)
{
    bool prefix = *fmt == '#';
    fmt += prefix;
    bool left = *fmt == '-';
    fmt += left;
    char fill = *fmt == '0' ? '0' : ' ';
    size_t width = 0;
    for (; *fmt >= '0' && *fmt <= '9'; fmt++)
        width = width * 10 + (*fmt - '0');

    char buffer[NUMBER_SIZE];
    const char *text = argument(*fmt, buffer, args);
    size_t length = strlen(text);
    size_t columns = length < width ? width : length;
    size_t first = left ? 0 : columns - length;     // where the text begins
    if (prefix || *fmt == 'p') {
        put(out, '0');
        put(out, 'x');
    }
    for (size_t i = 0; i < columns; i++)
        put(out, i - first < length ? text[i - first] : fill);
    return fmt;
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
    struct output out = { .text = buf, .size = size };

    for (; *fmt != '\0'; fmt++) {
        if (*fmt == '%')
            fmt = convert(&out, fmt + 1, &args);
        else
            put(&out, *fmt);
    }
    buf[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
}

int
snprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(buf, size, fmt, args);
    va_end(args);
    return n;
}
