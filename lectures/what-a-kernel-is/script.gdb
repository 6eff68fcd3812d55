# What a kernel is: what programs see of it, and why they cannot get round it.
machine mem=32 cpus=1
stages interface | multiplexing | isolation | interaction | modes | organisation

pause A machine with two programs
stage interface
say init and sh are programs like any other.  All else here is the kernel's doing.
wait $
ps
console

pause The shell calls fork
say Read upwards: the program calls, a trap leads to the kernel, that calls fork.
type echo hello
go fork
bt-proc
vary (\w+) in user mode

pause The memory of the shell
say Text, data and stack: pages from address 0 up, in frames that lie anywhere.
pt user

pause A second process
say As many pages, in other frames.  fork returns 3 in the shell, 0 in the copy.
go fork: set_runnable(child)
print ptable.proc[2].state
print ptable.proc[2].tf->eax
pt 3 user

pause exec: another program in the same process
say Process 3 asked to become echo: it has new memory now, and the old one goes.
go exec
print path
go exec: freevm(old.pgdir
printf "process %d is %s\n", $proc->pid, $proc->name
pt user

pause The program calls write
say Call 16.  On the stack: return address, 1 for the output, address, length.
go syscall if $_pid() == 3 && cpus[0].proc->tf->eax == 16
print calls[16].name
x/4xw $proc->tf->esp
vary :\t(0x\w+)
x/s ((char **)$proc->tf->esp)[2]
ps

pause Before sbrk
say grow has text, a guard page, and a stack.  It asks for 12288 bytes more.
wait $
console
type lecture/grow
go growproc
print n
pt user

pause After sbrk
say Three pages more, zeroed, each in a frame of its own; and their first address.
finish
print/x $eax
pt user

pause Two programs that never end
stage multiplexing
say One CPU, two loops, and a prompt: each believes that it has the CPU to itself.
wait $
mark
type lecture/dare loop &
wait $
type lecture/dare loop &
wait $
console
go yield if $_pid() == 8 && cpus[0].proc->tf->trapno == 48 && cpus[0].proc->name[0] == 'd'
go yield if $_pid() == 6 && cpus[0].proc->tf->trapno == 48 && cpus[0].proc->name[0] == 'd'
go yield if $_pid() == 8 && cpus[0].proc->tf->trapno == 48 && cpus[0].proc->name[0] == 'd'
ps

pause The clock takes the CPU away
say Vector 48 is the clock.  It came in the middle of the loop, in user mode.
bt-proc
vary (\w+) in user mode
print $proc->tf->trapno
print/x $proc->tf->cs

pause The other one goes on
say It had lost the CPU in the same way.  iret takes it back to where it was.
quiet user dare
go trapret if $_pid() == 6
steps ($cs & 3) == 3
print $pc == $proc->tf->eip
print $eax == $proc->tf->eax
ps

ask What if programs had to give up the CPU of their own accord?
answer One that does not would stop all others.  The Macintosh once worked so: its
answer programs had to trust each other.  Here the clock interrupts whoever runs,
answer 100 times a second, willing or not.

pause A program tries cli
stage isolation
say cli would stop the clock.  In user mode the CPU refuses it: exception 13.
back
type lecture/dare cli
go handle_exception: exit(-1)
x/i $proc->tf->eip
vary (0x\w+):\t
print $proc->tf->trapno
print exception_names[13]
print/x $proc->tf->cs

pause Killed
say The program was ended, with one line to say why.  The shell goes on.
wait $
console
vary instruction (0x\w+)

pause A program writes at KERNBASE
say Exception 14.  Error 7: the page is there, but user mode must not write to it.
type lecture/dare write
go handle_exception: exit(-1)
print $proc->tf->trapno
print/x $cr2
print $proc->tf->err

ask What stopped it, if the kernel is mapped in its own page table?
answer The flag U is missing in the entry: only kernel mode may use this page.  The
answer CPU looks at it whenever it translates an address, at no cost in time.
pt-walk 0x80000000

pause Killed, too
say Neither has harmed anybody: who was there before is there still.
wait $
console
vary instruction (0x\w+)
ps

pause One address in the child
say fork copied a 1.  Then the child wrote a 2.  Where that lies, its table says.
type lecture/twins
quiet user twins
go look if number == 2 && $_pid() == 8
printf "number, at address %#x, is %d\n", &number, number
pt user

pause The same address in the parent
say The same virtual address, another frame, and still the 1.
quiet user twins
go look if $_pid() == 7
printf "number, at address %#x, is %d\n", &number, number
pt user

pause Two processes and a pipe
stage interaction
say What echo writes to its file 1, wc reads: the pipe is in the kernel's memory.
wait $
type echo hello | wc
go pipe_transfer if writing
files
vary (\d+ +\d+)  (?:inode (\d+)|pipe)
vary directory of (\d+)
go copyout if $_pid() == 10 && n == 6
printf "to process %d, %s: %s", $proc->pid, $proc->name, src

pause A program in user mode
stage modes
say The low two bits of %cs are the mode: 3 is user mode.  U: pages open to it.
back
type lecture/dare stack
quiet user dare
go call_without_a_stack if $_pid() == 5 && cpus[0].proc->name[0] == 'd'
info registers cs
pt user

ask By which doors can a program enter the kernel?
answer Of its own accord by gate 64 alone, the only one of level 3.  By the others
answer faults and interrupts enter.  Each leads to one address, which the kernel
answer has chosen, and turns on kernel mode (%cs = 8) on the way.
quiet user dare
idt

pause A stack pointer of 0
say The program has set %esp to 0, then called getpid.  The kernel is at work.
go syscall if $_pid() == 5 && cpus[0].proc->tf->esp == 0
tf
vary (?:eip|ebx|edx|ecx|edi|esi|ebp)  (\w{8})
vary eflags:? (.*)

ask Why does the kernel not use the stack of the program?
answer The program sets its stack pointer as it likes: to 0, or to an address of
answer the kernel.  What lies there it could read, or change.  So the CPU takes
answer the top of the process's kernel stack from the task state, before it
answer pushes the first word.
tss

pause The kernel survives
say The call has worked, the program has its stack back, and all goes on.
wait $
console

pause The kernel is one program
stage organisation
say From a program's read to the disk: calls of procedures, all in kernel mode.
type wc usertests
go disk_read if $_pid() == 6 && cpus[0].proc->tf->eax == 5
bt-proc
vary (\w+) in user mode

ask What of this would be in user mode in a microkernel?
answer The files and the disk's driver would be processes, and the calls between
answer them messages.  In the kernel there would remain what all of them need:
answer traps, page tables, the scheduler, and messages.

pause Without a boundary
say The debugger lets dare into kernel mode.  Now cli clears bit 9: interrupts on.
wait $
type lecture/dare cli
quiet user dare
go turn_interrupts_off if $_pid() == 7 && cpus[0].proc->name[0] == 'd'
steps *(unsigned char *)$pc == 0xfa
x/i $pc
vary (0x\w+ <\S+>)
set $ss = 0x10
set $cs = 0x08
print/x $eflags & 0x200
stepi
print/x $eflags & 0x200
