/*
 * What the test programs of this lab share: the two calls by their numbers, as
 * they may not be there yet, and pages for stacks.
 */
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { GETPID = 11, CLONE = 33, JOIN = 34, PAGE = 4096 };

/* A call with three parameters, which lie above a return address. */
static int
call(int number, const void *first, const void *second, const void *third)
{
    int result;

    asm volatile("pushl %4; pushl %3; pushl %2; pushl $0; int $64;"
                 "addl $16, %%esp"
                 : "=a"(result)
                 : "0"(number), "r"(first), "r"(second), "r"(third)
                 : "memory", "cc");
    return result;
}

static inline int
lab_clone(void (*function)(void *), const void *argument, const void *stack)
{
    return call(CLONE, (void *)function, argument, stack);
}

static inline int
lab_join(void **stack)
{
    return call(JOIN, stack, NULL, NULL);
}

/*
 * Waits until *flag is at least n, for half a second at most: where it does not
 * become so the test goes on, and its report shows it.  Returns it.
 */
static inline int
wait_for(const volatile int *flag, int n)
{
    for (int i = 0; i < 50 && *flag < n; i++)
        sleep(1);
    return *flag;
}
