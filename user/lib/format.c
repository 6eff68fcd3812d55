/* printf's engine: one pass over the format, one conversion at a time. */
#include "format.h"

#include <stdbool.h>
#include <stdint.h>

#include <string.h>

/* One conversion, such as %-8s or %08llx, and where its output goes. */
struct conversion {
    format_sink *sink;
    void *context;
    int count;                  // characters written so far, over all
    bool left;                  // flag -
    bool prefix;                // flag #: 0x before a hexadecimal number
    bool plus;                  // flag +: a sign on every number
    char fill;                  // before the text: a space, or flag 0
    int width;                  // at least so many characters
    int precision;              // of a string, at most so many; or -1
    bool is_long_long;
};

static void
put(struct conversion *out, const char *text, int n)
{
    for (int i = 0; i < n; i++)
        out->sink(out->context, text[i]);
    out->count += n;
}

static void
pad(struct conversion *out, char c, int n)
{
    for (; n > 0; n--)
        put(out, &c, 1);
}

/* Writes prefix and text to fill the width; zeros go between the two. */
static void
put_field(struct conversion *out, const char *prefix, const char *text, int n)
{
    int nprefix = (int)strlen(prefix);
    int padding = out->width - nprefix - n;

    if (!out->left && out->fill == ' ')
        pad(out, ' ', padding);
    put(out, prefix, nprefix);
    if (!out->left && out->fill == '0')
        pad(out, '0', padding);
    put(out, text, n);
    if (out->left)
        pad(out, ' ', padding);
}

/*
 * Divides *value by base and returns the remainder.  The 32-bit CPU divides 64
 * by 32 bits only if the quotient has 32: so this is long division in two
 * steps.
 */
static unsigned
divide(uint64_t *value, uint32_t base)
{
    uint32_t high = *value >> 32;
    uint32_t low = (uint32_t)*value;
    uint32_t remainder = high % base;

    asm("divl %2" : "+a"(low), "+d"(remainder) : "r"(base));
    *value = (uint64_t)(high / base) << 32 | low;
    return remainder;
}

static void
put_number(struct conversion *out, const char *prefix, uint64_t value,
           unsigned base, const char *digits)
{
    char text[24];              // 2^64 has 22 octal digits
    int n = sizeof(text);

    do {
        text[--n] = digits[divide(&value, base)];
    } while (value != 0);
    put_field(out, prefix, text + n, sizeof(text) - n);
}

static void
put_signed(struct conversion *out, int64_t value)
{
    if (value < 0)
        put_number(out, "-", -(uint64_t)value, 10, "0123456789");
    else
        put_number(out, out->plus ? "+" : "", (uint64_t)value, 10,
                   "0123456789");
}

static void
put_string(struct conversion *out, const char *s)
{
    if (s == NULL)
        s = "(null)";
    put_field(out, "", s, (int)strnlen(s, (size_t)out->precision));
}

/* A va_list in a struct can be passed on by pointer, so that it advances. */
struct arguments {
    va_list list;
};

static uint64_t
next_unsigned(struct conversion *out, struct arguments *args)
{
    return out->is_long_long ? va_arg(args->list, unsigned long long)
                             : va_arg(args->list, unsigned);
}

static void
convert(struct conversion *out, char c, struct arguments *args)
{
    const char *prefix = out->prefix ? "0x" : "";

    switch (c) {
    case 'd':
    case 'i':
        put_signed(out, out->is_long_long ? va_arg(args->list, long long)
                                          : va_arg(args->list, int));
        break;
    case 'u':
        put_number(out, "", next_unsigned(out, args), 10, "0123456789");
        break;
    case 'o':
        put_number(out, "", next_unsigned(out, args), 8, "01234567");
        break;
    case 'x':
        put_number(out, prefix, next_unsigned(out, args), 16,
                   "0123456789abcdef");
        break;
    case 'X':
        put_number(out, prefix, next_unsigned(out, args), 16,
                   "0123456789ABCDEF");
        break;
    case 'p':
        put_number(out, "0x", (uintptr_t)va_arg(args->list, void *), 16,
                   "0123456789abcdef");
        break;
    case 's':
        put_string(out, va_arg(args->list, const char *));
        break;
    case 'c':
        c = (char)va_arg(args->list, int);
        put_field(out, "", &c, 1);
        break;
    default:                    // "%%", and what is not one of ours
        if (c != '%')
            put(out, "%", 1);
        put(out, &c, 1);
    }
}

/* Reads the digits at *fmt, or the next argument for a '*'. */
static int
parse_count(const char **fmt, struct arguments *args)
{
    int n = 0;

    if (**fmt == '*') {
        (*fmt)++;
        return va_arg(args->list, int);
    }
    for (; **fmt >= '0' && **fmt <= '9' && n < 100000; (*fmt)++)
        n = n * 10 + (**fmt - '0');
    return n;
}

/* Reads what stands between '%' and the conversion's letter. */
static void
parse(struct conversion *out, const char **fmt, struct arguments *args)
{
    out->left = out->prefix = out->plus = out->is_long_long = false;
    out->fill = ' ';
    out->precision = -1;
    for (; **fmt == '-' || **fmt == '0' || **fmt == '+' || **fmt == '#';
         (*fmt)++) {
        out->left |= **fmt == '-';
        out->plus |= **fmt == '+';
        out->prefix |= **fmt == '#';
        if (**fmt == '0')
            out->fill = '0';
    }
    out->width = parse_count(fmt, args);
    if (**fmt == '.') {
        (*fmt)++;
        out->precision = parse_count(fmt, args);
    }
    for (; **fmt == 'h' || **fmt == 'l' || **fmt == 'z'; (*fmt)++)
        out->is_long_long |= (*fmt)[0] == 'l' && (*fmt)[1] == 'l';
}

int
format(format_sink *sink, void *context, const char *fmt, va_list list)
{
    struct conversion out = { .sink = sink, .context = context };
    struct arguments args;

    va_copy(args.list, list);
    for (; *fmt != '\0'; fmt++) {
        if (*fmt != '%') {
            put(&out, fmt, 1);
            continue;
        }
        fmt++;
        parse(&out, &fmt, &args);
        if (*fmt == '\0')
            break;
        convert(&out, *fmt, &args);
    }
    va_end(args.list);
    return out.count;
}

struct buffer {
    char *at;
    size_t room;                // bytes left, the terminating zero included
};

static void
put_into_buffer(void *context, char c)
{
    struct buffer *buffer = context;

    if (buffer->room > 1) {
        *buffer->at++ = c;
        buffer->room--;
    }
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
    struct buffer buffer = { .at = buf, .room = size };
    int n = format(put_into_buffer, &buffer, fmt, args);

    if (size > 0)
        *buffer.at = '\0';
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
