/* int next(int i): the one after i of 0, 1, ... 11, and after 11 again 0. */
        .globl next
next:
        movl    4(%esp), %eax
        incl    %eax
        cmpl    $12, %eax
        jb      1f
        xorl    %eax, %eax
1:
        ret
        .section .note.GNU-stack, "", @progbits
