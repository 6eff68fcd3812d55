/* Chance, from a seed: a generator with 32 bits of state (Marsaglia, 2003). */
#include "fuzz.h"

#include <string.h>

static uint32_t state;

/* Seeds that are neighbours shall have nothing in common; 0 would stay 0. */
void
random_start(uint32_t seed)
{
    state = seed * 2654435761u ^ 0x5bd1e995;
    if (state == 0)
        state = 1;
    for (int i = 0; i < 8; i++)
        random_word();
}

uint32_t
random_word(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* The high bits: those that the last step mixed best. */
uint32_t
below(uint32_t n)
{
    return (uint32_t)((uint64_t)random_word() * n >> 32);
}

bool
one_in(uint32_t n)
{
    return below(n) == 0;
}

void
random_fill(void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += sizeof(uint32_t)) {
        uint32_t word = random_word();
        size_t rest = n - i;
        memcpy((char *)bytes + i, &word, rest < 4 ? rest : 4);
    }
}
