/* memcpy without a call, for where many short copies are made. */
#pragma once

#include <stddef.h>

static inline void
copy_bytes(void *dst, const void *src, size_t n)
{
    size_t words = n / 4;

    asm volatile("rep movsl; movl %3, %2; rep movsb"
                 : "+&D"(dst), "+&S"(src), "+&c"(words)
                 : "r"(n % 4) : "memory");
}
