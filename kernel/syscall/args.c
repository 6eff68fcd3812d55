/* Fetching the arguments of system calls. */
#include "syscall/args.h"

#include <stdint.h>

#include "mem/usermem.h"
#include "sched/proc.h"

int
argint(int n, int *value)
{
    uintptr_t address = proc->tf->esp + sizeof(int) * (1 + n);

    return copyin(proc->pgdir, value, address, sizeof(*value));
}

int
argstr(int n, char *buf, int max)
{
    int address;

    if (argint(n, &address) < 0)
        return -1;
    if (copyinstr(proc->pgdir, buf, (uintptr_t)address, (size_t)max) < 0)
        return -1;
    return 0;
}

int
argptr(int n, char **p, int size)
{
    int address;

    if (argint(n, &address) < 0 || size < 0)
        return -1;
    if (!user_range_ok(proc->pgdir, (uintptr_t)address, (size_t)size, false))
        return -1;
    *p = (char *)address;
    return 0;
}

int
argfile(int n, struct file **file)
{
    int fd;

    if (argint(n, &fd) < 0 || fd < 0 || fd >= NOFILE)
        return -1;
    *file = proc->ofile[fd];
    return *file != NULL ? 0 : -1;
}
