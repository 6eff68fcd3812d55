/* System calls about processes, memory and time. */
#include "syscall/syscall.h"

#include "core/debug.h"
#include "mem/usermem.h"
#include "intr/acpi.h"
#include "sched/sleep.h"
#include "fs/log.h"
#include "proc/proc.h"

int
sys_fork(void)
{
    return fork();
}

int
sys_exit(void)
{
    int status;

    exit(argint(0, &status) < 0 ? -1 : status);
}

/* A bad address is found out before a child is taken away for it. */
int
sys_wait(void)
{
    int address, status;

    if (argint(0, &address) < 0 ||
        (address != 0 && !user_range_ok(proc->pgdir, (uintptr_t)address,
                                        sizeof(status), true)))
        return -1;
    int pid = wait(&status);
    if (pid > 0 && address != 0)
        copyout(proc->pgdir, (uintptr_t)address, &status, sizeof(status));
    return pid;
}

int
sys_kill(void)
{
    int pid;

    return argint(0, &pid) < 0 || pid <= 0 ? -1 : kill(pid);
}

int
sys_exec(void)
{
    char path[MAXPATH];
    int argv;

    if (argstr(0, path, sizeof(path)) < 0 || argint(1, &argv) < 0)
        return -1;
    return exec(path, (uintptr_t)argv);
}

int
sys_getpid(void)
{
    return proc->pid;
}

int
sys_sbrk(void)
{
    int n;

    return argint(0, &n) < 0 ? -1 : growproc(n);
}

int
sys_sleep(void)
{
    int n;

    if (argint(0, &n) < 0)
        return -1;
    acquire(&ptable.lock);
    // The difference is right even when ticks wraps.
    uint32_t start = ticks;
    while (n > 0 && ticks - start < (uint32_t)n && !proc->killed)
        sleep_killable(&ticks, &ptable.lock);
    release(&ptable.lock);
    return 0;                   // to nobody, if killed
}

int
sys_uptime(void)
{
    return (int)__atomic_load_n(&ticks, __ATOMIC_RELAXED);
}

/* All that has returned is on the disk; the checkpoint spares a replay. */
int
sys_halt(void)
{
    int code;

    if (argint(0, &code) < 0 || code < 0 || code > 127)
        return -1;
    log_checkpoint();
    debug_list_leaks();
    power_off((uint8_t)code);
}
