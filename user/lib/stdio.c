/* Output through printf's engine, and input a character at a time. */
#include <stdio.h>
#include <unistd.h>

#include "output.h"

int
vdprintf(int fd, const char *fmt, va_list args)
{
    struct output output;

    output.fd = fd;             // the text is long: do not clear it
    output.used = 0;
    output.failed = false;
    int n = format(output_char, &output, fmt, args);
    return output_flush(&output) < 0 ? -1 : n;
}

int
vprintf(const char *fmt, va_list args)
{
    return vdprintf(STDOUT_FILENO, fmt, args);
}

int
dprintf(int fd, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int n = vdprintf(fd, fmt, args);
    va_end(args);
    return n;
}

int
printf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int n = vprintf(fmt, args);
    va_end(args);
    return n;
}

int
puts(const char *s)
{
    return printf("%s\n", s);
}

int
putchar(int c)
{
    char character = (char)c;

    if (write(STDOUT_FILENO, &character, 1) != 1)
        return EOF;
    return (unsigned char)character;
}

int
getchar(void)
{
    unsigned char c;

    return read(STDIN_FILENO, &c, 1) == 1 ? c : EOF;
}

int
getline(int fd, char *buf, int max)
{
    int n = 0;

    while (n < max - 1) {
        int got = read(fd, &buf[n], 1);
        if (got < 0 && n == 0)
            n = -1;
        if (got <= 0)
            break;
        n++;
        if (buf[n - 1] == '\n')
            break;
    }
    if (max > 0)
        buf[n < 0 ? 0 : n] = '\0';
    return n;
}

char *
gets(char *buf, int max)
{
    getline(STDIN_FILENO, buf, max);
    return buf;
}
