# A system call, from the program into the kernel and back; what it may ask for.
machine mem=32 cpus=1
stages call | trap | kernel | arguments | return | pointers

pause The calls that there are
stage call
say All that a program can ask of the kernel, by number: the kernel's own table.
wait $
set $i = 1
while $i < sizeof(calls) / sizeof(calls[0])
    printf "%4d %-8s", $i, calls[$i].name
    if $i % 5 == 0
        echo \n
    end
    set $i = $i + 1
end
console

pause A procedure, to the program
say The stub of write has three instructions.  Its arguments are on the stack.
type lecture/calls
quiet user calls
go write if $_pid() == 3 && cpus[0].proc->name[0] == 'c'
x/3i $pc
vary (0x\w+) <write
x/4xw $esp
x/s ((char **)$esp)[2]
vary (0x\w+):\t(0x\w+)
vary \t(0x\w+)\t0x00000006
vary (0x\w+):\t"

pause The number of the call
say %eax holds the number, 16 for write.  The next instruction is the trap.
quiet user calls
stepi
x/i $pc
vary (0x\w+) <write
print $eax
info registers cs

ask What keeps a program from using int with another number?
answer The level of the gate.  With int a program may use gates of level 3 only,
answer and there is one.  int 14 would not make a page fault, but a general
answer protection fault, and the program's end.
quiet user calls
idt

pause Where the kernel's stack is
say Before it pushes anything the CPU will take a stack pointer from here: esp0.
quiet user calls
tss

pause One instruction later
stage trap
say int 64 has changed stack, mode and place, and has pushed five words.
stepi
info symbol $pc
info registers cs
x/5xw $esp
vary 5fec:\t(0x\w+)
vary 0x00000023\t(0x\w+)\t(0x\w+)

pause The stub of vector 64
say The CPU does not say which vector it was: the stub pushes 64, and 0 as error.
x/3i $pc

pause alltraps
say It pushes all other registers, then takes the kernel's segments.
go *alltraps
x/10i $pc

pause The trapframe is complete
say 19 words, and trap has a pointer to them: this is all of the program's CPU.
go trap if tf->trapno == 64
tf
vary (?:eip|ebx|edx|ecx|edi|esi|ebp|esp)  (\w{8})
vary eflags:? (.*)

ask Who has pushed these 19 words?
answer The CPU five: ss, esp, eflags, cs, eip.  The stub two: the error code, 0,
answer and the number, 64.  alltraps twelve: four segment registers, and eight
answer registers with pushal.
print sizeof(struct trapframe) / 4

pause From the number to the function
stage kernel
say Entry 16 of a table.  The number comes from a program: it is compared first.
go syscall
print $proc->tf->eax
print calls[16]
print sizeof(calls) / sizeof(calls[0])

pause The arguments are where the program left them
stage arguments
say On the user stack: above the return address, the first argument lowest.
go argcopy
print n
print size
x/4xw $proc->tf->esp
vary (0x\w+):\t(0x\w+)
vary \t(0x\w+)\t0x00000006

pause copyin
say Twelve bytes from the program to the kernel's stack: copied first, then used.
go copyin
print n
print (void *)src == (void *)($proc->tf->esp + 4)
set $dst = dst
finish
print $eax
x/3xw $dst
vary \t(0x\w+)\t0x00000006

ask Why does copyin not simply read at the address?
answer Nobody has looked at it.  There may be no page, and the kernel would fault;
answer or one of the kernel's, which the program may not see.  So copyin walks
answer the page table, demands P and U, and reads through the map of all RAM.
pt-walk $proc->tf->esp&~0xfff

pause Is the buffer the program's?
say Its address is an argument, too.  All pages of the six bytes are looked at.
go user_range_ok
print n
print writable
finish
print $al

pause The work is done
say The result goes where the number was: eax in the trapframe.
go file_transfer
print writing
finish
print $eax
# Not a tick that comes in between: that has a trapframe of its own.
go trapret if $_pid() == 3 && cpus[0].proc->tf == $esp
print $proc->tf->eax

pause trapret
stage return
say It undoes what alltraps has done, word by word.
x/7i $pc

pause iret
say What int had pushed, iret pops: eip and cs, eflags, esp and ss.
steps *(unsigned char *)$pc == 0xcf
x/5xw $esp
vary 5fec:\t(0x\w+)
vary 0x00000023\t(0x\w+)\t(0x\w+)

pause Back in the program
say User mode, behind the trap, on the user stack.  %eax has the result: 6.
stepi
quiet user calls
x/i $pc
vary (0x\w+) <write
info registers cs
print $eax

pause copyout
say What fstat tells does not fit into %eax: it goes to an address it was given.
go copyout if $_pid() == 3 && n == sizeof(struct stat)
print n
quiet user calls
print (void *)dst == (void *)&'calls.c'::main::st
finish
print $eax

pause An address of the kernel
stage pointers
say write(1, 0x80000000, 4): the page is there, but not for the program.
go user_range_ok if va == 0x80000000
print/x va
finish
print $al

pause An address of nobody's
say write(1, 0x40000000, 4): there is not even a page table.
go user_range_ok if va == 0x40000000
print/x va
finish
print $al

pause A range that goes too far
say Two bytes are the program's, two lie behind its end.
go user_range_ok if n == 4 && va % 4096 == 4094
print/x va
print $proc->sz
finish
print $al

pause Memory that may only be read
say read(0, 0, 4): the text may be read, but read would write to it.
go user_range_ok if va == 0
print writable
finish
print $al

ask Why not just compare the address with the size of the process?
answer Below sz there are pages that the program must not write, its text, and one
answer that it has not at all, the guard page under the stack.  Only the page table
answer knows.
print $proc->sz
pt user

pause A string that does not end
say The last four bytes of memory are "path".  copyinstr looks for a zero.
go copyinstr if $_pid() == 3
print max
finish
print $eax

ask Why is a path copied before anybody looks at it?
answer As soon as two processes or threads share memory, one could change the path
answer between the check and the use.  What has been copied stays as it was checked.

pause A stack that is the kernel's
say %esp is 0x80000000: where the arguments should be is memory of the kernel.
go argcopy if $_pid() == 3 && cpus[0].proc->tf->esp == 0x80000000
print/x $proc->tf->esp
finish
print $eax

pause What the program has got
say Each of the calls has returned -1, and nothing else has happened.
wait $
console
