/*
 * Where the seed of a schedule comes from: QEMU lays it into memory, behind the
 * kernel, where kinit would make free pages of it; and a disk image further up,
 * which kinit must leave alone.  sched/debug_sched.c and dev/debug_ramdisk.c
 * tell what they are for.
 */
#include "core/debug.h"

#include "x86/x86.h"
#include "core/cpu.h"

// Both addresses and the magic number also stand in the Makefile.
enum {
    SEED_ADDRESS = 0x3ff000,    // a magic number, then the seed
    SEED_MAGIC = 0x44454553,    // "SEED"
};

bool debug_seeded;
uint32_t debug_seed;
void (*debug_switch)(void);

paddr_t
debug_ram_end(paddr_t end)
{
    const uint32_t *words = P2V(SEED_ADDRESS);

    // kinit's first call is for the memory that holds the seed.
    if (!debug_seeded && words[0] == SEED_MAGIC) {
        debug_seeded = true;
        debug_seed = words[1];
    }
    return debug_seeded && end > DEBUG_RAMDISK ? DEBUG_RAMDISK : end;
}

void
debug_point(void)
{
    uint32_t eflags;

    asm volatile("pushfl; popl %0" : "=r"(eflags));
    if (debug_switch != NULL && cpu->proc != NULL && (eflags & FL_IF) != 0)
        debug_switch();
}
