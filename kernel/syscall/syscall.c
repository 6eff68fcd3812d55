/* The table of system calls, and how they fetch their arguments. */
#include "syscall/syscall.h"

#include "core/debug.h"
#include "core/printf.h"
#include "mem/usermem.h"

#define SYSCALL(number, result, name, parameters) \
    [number] = { #name, sys_##name },
static const struct call {
    const char *name;
    int (*function)(void);
} calls[] = {
#include <syscall.h>
};
#undef SYSCALL

void
syscall(void)
{
    uint32_t number = debug_call_number(proc->tf->eax);
    int result = -1;

    if (number < sizeof(calls) / sizeof(calls[0]) &&
        calls[number].function != NULL)
        result = calls[number].function();
    else
        printf("%s %d: there is no system call %u\n", proc->name, proc->pid,
               (unsigned)number);
    proc->tf->eax = result;
}

int
argcopy(int n, void *values, size_t size)
{
    uintptr_t address = proc->tf->esp + sizeof(int) * (1 + n);

    return copyin(proc->pgdir, values, address, size);
}

int
argint(int n, int *value)
{
    return argcopy(n, value, sizeof(*value));
}

int
argstr(int n, char *buf, int max)
{
    int address;

    return argint(n, &address) < 0 ? -1 :
           copyinstr(proc->pgdir, buf, (uintptr_t)address, (size_t)max);
}

int
argptr(int n, char **p, int size)
{
    return size < 0 || argcopy(n, p, sizeof(*p)) < 0 ||
           !user_range_ok(proc->pgdir, (uintptr_t)*p, (size_t)size, false)
           ? -1 : 0;
}
