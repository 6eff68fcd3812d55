/*
 * Division of 64-bit numbers, which the 32-bit CPU cannot do by itself: the
 * compiler calls these where a program divides a long long.  They are otherwise
 * found in its own library, which not every toolchain has for 32 bits.
 */
#include <stddef.h>
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t divisor, uint64_t *remainder);
uint64_t __udivdi3(uint64_t n, uint64_t divisor);
uint64_t __umoddi3(uint64_t n, uint64_t divisor);
int64_t __divmoddi4(int64_t n, int64_t divisor, int64_t *remainder);
int64_t __divdi3(int64_t n, int64_t divisor);
int64_t __moddi3(int64_t n, int64_t divisor);

/* Long division as on paper, a binary digit at a time, the highest first. */
uint64_t
__udivmoddi4(uint64_t n, uint64_t divisor, uint64_t *remainder)
{
    uint64_t quotient = 0;
    uint64_t rest = 0;

    if (divisor == 0)
        asm volatile("int $0");         // the CPU's own divide error
    for (int i = 63; i >= 0; i--) {
        int carry = (int)(rest >> 63);
        rest = rest << 1 | (n >> i & 1);
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= (uint64_t)1 << i;
        }
    }
    if (remainder != NULL)
        *remainder = rest;
    return quotient;
}

uint64_t
__udivdi3(uint64_t n, uint64_t divisor)
{
    return __udivmoddi4(n, divisor, NULL);
}

uint64_t
__umoddi3(uint64_t n, uint64_t divisor)
{
    uint64_t rest;

    __udivmoddi4(n, divisor, &rest);
    return rest;
}

static uint64_t
magnitude(int64_t n)
{
    return n < 0 ? -(uint64_t)n : (uint64_t)n;
}

/* The quotient is rounded to zero; the remainder has n's sign. */
int64_t
__divmoddi4(int64_t n, int64_t divisor, int64_t *remainder)
{
    uint64_t rest;
    uint64_t quotient = __udivmoddi4(magnitude(n), magnitude(divisor), &rest);

    if (remainder != NULL)
        *remainder = (int64_t)(n < 0 ? -rest : rest);
    return (int64_t)((n < 0) != (divisor < 0) ? -quotient : quotient);
}

int64_t
__divdi3(int64_t n, int64_t divisor)
{
    return __divmoddi4(n, divisor, NULL);
}

int64_t
__moddi3(int64_t n, int64_t divisor)
{
    int64_t rest;

    __divmoddi4(n, divisor, &rest);
    return rest;
}
