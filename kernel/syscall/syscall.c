/* The table of system calls. */
#include "syscall/syscall.h"

#include <stddef.h>

#include "core/printf.h"
#include "sched/proc.h"

struct call {
    const char *name;
    int (*function)(void);
};

#define SYSCALL(number, result, name, parameters) \
    [number] = { #name, sys_##name },
static const struct call calls[] = {
#include <syscall.h>
};
#undef SYSCALL

enum { NCALLS = sizeof(calls) / sizeof(calls[0]) };

void
syscall(void)
{
    uint32_t number = proc->tf->eax;

    if (number < NCALLS && calls[number].function != NULL) {
        proc->tf->eax = calls[number].function();
    } else {
        printf("%s %d: there is no system call %u\n", proc->name, proc->pid,
               (unsigned)number);
        proc->tf->eax = -1;
    }
}
