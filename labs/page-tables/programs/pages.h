/*
 * What the test programs of this lab share.
 *
 * Each step of a test runs in a child, and reports by itself: the grader looks
 * at the page tables of the process that reports.  A step that is killed leaves
 * the others as they were.
 */
#pragma once

#include <mman.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum {
    MPROTECT = 30,
    PGSIZE = 4096,
    STACK_PAGES = 4,
    VALUES = 24,
    PROT_BOTH = PROT_READ | PROT_WRITE,
};

/* What a step has to say: which one it is, and what it saw. */
struct report {
    int step;
    int values[VALUES];
};

/*
 * mprotect by its number: it may not be there yet.  The arguments lie above a
 * word where a return address would be.
 */
static inline int
protect(uintptr_t address, int n, int protection)
{
    int result;

    asm volatile("pushl %4; pushl %3; pushl %2; pushl $0\n\t"
                 "int $64\n\t"
                 "addl $16, %%esp"
                 : "=a"(result)
                 : "0"(MPROTECT), "r"(address), "r"(n), "r"(protection)
                 : "memory", "cc");
    return result;
}

static inline void
report(const struct report *seen)
{
    lab_stop(LAB_REPORT, (void *)seen, sizeof(*seen));
}

/* A byte at any address; the compiler cannot see which it is. */
static inline volatile char *
at(uintptr_t address)
{
    asm("" : "+r"(address));
    return (volatile char *)address;
}

static inline char
read_byte(uintptr_t address)
{
    return *at(address);
}

static inline void
write_byte(uintptr_t address)
{
    *at(address) = 'w';
}

/* Runs body in a child.  Returns its status: -1 if it was killed. */
static inline int
outcome(void (*body)(void))
{
    int status = -2;

    if (fork() == 0) {
        body();
        exit(0);
    }
    wait(&status);
    return status;
}

/* Some pages of the heap, from a page's beginning on. */
static inline uintptr_t
heap_pages(int n)
{
    uintptr_t end = (uintptr_t)sbrk(0);

    sbrk(-(int)end & (PGSIZE - 1));
    return (uintptr_t)sbrk(n * PGSIZE);
}
