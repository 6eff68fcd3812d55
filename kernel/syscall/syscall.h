/* System calls: from the number in %eax to the function that does the work. */
#pragma once

/*
 * Carries out the system call of the running process: number in proc->tf->eax,
 * where the result replaces it.  Interrupts are on; may sleep.
 */
void syscall(void);

/* int sys_NAME(void) for each call: fetches its arguments, returns its result. */
#define SYSCALL(number, result, name, parameters) int sys_##name(void);
#include <syscall.h>
#undef SYSCALL
