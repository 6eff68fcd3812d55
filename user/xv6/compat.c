/* What xv6 programs expect otherwise than we have it. */
#include "compat.h"

#include <output.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
xv6_exit(void)
{
    exit(0);
}

int
xv6_wait(void)
{
    return wait(NULL);
}

/* Where printf's arguments are: in words on the stack, or in slots. */
struct arguments {
    const long long *slots;     // the next one; NULL if in words
    va_list words;
};

/* One conversion, such as %-8lx. */
struct spec {
    char text[24];              // '%', its flags and width, and a zero
    bool wide;                  // l or ll: takes 64 bits of a slot
    char conversion;
};

static long long
next_argument(struct arguments *args)
{
    if (args->slots != NULL)
        return *args->slots++;
    return va_arg(args->words, int);
}

static void __attribute__((format(printf, 2, 3)))
put(struct output *output, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    format(output_char, output, fmt, args);
    va_end(args);
}

/* Reads what follows a '%' at *fmt and steps over it. */
static struct spec
parse_spec(const char **fmt)
{
    struct spec spec = { .text = "%" };
    const char *p = *fmt;
    size_t flags = strspn(p, "-+ 0123456789");

    if (flags < sizeof spec.text - 1)
        strncat(spec.text, p, flags);
    p += flags;
    spec.wide = *p == 'l';
    p += strspn(p, "l");
    // In older xv6-riscv a lone l is a decimal number itself.
    spec.conversion = *p;
    if (spec.wide && (*p == '\0' || strchr("dux", *p) == NULL))
        spec.conversion = 'u';
    else if (*p != '\0')
        p++;
    *fmt = p;
    return spec;
}

/* The standard's format of the conversion follows its flags: "%-8" "lld". */
static void
put_number(struct output *output, const struct spec *spec, const char *rest,
           unsigned long long value)
{
    char fmt[32];

    snprintf(fmt, sizeof fmt, "%s%s", spec->text, rest);
    put(output, fmt, value);
}

static void
put_string(struct output *output, const struct spec *spec, const char *s)
{
    char fmt[32];

    snprintf(fmt, sizeof fmt, "%ss", spec->text);
    put(output, fmt, s);
}

static void
put_conversion(struct output *output, const struct spec *spec,
               struct arguments *args)
{
    long long value;

    switch (spec->conversion) {
    case 'd':
        value = next_argument(args);
        put_number(output, spec, "lld",
                   (unsigned long long)(spec->wide ? value : (int)value));
        break;
    case 'u':
    case 'x':
        value = next_argument(args);
        put_number(output, spec, spec->conversion == 'u' ? "llu" : "llX",
                   spec->wide ? (unsigned long long)value : (unsigned)value);
        break;
    case 'p':
        value = next_argument(args);
        if (args->slots != NULL)
            put(output, "0x%016llX", (unsigned long long)value);
        else
            put(output, "%X", (unsigned)value);
        break;
    case 's':
        put_string(output, spec, (const char *)(uintptr_t)next_argument(args));
        break;
    case 'c':
        put(output, "%c", (int)next_argument(args));
        break;
    case '%':
        put(output, "%%");
        break;
    default:                    // shown as it stands
        put(output, "%%%c", spec->conversion);
    }
}

static void
print(int fd, const char *fmt, struct arguments *args)
{
    struct output output;

    output.fd = fd;
    output.used = 0;
    output.failed = false;
    while (*fmt != '\0') {
        char c = *fmt++;
        if (c != '%' || *fmt == '\0') {
            output_char(&output, c);
        } else {
            struct spec spec = parse_spec(&fmt);
            put_conversion(&output, &spec, args);
        }
    }
    output_flush(&output);
}

void
xv6_printf(int fd, const char *fmt, ...)
{
    struct arguments args = { .slots = NULL };

    va_start(args.words, fmt);
    print(fd, fmt, &args);
    va_end(args.words);
}

void
xv6_riscv_printf(const char *fmt, ...)
{
    struct arguments args = { .slots = NULL };

    va_start(args.words, fmt);
    print(STDOUT_FILENO, fmt, &args);
    va_end(args.words);
}

void
xv6_print_slots(int fd, const char *fmt, const long long *slots)
{
    struct arguments args = { .slots = slots };

    print(fd, fmt, &args);
}
