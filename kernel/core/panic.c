/* Stopping with an explanation. */
#include "core/panic.h"

#include <stdarg.h>
#include <stddef.h>

#include "lib/format.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/printf.h"
#include "core/symbols.h"

bool panicking;

// 1 once a CPU has stopped the others.  volatile: halted CPUs look at it anew.
static volatile uint32_t stopper;
static void (*hooks[NPANIC_HOOKS])(void);

void
panic_set_hook(enum panic_hook which, void (*hook)(void))
{
    hooks[which] = hook;
}

static void
run_hook(enum panic_hook which)
{
    if (hooks[which] != NULL)
        hooks[which]();
}

/*
 * Prints a return address.  The call is the instruction before it, which may be
 * the last one of its function.
 */
static void
print_caller(uintptr_t address)
{
    uintptr_t offset;
    const char *name = symbol_name(address - 1, &offset);

    if (name != NULL)
        printf("  %p  %s+%#x\n", (void *)address, name, (unsigned)offset + 1);
    else
        printf("  %p\n", (void *)address);
}

/*
 * With frame pointers, %ebp points to the caller's %ebp, and above it lies the
 * return address.  A kernel stack is one page, so a frame outside of the first
 * one's page ends the chain: a spoilt chain cannot lead us astray.
 */
void
backtrace(uintptr_t ebp)
{
    uintptr_t page = PGROUNDDOWN(ebp);

    if (ebp < KERNBASE)
        return;
    while (PGROUNDDOWN(ebp) == page && ebp % 4 == 0 &&
           ebp - page <= PGSIZE - 2 * sizeof(uintptr_t)) {
        const uintptr_t *frame = (const uintptr_t *)ebp;
        if (frame[1] < KERNBASE)
            break;
        print_caller(frame[1]);
        if (frame[0] <= ebp)
            break;
        ebp = frame[0];
    }
}

bool
stopping(void)
{
    return stopper != 0;
}

bool
stop_other_cpus(void)
{
    if (xchg(&stopper, 1) != 0)
        return false;
    run_hook(PANIC_STOP_CPUS);
    panicking = true;
    return true;
}

void
halt_cpu(void)
{
    for (;;) {
        cli();
        hlt();
    }
}

void
panic(const char *fmt, ...)
{
    char message[160];
    va_list args;

    cli();
    // The first to panic speaks; a second CPU, or a panic while panicking, stops.
    if (!stop_other_cpus())
        halt_cpu();

    va_start(args, fmt);
    vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);
    printf("\npanic: %s\n", message);
    printf("cpu%u", cpu->id);
    run_hook(PANIC_DESCRIBE);
    printf(", called from:\n");
    backtrace((uintptr_t)__builtin_frame_address(0));
    printf("This is a bug in the kernel.  The machine is halted.\n");
    halt_cpu();
}
