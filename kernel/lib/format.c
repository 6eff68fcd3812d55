/* Text from a format and its arguments. */
#include "lib/format.h"

#include <stdbool.h>

#include "lib/string.h"

enum { NUMBER_SIZE = sizeof("-2147483648") };

/* Returns the next argument as text, made in buffer unless it is a string. */
static const char *
argument(char letter, bool prefix, char buffer[NUMBER_SIZE], va_list *args)
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
    if (prefix || letter == 'p') {
        *--text = 'x';
        *--text = '0';
    }
    if (negative)
        *--text = '-';
    return text;
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
    char number[NUMBER_SIZE];
    size_t n = 0;               // length of all there is to write, cut or not

    for (; *fmt != '\0'; fmt++) {
        // A character that is no conversion is a text of its own.
        const char *text = fmt;
        size_t length = 1, width = 0;
        bool left = false;
        char fill = ' ';
        if (*fmt == '%') {
            bool prefix = *++fmt == '#';
            fmt += prefix;
            left = *fmt == '-';
            fmt += left;
            fill = *fmt == '0' ? '0' : ' ';
            for (; *fmt >= '0' && *fmt <= '9'; fmt++)
                width = width * 10 + (*fmt - '0');
            text = argument(*fmt, prefix, number, &args);
            length = strlen(text);
        }
        size_t columns = length < width ? width : length;
        size_t first = left ? 0 : columns - length;     // where text begins
        for (size_t i = 0; i < columns; i++, n++)
            if (n + 1 < size)
                buf[n] = i - first < length ? text[i - first] : fill;
    }
    buf[n < size ? n : size - 1] = '\0';
    return n;
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
