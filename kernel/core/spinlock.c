/* Spinlocks, and the nesting of interrupts off that they are built on. */
#include "core/spinlock.h"

#include "x86/mmu.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/panic.h"

void
pushcli(void)
{
    bool were_on = read_eflags() & FL_IF;

    cli();
    struct cpu *c = cpu;
    if (c->ncli++ == 0)
        c->intena = were_on;
}

void
popcli(void)
{
    struct cpu *c = cpu;

    assert(c->ncli > 0);
    if (--c->ncli == 0 && c->intena)
        sti();
}

bool
holding(struct spinlock *lock)
{
    return lock->locked && lock->cpu == cpu;
}

void
acquire(struct spinlock *lock)
{
    pushcli();
    debug_before_acquire(lock);
    assert(!holding(lock));
    // A panic prints whatever is locked; the holder has been stopped.
    while (xchg(&lock->locked, 1) != 0 && !panicking)
        pause();
    lock->cpu = cpu;
    lock->where = (uintptr_t)__builtin_return_address(0);
    debug_after_acquire(lock);
}

void
release(struct spinlock *lock)
{
    assert(holding(lock) || panicking);
    debug_before_release(lock);
    lock->cpu = NULL;
    // An x86 CPU does not move earlier loads or stores past a later store
    // (SDM 3A, "Memory Ordering"), so this one only needs to bind the compiler.
    __atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
    popcli();
}
