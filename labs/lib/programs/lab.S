/*
 * Where the grader's breakpoint stands: void lab_stop(kind, buf, n).
 *
 * The grader reads the parameters from the stack and goes on behind the nop.
 */
    .text
    .globl lab_stop
    .type lab_stop, @function
lab_stop:
    nop
    ret
    .size lab_stop, . - lab_stop
