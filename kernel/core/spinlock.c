/* Spinlocks, and the nesting of interrupts off that they are built on. */
#include "core/spinlock.h"

#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/panic.h"

inline void
pushcli(void)
{
    uint32_t eflags;

    asm volatile("pushfl; popl %0; cli" : "=r"(eflags) : : "memory");
    if (cpu->ncli++ == 0)
        cpu->intena = eflags & FL_IF;
}

inline void
popcli(void)
{
    assert(cpu->ncli > 0);
    if (--cpu->ncli == 0 && cpu->intena)
        sti();
}

bool
holding(struct spinlock *lock)
{
    return lock->cpu == cpu;
}

void
acquire(struct spinlock *lock)
{
    debug_point();
    pushcli();
    debug_acquire(lock);
    // One step for all CPUs: sets `locked` and says whether it was set before.
    // A panic prints whatever is locked; the holder has been stopped.
    while (__atomic_test_and_set(&lock->locked, __ATOMIC_ACQUIRE) &&
           panicking != cpu) {
        assert(!holding(lock));
        debug_spin(lock);
        pause();
    }
    lock->cpu = cpu;
    lock->where = (uintptr_t)__builtin_return_address(0);
}

void
release(struct spinlock *lock)
{
    debug_release(lock);
    assert(holding(lock) || panicking);
    lock->cpu = NULL;
    // An x86 CPU does not move earlier loads or stores past a later store
    // (SDM 3A, "Memory Ordering"), so this one only needs to bind the compiler.
    __atomic_clear(&lock->locked, __ATOMIC_RELEASE);
    popcli();
    debug_point();
}
