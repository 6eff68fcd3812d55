/* The end of the road: the kernel has found a bug in itself. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Stops all CPUs, prints the message and the chain of callers, and halts. */
void panic(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* The kernel stops here if the condition, one of our own invariants, is false. */
#define assert(condition)                                               \
    do {                                                                \
        if (!(condition))                                               \
            panic("%s:%d: %s: assertion failed: %s", __FILE__, __LINE__,\
                  __func__, #condition);                                \
    } while (0)

/*
 * What a higher folder adds to a panic.  Each hook is called once, in the order
 * of this list; one that is not set is skipped.
 */
enum panic_hook {
    PANIC_STOP_CPUS,        // intr/: no other CPU runs on
    PANIC_DESCRIBE,         // sched/: which process was running
    NPANIC_HOOKS,
};
void panic_set_hook(enum panic_hook which, void (*hook)(void));

/*
 * This CPU has stopped the others, to panic or to switch off: locks are no longer
 * waited for, as their holders may never give them back.
 */
extern bool panicking;

/*
 * Stops all other CPUs for good.  False if another CPU is doing that already: then
 * this one must stop.
 */
bool stop_other_cpus(void);

/* Has any CPU called stop_other_cpus? */
bool stopping(void);

/* Stops this CPU for ever. */
void halt_cpu(void) __attribute__((noreturn));

/* Prints the callers of the function whose frame pointer is ebp. */
void backtrace(uintptr_t ebp);
