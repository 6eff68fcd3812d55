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
    CHAIN = 8,                  // callers that are remembered, and one more
    SPIN_LIMIT = 3 * 1000 * 1000,   // looks: longer than any holder needs
    NRANKS = RANK_PRINT + 1,
};

/*
 * Callers, as the frames on a stack, so that print_callers takes them: each has
 * the address of the next, then the return address; the last is 0.  Aligned, as
 * no chain goes on in another page.
 */
struct chain {
    uintptr_t frames[CHAIN][2];
} __attribute__((aligned(CHAIN * 8)));

static struct {
    struct held {
        struct spinlock *lock;
        struct chain chain;
    } locks[MAX_HELD];
    unsigned count;
    unsigned spins;             // looks at the lock that is waited for
} held[NCPU];

/*
 * By whom a lock of one rank was first taken while one of an earlier rank was
 * held: the other half of the cycle, should they be taken the other way round.
 * Two CPUs may do that at once; then the chain is mixed from both.
 */
static struct chain first[NRANKS][NRANKS];

/* Fills chain with the callers of the function whose frame this is. */
static void
record_chain(struct chain *chain, const uintptr_t *frame)
{
    const uintptr_t last = PGROUNDDOWN((uintptr_t)frame) + PGSIZE - 8;
    const uintptr_t *below = NULL;

    *chain = (struct chain){ 0 };
    for (unsigned i = 0;
         i < CHAIN - 1 && frame > below && (uintptr_t)frame <= last; i++) {
        chain->frames[i][0] = (uintptr_t)chain->frames[i + 1];
        chain->frames[i][1] = frame[1];
        below = frame;
        frame = (const uintptr_t *)frame[0];
    }
}

static void
print_held(unsigned id, const struct held *h)
{
    printf("cpu%u holds the spinlock \"%s\", taken by:\n", id, h->lock->name);
    print_callers(h->chain.frames[0]);
}

void
debug_list_locks(void)
{
    unsigned id = cpu->id;

    for (unsigned i = 0; i < held[id].count; i++)
        print_held(id, &held[id].locks[i]);
}

/*
 * The panic lists what this CPU holds.  So a wrong order comes with all chains:
 * what took the one lock, what takes the other, and what did it in order.
 */
void
debug_acquire(struct spinlock *lock)
{
    unsigned id = cpu->id;
    // The frame of acquire, which has called this.
    const uintptr_t *frame =
        (const uintptr_t *)*(const uintptr_t *)__builtin_frame_address(0);

    if (panicking)
        return;
    for (unsigned i = 0; i < held[id].count; i++) {
        const struct spinlock *other = held[id].locks[i].lock;
        if (other == lock)
            panic("acquire of the spinlock \"%s\", which this CPU already "
                  "holds", lock->name);
        if (other->rank >= lock->rank) {
            stop_other_cpus();
            printf("\nWho first took \"%s\", then \"%s\", if anybody did:\n",
                   lock->name, other->name);
            print_callers(first[lock->rank][other->rank].frames[0]);
            panic("lock order: the spinlock \"%s\" must not be taken while "
                  "\"%s\" is held", lock->name, other->name);
        }
        if (first[other->rank][lock->rank].frames[0][1] == 0)
            record_chain(&first[other->rank][lock->rank], frame);
    }
    assert(held[id].count < MAX_HELD);
    struct held *h = &held[id].locks[held[id].count++];
    h->lock = lock;
    record_chain(&h->chain, frame);
    held[id].spins = 0;
}

void
debug_spin(struct spinlock *lock)
{
    unsigned id = cpu->id;

    if (panicking || ++held[id].spins < SPIN_LIMIT)
        return;
    stop_other_cpus();
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
