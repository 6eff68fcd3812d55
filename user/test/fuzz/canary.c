/*
 * The canary: a process that does nothing while the workers run.  Its memory,
 * its text and its floating-point registers must stay as they are.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What fxsave stores.  SDM 1, "FXSAVE Area". */
struct fpu {
    uint16_t control, status, tags, opcode;
    uint32_t pointers[4];
    uint32_t mxcsr, mxcsr_mask;
    uint8_t registers[256];
    uint8_t reserved[224];
} __attribute__((aligned(16)));

_Static_assert(sizeof(struct fpu) == 512, "fxsave");

enum {
    CONTROL = 0x37f,                // all exceptions masked
    MXCSR = 0x1f80,                 // the same for SSE
    ROUNDING = 0xc00,               // bits that do no harm, of both
    ROUNDING_SSE = 0x6000,
};

static struct fpu before, after;

static void
save(struct fpu *fpu)
{
    memset(fpu, 0, sizeof(*fpu));
    asm volatile("fxsave %0" : "=m"(*fpu));
}

void
fpu_start(void)
{
    random_fill(&before, sizeof(before));
    before.control = CONTROL | (before.control & ROUNDING);
    before.status = 0;
    before.tags &= 0xff;
    before.opcode = 0;
    before.mxcsr = MXCSR | (before.mxcsr & ROUNDING_SSE);
    asm volatile("fxrstor %0" : : "m"(before));
    save(&before);
}

bool
fpu_same(void)
{
    save(&after);
    return memcmp(&before, &after, sizeof(after)) == 0;
}

/* Constants follow the text: up to here all is read-only. */
static const char behind_text[] = "behind the text";

uint32_t
text_sum(void)
{
    uint32_t sum = 0;
    uintptr_t first = 0;
    asm("" : "+r"(first));
    const uint32_t *word = (const uint32_t *)first;
    for (; (uintptr_t)(word + 1) <= (uintptr_t)behind_text; word++)
        sum = (sum << 1 | sum >> 31) + *word;
    return sum;
}

static uint32_t memory[ARENA / 4];

static bool
memory_same(uint32_t seed)
{
    random_start(seed);
    for (size_t i = 0; i < ARENA / 4; i++)
        if (memory[i] != random_word())
            return false;
    return true;
}

void
canary(uint32_t seed, int fd)
{
    char c;
    uint32_t sum = text_sum();
    random_start(seed);
    for (size_t i = 0; i < ARENA / 4; i++)
        memory[i] = random_word();
    fpu_start();
    do {
        // The clock may take the CPU away in here, as read does below.
        if (!memory_same(seed))
            complain_and_exit("a canary's memory has changed");
        if (text_sum() != sum)
            complain_and_exit("a canary's text has changed");
        if (!fpu_same())
            complain_and_exit("a canary's floating-point registers changed");
    } while (read(fd, &c, 1) == 1);
    exit(0);
}
