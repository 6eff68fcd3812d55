/*
 * The first program.  It runs in user mode at address 0 and only replaces
 * itself: exec("/init", argv).
 */
#include "x86/traps.h"

#define SYSCALL(number, result, name, parameters) .set SYS_##name, number;
#include <syscall.h>

.text
.globl start
start:
    pushl $argv
    pushl $path
    pushl $0                    # where the caller's return address would be
    movl $SYS_exec, %eax
    int $T_SYSCALL

    # exec returns only if it fails.  There is nobody to tell.
1:  movl $SYS_exit, %eax
    int $T_SYSCALL
    jmp 1b

path:
    .asciz "/init"

.p2align 2
argv:
    .long path
    .long 0
