/*
 * The kernel's own function names, for messages.  The build links the kernel
 * twice: tools/ksyms makes the table from the first result for the second.
 */
#pragma once

#include <stdint.h>

struct symbol {
    uintptr_t address;
    const char *name;
};

/* Sorted by address; the last, with an empty name, ends the kernel's code. */
extern const struct symbol kernel_symbols[];
extern const uint32_t kernel_nsymbols;

/*
 * Returns the name of the function that holds address, and its distance from
 * the function's start in *offset; "?" if no function does.
 */
const char *symbol_name(uintptr_t address, uintptr_t *offset);
