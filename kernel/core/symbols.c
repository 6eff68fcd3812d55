/* Finding a function by an address in it. */
#include "core/symbols.h"

const char *
symbol_name(uintptr_t address, uintptr_t *offset)
{
    uint32_t next = 0;          // the first symbol that starts above address

    while (next < kernel_nsymbols && kernel_symbols[next].address <= address)
        next++;
    *offset = 0;
    if (next == 0 || next == kernel_nsymbols)
        return "?";
    *offset = address - kernel_symbols[next - 1].address;
    return kernel_symbols[next - 1].name;
}
