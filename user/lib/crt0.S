/*
 * Where a program begins.
 *
 * Called by exec, which leaves this on the stack, with %esp a multiple of 16:
 *
 *     4(%esp)   argv, the address of argc strings and a null pointer
 *     0(%esp)   argc
 *
 * These are main's parameters already where the call wants them.  What main
 * returns is the program's exit status.  Never returns.
 */
    .text
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp             // a debugger's backtrace ends here
    call main
    movl %eax, (%esp)
    call exit
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
