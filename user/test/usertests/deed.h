/* Instructions that a program should better not execute. */
#pragma once

#include "test.h"

/* Defines a body for outcome that executes this. */
#define DOES(name, instructions)                                        \
    static void                                                         \
    name(uintptr_t unused)                                              \
    {                                                                   \
        (void)unused;                                                   \
        asm volatile(instructions : : : "eax", "ecx", "edx", "memory"); \
    }

struct deed {
    const char *name;
    void (*body)(uintptr_t unused);
};

/* Does each of the table's deeds in a child; all must kill. */
void expect_death(const struct deed *deeds);
