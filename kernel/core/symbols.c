/* Finding a function by an address in it. */
#include "core/symbols.h"

#include <stddef.h>

const char *
symbol_name(uintptr_t address, uintptr_t *offset)
{
    uint32_t low = 0;
    uint32_t high = kernel_nsymbols;

    // Invariant: a symbol that starts at or below address, if there is one,
    // has its last instance in [low - 1, high).
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (kernel_symbols[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || low == kernel_nsymbols)
        return NULL;
    *offset = address - kernel_symbols[low - 1].address;
    return kernel_symbols[low - 1].name;
}
