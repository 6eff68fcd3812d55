/* Numbers from text, and random numbers. */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

void
abort(void)
{
    exit(134);
}

int
abs(int n)
{
    return n < 0 ? -n : n;
}

long
labs(long n)
{
    return n < 0 ? -n : n;
}

/* A number as it is written: its sign, and how large it is without it. */
struct number {
    bool negative;
    bool too_large;             // magnitude is ULONG_MAX instead
    unsigned long magnitude;
    const char *end;            // what follows it, or NULL if there is none
};

/* Returns the value of a digit, or 36 if it is none in any base. */
static unsigned
digit_value(char c)
{
    if (isdigit(c))
        return (unsigned)(c - '0');
    if (isalpha(c))
        return (unsigned)(tolower(c) - 'a' + 10);
    return 36;
}

/* Finds the base if it is 0 and steps over the prefix that says it. */
static unsigned
read_base(const char **s, int base)
{
    const char *p = *s;
    bool hex = p[0] == '0' && tolower(p[1]) == 'x' && digit_value(p[2]) < 16;

    if (hex && (base == 0 || base == 16)) {
        *s = p + 2;
        return 16;
    }
    if (base == 0)
        return p[0] == '0' ? 8 : 10;
    return (unsigned)base;
}

static struct number
read_number(const char *s, int base)
{
    struct number number = { .end = NULL };

    while (isspace(*s))
        s++;
    if (*s == '-' || *s == '+') {
        number.negative = *s == '-';
        s++;
    }

    unsigned radix = read_base(&s, base);
    for (; digit_value(*s) < radix; s++) {
        unsigned digit = digit_value(*s);
        if (number.magnitude > (ULONG_MAX - digit) / radix)
            number.too_large = true;
        number.magnitude = number.magnitude * radix + digit;
        number.end = s + 1;
    }
    if (number.too_large)
        number.magnitude = ULONG_MAX;
    return number;
}

static void
store_end(char **end, const char *s, const struct number *number)
{
    const char *p = number->end != NULL ? number->end : s;

    if (end != NULL)
        *end = (char *)(uintptr_t)p;
}

long
strtol(const char *s, char **end, int base)
{
    struct number number = read_number(s, base);
    unsigned long least = (unsigned long)LONG_MAX + 1;

    store_end(end, s, &number);
    if (number.negative)
        return number.magnitude >= least ? LONG_MIN : -(long)number.magnitude;
    return number.magnitude >= least ? LONG_MAX : (long)number.magnitude;
}

unsigned long
strtoul(const char *s, char **end, int base)
{
    struct number number = read_number(s, base);

    store_end(end, s, &number);
    if (number.negative && !number.too_large)
        return -number.magnitude;
    return number.magnitude;
}

long
atol(const char *s)
{
    return strtol(s, NULL, 10);
}

int
atoi(const char *s)
{
    return (int)strtol(s, NULL, 10);
}

int
parse_number(const char *s, int max)
{
    struct number number = read_number(s, 10);

    if (!isdigit(*s) || *number.end != '\0' ||
        number.magnitude > (unsigned long)max)
        return -1;
    return (int)number.magnitude;
}

/*
 * Marsaglia's xorshift: every state but 0 comes once before one repeats.
 * "Xorshift RNGs", Journal of Statistical Software 8 (2003).
 */
static uint32_t random_state = 1;

void
srand(unsigned seed)
{
    random_state = seed != 0 ? seed : 1;
}

int
rand(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return (int)(random_state & RAND_MAX);
}
