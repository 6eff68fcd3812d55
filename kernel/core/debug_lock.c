/*
 * Watching the spinlocks: what each CPU holds, in the order it was taken, and
 * by which chain of callers.  Only the CPU itself touches its list, with
 * interrupts off.
 */
#include "core/debug.h"

#include "x86/memlayout.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "core/spinlock.h"

enum {
    MAX_HELD = 16,
    CHAIN = 8,                  // callers that are remembered
    SPIN_LIMIT = 3 * 1000 * 1000,   // looks: longer than any holder needs
};

static struct {
    struct held {
        struct spinlock *lock;
        uintptr_t chain[CHAIN];     // return addresses; 0 ends it
    } locks[MAX_HELD];
    unsigned count;
    unsigned spins;             // looks at the lock that is waited for
} held[NCPU];

/* Fills chain with the callers of the function whose frame this is. */
static void
record_chain(uintptr_t chain[CHAIN], const uintptr_t *frame)
{
    const uintptr_t last = PGROUNDDOWN((uintptr_t)frame) + PGSIZE - 8;

    for (unsigned i = 0; i < CHAIN; i++) {
        bool inside = (uintptr_t)frame <= last && frame[1] >= KERNBASE;
        chain[i] = inside ? frame[1] : 0;
        if (!inside)
            break;
        const uintptr_t *next = (const uintptr_t *)frame[0];
        frame = next > frame ? next : (const uintptr_t *)UINTPTR_MAX;
    }
}

static void
print_held(unsigned id, const struct held *h)
{
    printf("cpu%u holds the spinlock \"%s\", taken by:\n", id, h->lock->name);
    for (unsigned i = 0; i < CHAIN && h->chain[i] != 0; i++) {
        const struct symbol *symbol = symbol_at(h->chain[i] - 1);
        printf("  %p  %s+%#x\n", (void *)h->chain[i], symbol->name,
               (unsigned)(h->chain[i] - symbol->address));
    }
}

void
debug_list_locks(void)
{
    unsigned id = cpu->id;

    for (unsigned i = 0; i < held[id].count; i++)
        print_held(id, &held[id].locks[i]);
}

/* The panic that follows lists what this CPU holds, so with both chains. */
void
debug_acquire(struct spinlock *lock)
{
    unsigned id = cpu->id;

    if (panicking)
        return;
    for (unsigned i = 0; i < held[id].count; i++) {
        const struct spinlock *other = held[id].locks[i].lock;
        if (other == lock)
            panic("acquire of the spinlock \"%s\", which this CPU already "
                  "holds", lock->name);
        if (other->rank >= lock->rank)
            panic("lock order: the spinlock \"%s\" must not be taken while "
                  "\"%s\" is held", lock->name, other->name);
    }
    assert(held[id].count < MAX_HELD);
    struct held *h = &held[id].locks[held[id].count++];
    h->lock = lock;
    record_chain(h->chain, (const uintptr_t *)
                 *(const uintptr_t *)__builtin_frame_address(0));
    held[id].spins = 0;
}

void
debug_spin(struct spinlock *lock)
{
    unsigned id = cpu->id;

    if (panicking || ++held[id].spins < SPIN_LIMIT)
        return;
    // It is listed already, but not held.
    held[id].count--;
    const struct cpu *holder = lock->cpu;
    for (unsigned i = 0; holder != NULL && i < held[holder->id].count; i++)
        if (held[holder->id].locks[i].lock == lock)
            print_held(holder->id, &held[holder->id].locks[i]);
    panic("the spinlock \"%s\" has been waited for too long", lock->name);
}

void
debug_release(struct spinlock *lock)
{
    unsigned id = cpu->id;

    // Locks need not be released in the order they were taken.
    for (unsigned i = held[id].count; i-- > 0;) {
        if (held[id].locks[i].lock != lock)
            continue;
        held[id].count--;
        for (; i < held[id].count; i++)
            held[id].locks[i] = held[id].locks[i + 1];
        return;
    }
    if (!panicking)
        panic("release of the spinlock \"%s\", which this CPU does not hold; "
              "last taken at %p", lock->name, (void *)lock->where);
}

void
debug_no_locks_but(struct spinlock *allowed)
{
    pushcli();
    unsigned id = cpu->id;

    for (unsigned i = 0; i < held[id].count && !panicking; i++)
        if (held[id].locks[i].lock != allowed)
            panic("%s while the spinlock \"%s\" is held",
                  allowed != NULL ? "sleep" : "return to user mode",
                  held[id].locks[i].lock->name);
    popcli();
}
