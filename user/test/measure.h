/* What the programs that measure share: the clock, and how a row is printed. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The CPU's time-stamp counter.  Under QEMU's -icount shift=0 it counts
 * executed instructions, otherwise it goes with the host's time.
 */
static inline uint64_t
time_stamp(void)
{
    uint64_t now;
    asm volatile("rdtsc" : "=A"(now));
    return now;
}

/*
 * Prints a row, `bench NAME N TICKS`: n operations took these ticks in all,
 * TICKS is for each.  C would have a function divide 64 bits, so it takes asm:
 * a program of one more page would take longer to fork.
 */
static inline void
report(const char *name, uint32_t n, uint64_t ticks)
{
    uint32_t high = (uint32_t)(ticks >> 32), each = UINT32_MAX;
    if (high < n)
        asm("divl %2" : "=a"(each), "+d"(high)
            : "r"(n), "0"((uint32_t)ticks) : "cc");
    printf("bench %s %u %u\n", name, (unsigned)n, (unsigned)each);
}

/* A row with a failed call would be a fast one: better none. */
static inline void
must(int holds, const char *what)
{
    if (!holds) {
        printf("%s failed\n", what);
        exit(1);
    }
}
