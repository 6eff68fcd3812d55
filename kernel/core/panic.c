/* Stopping with an explanation. */
#include "core/panic.h"

#include "lib/format.h"
#include "x86/memlayout.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/printf.h"

struct cpu *panicking;
void (*panic_stop_cpus)(void);
void (*panic_describe_process)(void);

void
halt_cpu(void)
{
    cpu->started = false;       // for the one that waits for it to stop
    for (;;)
        asm volatile("cli; hlt");
}

void
stop_other_cpus(void)
{
    cli();
    __sync_bool_compare_and_swap(&panicking, NULL, cpu);
    if (panicking != cpu)
        halt_cpu();
    if (panic_stop_cpus != NULL)
        panic_stop_cpus();
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
print_callers(const uintptr_t *frame)
{
    const uintptr_t last = PGROUNDDOWN((uintptr_t)frame) + PGSIZE - 8;

    for (const uintptr_t *below = NULL;
         frame > below && (uintptr_t)frame <= last && frame[1] >= KERNBASE;
         below = frame, frame = (const uintptr_t *)frame[0]) {
        // The call is the instruction before, perhaps its function's last one.
        const struct symbol *symbol = symbol_at(frame[1] - 1);
        printf("  %p  %s+%#x\n", (void *)frame[1], symbol->name,
               (unsigned)(frame[1] - symbol->address));
    }
}

void
panic(const char *fmt, ...)
{
    static char message[220];   // printf adds to it
    va_list args;

    // The first CPU to panic speaks.  One that it stops comes here as well; and
    // a panic while panicking just ends, in stop_other_cpus, by this hook.
    stop_other_cpus();
    panic_stop_cpus = halt_cpu;
    va_start(args, fmt);
    vsnprintf(message, sizeof(message), fmt, args);
    printf("\npanic: %s\ncpu%u (spinlocks held: %d)", message, cpu->id,
           cpu->ncli);
    if (panic_describe_process != NULL)
        panic_describe_process();
    printf(", called from:\n");
    print_callers(__builtin_frame_address(0));
    debug_list_locks();
    printf("This is a bug in the kernel.  The machine is halted.\n");
    halt_cpu();
}
