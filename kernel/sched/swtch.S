/*
 * void swtch(struct context **old, struct context *new);
 *
 * Called by sched (process to scheduler) and by scheduler (the other way
 * round).  Switching stacks is switching threads: what lies on a kernel stack
 * is all that a thread is.  The registers that C lets a function clobber (eax,
 * ecx, edx) are not saved: the caller of swtch has done so if it needs them.
 *
 * Stack on entry:          after the four pushes, a struct context:
 *
 *   new                      eip    the return address
 *   old                      ebp
 *   return address <- esp    ebx
 *                            esi
 *                            edi <- esp
 */
.text
.globl swtch
swtch:
    movl 4(%esp), %eax          # old
    movl 8(%esp), %ecx          # new

    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi

    movl %esp, (%eax)           # *old = this stack
    movl %ecx, %esp             # and here the other thread begins

    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret
