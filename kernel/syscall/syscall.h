/*
 * System calls: from the number in %eax to the function that does the work.
 *
 * The arguments lie on the process's stack as for a C call: above the return
 * address, the first one lowest.
 */
#pragma once

#include "sched/proc.h"

/*
 * Carries out the system call of the running process: number in proc->tf->eax,
 * where the result replaces it.  Interrupts are on; may sleep.
 */
void syscall(void);

/* int sys_NAME(void) of each call fetches its arguments, returns its result. */
#define SYSCALL(number, result, name, parameters) int sys_##name(void);
#include <syscall.h>
#undef SYSCALL

/*
 * The arguments.  Each function returns -1 if what it wants cannot be read or
 * is not good, else 0 or what its comment says.
 */

/* Sets *value to argument n. */
int argint(int n, int *value);

/* Copies the arguments from the nth on, `size` bytes, to values. */
int argcopy(int n, void *values, size_t size);

/*
 * Copies the string that argument n points to, with its zero, to buf[max].
 * Returns its length.
 */
int argstr(int n, char *buf, int max);

/* Sets *p to the address in argument n, at which `size` bytes can be read. */
int argptr(int n, char **p, int size);
