/* Stopping with an explanation. */
#include "core/panic.h"

#include "x86/memlayout.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/printf.h"

bool panicking;
void (*panic_stop_cpus)(void);
void (*panic_describe_process)(void);

void
halt_cpu(void)
{
    for (;;)
        asm volatile("cli; hlt");
}

void
stop_other_cpus(void)
{
    static bool begun;

    if (__atomic_test_and_set(&begun, __ATOMIC_ACQUIRE))
        halt_cpu();
    if (panic_stop_cpus != NULL)
        panic_stop_cpus();
    panicking = true;
}

const struct symbol *
symbol_at(uintptr_t address)
{
    const struct symbol *symbol = &kernel_symbols[kernel_nsymbols - 1];

    // The first one's address is 0.
    while (symbol->address > address)
        symbol--;
    return symbol;
}

/*
 * With frame pointers, a frame holds the address of the caller's, then the
 * return address.  A kernel stack is one page, and the frames lie ever higher
 * in it, so that even a spoilt chain ends.
 */
void
panic(const char *fmt, ...)
{
    const uintptr_t *frame = __builtin_frame_address(0);
    const uintptr_t last = PGROUNDDOWN((uintptr_t)frame) + PGSIZE - 8;
    va_list args;

    cli();
    // The first to panic speaks.  A CPU that it stops comes here as well, and
    // so does a panic while panicking.
    stop_other_cpus();
    va_start(args, fmt);
    printf("\npanic: ");
    vprintf(fmt, args);
    printf("\ncpu%u", cpu->id);
    if (panic_describe_process != NULL)
        panic_describe_process();
    printf(", called from:\n");
    while ((uintptr_t)frame <= last && frame[1] >= KERNBASE) {
        // The call is the instruction before, perhaps its function's last one.
        const struct symbol *symbol = symbol_at(frame[1] - 1);
        printf("  %p  %s+%#x\n", (void *)frame[1], symbol->name,
               (unsigned)(frame[1] - symbol->address));
        if (frame[0] <= (uintptr_t)frame)
            break;
        frame = (const uintptr_t *)frame[0];
    }
    debug_list_locks();
    printf("This is a bug in the kernel.  The machine is halted.\n");
    halt_cpu();
}
