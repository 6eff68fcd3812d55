/*
 * The system calls, as functions a C program can call: one stub for each line
 * of include/syscall.h.  Prototypes are in unistd.h.
 *
 * On entry the stack is as in any C call, and so the kernel finds it:
 *
 *     4(%esp)   the first argument, and the others above it
 *     0(%esp)   return address
 *
 * The result comes back in %eax; no other register changes.
 */
#define SYSCALL(number, result, name, parameters)   \
    .globl name;                                    \
    .type name, @function;                          \
name:                                               \
    movl $number, %eax;                             \
    int $64;                                        \
    ret;                                            \
    .size name, . - name;

    .text
#include "syscall.h"

    .section .note.GNU-stack, "", @progbits
