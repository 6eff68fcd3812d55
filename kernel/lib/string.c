/*
 * Memory and string functions.
 *
 * Moving memory is most of what fork and the file system do, so it is left to
 * the string instructions: words first, then the bytes that remain.  They count
 * upward because the direction flag is clear: alltraps clears it.
 */
#include "lib/string.h"

#include <stdint.h>

#include "lib/copy.h"

void *
memset(void *dst, int c, size_t n)
{
    void *to = dst;
    size_t words = n / 4;
    uint32_t fill = (uint8_t)c * 0x01010101u;

    asm volatile("rep stosl; movl %3, %1; rep stosb"
                 : "+&D"(to), "+&c"(words)
                 : "a"(fill), "r"(n % 4) : "memory");
    return dst;
}

void *
memcpy(void *restrict dst, const void *restrict src, size_t n)
{
    copy_bytes(dst, src, n);
    return dst;
}

void *
memmove(void *dst, const void *src, size_t n)
{
    // Only if dst starts inside of src would the copy overwrite what it has
    // yet to read; the subtraction wraps to a large number if dst < src.
    if ((uintptr_t)dst - (uintptr_t)src >= n)
        return memcpy(dst, src, n);

    // So this one goes downward, from the last byte.
    void *to = (char *)dst + n - 1;
    src = (const char *)src + n - 1;
    asm volatile("std; rep movsb; cld"
                 : "+D"(to), "+S"(src), "+c"(n) : : "memory");
    return dst;
}

int
memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;

    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}

size_t
strlen(const char *s)
{
    return strnlen(s, SIZE_MAX);
}

size_t
strnlen(const char *s, size_t max)
{
    size_t n = 0;

    while (n < max && s[n] != '\0')
        n++;
    return n;
}
