/*
 * Watching the lock order: what each CPU holds, in the order it was taken.
 * Only the CPU itself touches its list, with interrupts off.
 */
#include "core/debug.h"

#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"

enum { MAX_HELD = 16 };

static struct {
    struct spinlock *locks[MAX_HELD];
    unsigned count;
} held[NCPU];

static void
list_held(unsigned id)
{
    for (unsigned i = 0; i < held[id].count; i++)
        printf("cpu%u holds %s, taken at %p\n", id, held[id].locks[i]->name,
               (void *)held[id].locks[i]->where);
}

void
debug_acquire(struct spinlock *lock)
{
    unsigned id = cpu->id;

    if (panicking)
        return;
    for (unsigned i = 0; i < held[id].count; i++) {
        struct spinlock *other = held[id].locks[i];
        if (other == lock)
            panic("acquire of %s, which this CPU already holds", lock->name);
        if (other->rank >= lock->rank) {
            list_held(id);
            panic("lock order: %s must not be taken while %s is held",
                  lock->name, other->name);
        }
    }
    if (held[id].count < MAX_HELD)
        held[id].locks[held[id].count++] = lock;
}

void
debug_release(struct spinlock *lock)
{
    unsigned id = cpu->id;

    // Locks need not be released in the order they were taken.
    for (unsigned i = held[id].count; i-- > 0;) {
        if (held[id].locks[i] != lock)
            continue;
        held[id].count--;
        for (; i < held[id].count; i++)
            held[id].locks[i] = held[id].locks[i + 1];
        return;
    }
}

void
debug_no_locks_but(struct spinlock *allowed)
{
    pushcli();
    unsigned id = cpu->id;
    unsigned count = held[id].count;
    bool bad = count > 1 || (count == 1 && held[id].locks[0] != allowed);

    if (bad && !panicking) {
        list_held(id);
        panic("a spinlock is held where none may be");
    }
    popcli();
}
