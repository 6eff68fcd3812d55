/*
 * The trace: a record of each thing that happens, for tools/trace to draw.
 *
 * Records go to QEMU's debug console, a port that takes any byte at once.  One
 * CPU at a time writes a whole record, with the time at which it does: so they
 * are in order, whatever the CPUs do.
 */
#include "core/debug.h"

#include "lib/string.h"
#include "x86/mmu.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/spinlock.h"

enum { DEBUG_CONSOLE = 0xe9, NWORDS = 5 };

/* tools/trace reads these. */
struct record {
    uint64_t time;              // of the time-stamp counter
    uint16_t kind, cpu;
    uint32_t a, b;
    uint32_t words[NWORDS];     // a name, or return addresses; 0 fills up
};

void
trace_write(enum trace_kind kind, uint32_t a, uint32_t b, const char *name)
{
    // No spinlock: they are traced themselves.
    static bool writing;
    struct record record = { .kind = kind, .a = a, .b = b };
    const void *bytes = &record;
    size_t count = sizeof(record);
    const uintptr_t *frame = __builtin_frame_address(0);
    const uintptr_t last = PGROUNDDOWN((uintptr_t)frame) + PGSIZE - 8;

    if (name != NULL)
        memcpy(record.words, name, strnlen(name, sizeof(record.words)));
    // Frames lie ever higher on a stack of one page; but the last one that is
    // there may point anywhere.
    for (unsigned i = 0; name == NULL && i < NWORDS; i++) {
        record.words[i] = frame[1];
        if (frame[0] <= (uintptr_t)frame || frame[0] > last)
            break;
        frame = (const uintptr_t *)frame[0];
    }
    pushcli();
    // A machine that counts instructions runs one CPU at a time, and goes on to
    // the next one here.  Whoever panics has stopped the others, perhaps one of
    // them while it wrote.
    do
        pause();
    while (__atomic_test_and_set(&writing, __ATOMIC_ACQUIRE) && !panicking);
    record.cpu = cpu->id;
    asm volatile("rdtsc" : "=A"(record.time));
    asm volatile("rep outsb" : "+S"(bytes), "+c"(count)
                 : "d"(DEBUG_CONSOLE) : "memory");
    __atomic_clear(&writing, __ATOMIC_RELEASE);
    popcli();
}
