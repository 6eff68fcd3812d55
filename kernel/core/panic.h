/* The end of the road: the kernel has found a bug in itself. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Stops all CPUs, prints the message and the chain of callers, and halts. */
void panic(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Stops the kernel if the condition, one of our own invariants, is false. */
#define assert(condition)                                                   \
    ((condition) ? (void)0                                                  \
                 : panic("%s:%d: %s: assertion failed: %s", __FILE__,       \
                         __LINE__, __func__, #condition))

/*
 * Raises an NMI on every other CPU, which panics on it and so halts.  Set by
 * intr/, called by stop_other_cpus; NULL until then.
 */
extern void (*panic_stop_cpus)(void);

/* Prints which process runs on this CPU.  Set by sched/; NULL until then. */
extern void (*panic_describe_process)(void);

/*
 * The CPU that stops the others, to panic or to switch off; else NULL.  It no
 * longer waits for locks, as their holders may never give them back.
 */
extern struct cpu *panicking;

/*
 * Turns interrupts off and stops all other CPUs for good, so that nobody prints
 * any more but this one.  If another CPU is doing that already, this one stops
 * instead: then it does not return.
 */
void stop_other_cpus(void);

/* Stops this CPU for ever. */
void halt_cpu(void) __attribute__((noreturn));

/*
 * The kernel's own function names, sorted by address.  The build links the
 * kernel twice: tools/ksyms makes the table from the first result for the
 * second.  What lies before and behind the kernel's code is called "?".
 */
struct symbol {
    uintptr_t address;
    const char *name;
};
extern const struct symbol kernel_symbols[];
extern const uint32_t kernel_nsymbols;

/* Returns the last symbol that is not above address. */
const struct symbol *symbol_at(uintptr_t address);

/* Prints who called the function whose frame this is, who called that ... */
void print_callers(const uintptr_t *frame);
