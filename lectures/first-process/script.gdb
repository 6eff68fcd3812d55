# How the first process comes to life.  The steps follow the seed lecture;
# lectures/SEEDS.md says which step shows what.
machine mem=32 cpus=1
stages load kernel | temporary table | real table | create | switch | exec /init

pause The big picture
stage load kernel
say The BIOS has loaded sector 0 to 0x7c00.  Six stages lead from here to /init.
go *0x7c00
x/4i $pc

pause The kernel at 0x100000
say The boot block has copied the kernel to 1 MB.  There is no paging yet.
go *((int)&entry - 0x80000000)
print $pc
print (unsigned)$cr0 >> 31

pause main, with the temporary table
stage temporary table
say entrypgdir maps the first 4 MB twice: at 0, and where the kernel is linked.
go main
print/x $cr3
pt

pause In kvmalloc, after setupkvm
stage real table
say setupkvm took a page for the directory: above `end`, physical KERNBASE less.
go kvmalloc: int error = mappages
print kpgdir
print/x (unsigned)kpgdir - 0x80000000
print &end

pause The kernel's own page table
say kvmalloc is done: %cr3 has the real table, with all of RAM and the devices.
go kinit
vary 80100000-(\S+) -> 00100000-(\S+) +(\d+)
vary (\S+)-803fffff -> (\S+)-003fffff +(\d+)
pt kernel

ask Which bits of an address choose what?
answer 10 bits choose one of 1,024 tables, 10 an entry in it, 12 a byte of the page.
answer An entry has 20 bits of a physical address and 12 flags.
pt-walk 0x800b8000

pause kinit: where free pages come from
say kinit frees what lies above the kernel: up to 4 MB before, now the rest.
print &end
print vstart
print vend
vary \d+ more|\d+ pages are free: \d+
freelist 1

pause kfree: the cast
say The page itself becomes an element of the list, as a struct run.
go kfree
print va
ptype struct run

pause kfree: the line that needs the mapping
say The link is written into the page: so the page must have a virtual address.
go kfree: r->next = kmem.freelist
print r
x/1xw r
print/x (unsigned)r - 0x80000000

pause The list, in the first four bytes of each page
say The first word of the page now leads to the page that was the list's head.
go kfree: kmem.freelist = r
x/1xw r
vary \d+ more|\d+ pages are free: \d+
freelist 2

ask Why must allocated pages have page-aligned addresses?
answer A page-table entry has room for the upper 20 bits of a frame's address
answer only.  Its lower 12 bits are flags: present, writable, user and others.
pt-walk kmem.freelist

pause kinit has freed all of RAM
say Each whole page of RAM above the kernel is in the list now.
go main: acpi_init();
print ram_top
vary \d+ more|\d+ pages are free: \d+
freelist 2

pause kalloc takes the first
say kalloc has returned what was the head of the list; the next page is it now.
go kalloc
x/1xw 'kalloc.c'::kmem.freelist
quiet finish
print (void *)$eax
print/x $eax - 0x80000000
vary \d+ more|\d+ pages are free: \d+
freelist 1

ask How could one allocate an array of more than 4096 bytes?
answer Not with kalloc: its next page lies anywhere, often below this one.  So: a
answer table of pages, a static array, an allocator that looks for neighbours, or
answer frames from anywhere, mapped side by side at addresses of their own.
vary \d+ more|\d+ pages are free: \d+
freelist 4

pause What kalloc is used for
say These functions called kalloc on the way to the shell's prompt.
mark
vary ^ +(\d+)
count kalloc until $

pause Ahead: a process in user mode
stage create
say cat runs its own code: privilege level 3, its own table, kernel stack unused.
type cat lecture/none
quiet user cat
go cat.c:main
info registers cs
print $cr3 == (unsigned)$proc->pgdir - 0x80000000
vary (?:esp|eip|ebp|ebx|edx|ecx|edi|esi)  +(\w+ ?(?: +0x\w+)?)
kstack

pause Ahead: the process in a system call
say It has called open: same table, but level 0, and calls on its kernel stack.
go syscall if $_proc()->tf->eax == 15 && $_proc()->pid == 3
info registers cs
print $cr3 == (unsigned)$proc->pgdir - 0x80000000
vary (\w{8}) in user mode
bt-proc

pause Ahead: asleep in open, on the disk
say Looking up the path, it waits for the disk.  Meanwhile this CPU runs others.
go swtch if $_proc() && $_proc()->pid == 3
go switchkvm
vary (\w{8}) in user mode
bt-proc 3

pause Ahead: two kinds of transition
say The trap saved the user's 19 words; the switch the thread's 5, see `all`.
vary (?:esp|eip|ebp|ebx|edx|ecx|edi|esi)  +(\w+ ?(?: +0x\w+)?)
vary free: \d+ bytes
kstack 3

ask Why does each process have a kernel stack of its own?
answer All three wait in the middle of a system call.  On one common stack the
answer second one's trapframe and calls would overwrite the first one's.
ps
vary (\w{8}) in user mode
bt-proc 1
bt-proc 2

pause struct proc
say What the kernel knows of a process: a line a field.  `all` shows all.
ptype struct proc

ask Where is the array of the process's user memory?
answer There is none: the page table says which memory the process has; sz, where
answer it ends.
pt 3 user
print ptable.proc[2].sz

pause main calls userinit
say Back where we were, and on: main has set up all else.  Processes come next.
back
go userinit
bt
console

pause allocproc: room for the trapframe
say From the top of the new kernel stack down: 19 words for the user's registers.
go allocproc: p->kstack = kstack
steps ptable.proc[0].tf != 0
set $p = &ptable.proc[0]
print $p->kstack
print sizeof(*$p->tf)
print (char *)$p->tf - $p->kstack

pause allocproc: trapret
say Below it the address to which forkret will return.
steps ((unsigned *)$p->tf)[-1] == (unsigned)&trapret
x/1xw (unsigned *)$p->tf - 1
info symbol ((unsigned *)$p->tf)[-1]

pause allocproc: the context
say Below that what swtch will pop: four registers, zero, and eip: forkret.
steps $p->context != 0 && $p->context->eip == (unsigned)&forkret
print $p->context
x/5xw $p->context
info symbol $p->context->eip

ask Where will the new kernel thread start executing?
answer In forkret: swtch's ret will pop the saved eip.  forkret returns to trapret.
kstack 1

pause The trapframe's fields
say What the CPU and alltraps push, lowest address first.  `all` shows all.
ptype/o struct trapframe

pause setupkvm: the kernel's half only
say The process's table has no user memory yet; %cr3 still has the kernel's.
go userinit: initproc = p
pt 1 user
print/x $cr3
print/x (unsigned)$p->pgdir - 0x80000000

pause initcode
say The first program lies in the kernel's read-only data: exec("/init", argv).
x/5i &_binary_initcode_start
print (int)&_binary_initcode_size
x/s (char *)&_binary_initcode_start + 28

pause inituvm: one page at address 0
say kalloc, mappages and a copy: address 0 is present, writable, the user's.
go userinit: p->sz = p->heap = PGSIZE
pt 1 user

ask Could inituvm call memmove(0, init, size)?
answer No: address 0 is mapped in the new page table, but another one is in use.
x/1xw 0

pause The user registers
say The stack pointer is the page's end, 0x1000; the first instruction is at 0.
go userinit: set_runnable(p);
tf 1

ask Why are there two saved EIPs?
answer The trapframe's is the user program's: iret will load it.  The context's is
answer the kernel thread's: swtch's ret will pop it.
kstack 1

pause main calls scheduler
stage switch
say main is over.  From now on a CPU comes here whenever a process gives it up.
go scheduler
bt
ps

pause The scheduler has found it
say It is RUNNABLE.  switchuvm is to prepare the CPU for it.
go switchuvm
bt
print $p->state
print p == $p

pause switchuvm: the kernel stack
say esp0 is where the CPU starts its stack when it comes from user mode.
print/x $cpu->tss.esp0
steps $cpu->tss.esp0 != 0
tss

pause switchuvm: before %cr3 is loaded
say Nothing is mapped at address 0: the kernel's own page table is in use.
set $kernel_cr3 = $cr3
x/5i 0

pause switchuvm: after %cr3 is loaded
say The same address, the process's table: initcode.  Still the kernel: cs is 8.
steps $cr3 != $kernel_cr3
x/5i 0
print $cs

pause RUNNING
say Between these two lines it was marked, so that no other CPU runs it as well.
print $p->state
go swtch
print $p->state

pause swtch: two arguments
say Above the return address: where to save this stack pointer, and the new one.
x/3xw $esp
print &cpus[0].scheduler
print $p->context

ask Why these registers?
answer A C function must preserve ebx, esi, edi and ebp for its caller, so they
answer may hold its variables.  eax, ecx and edx the caller has saved itself.
x/6i swtch
ptype struct context

pause swtch: before the stack changes
say The scheduler's registers are saved, on the scheduler's stack.
steps *(unsigned char *)$pc == 0x89 && *(unsigned char *)($pc + 1) == 0xcc
vary \t(0x\w{8}).*\t(0x\w{8})
x/6xw $esp
x/2i $pc

pause swtch: after it
say One instruction later: four registers, forkret, trapret.
stepi
x/6xw $esp
info symbol ((unsigned *)$esp)[4]
info symbol ((unsigned *)$esp)[5]

pause forkret just returns
say swtch's ret has led here.  forkret releases a lock and returns: to trapret.
steps $pc == (unsigned)&forkret
x/1xw $esp
info symbol *(unsigned *)$esp

pause trapret: the trapframe
say 0x0 and 0x23 are eip and cs, 0x1000 and 0x2b are esp and ss.
go trapret if ((unsigned *)$esp)[15] == 0x23
x/19xw $esp
x/2xw &$p->tf->eip
x/2xw &$p->tf->esp

pause popal
say It pops the eight general registers, 32 bytes, all of them zero.
print $esp
stepi
print $esp

pause The segment registers
say Four pops, 16 bytes.  trapno and err, 8 bytes more, are skipped.
stepi 4
print $esp
info registers ds es fs gs
stepi
print $esp

pause iret
say The five words that iret will pop: eip, cs, eflags, esp, ss.
x/1i $pc
x/5xw $esp

pause At address 0, in user mode
stage exec /init
say iret has loaded eip, cs, eflags, esp and ss: this is initcode.
stepi
info registers cs ss esp
x/5i $pc

pause Back into the kernel
say initcode has trapped: vector 64, a system call.  7 is exec, with a path.
go syscall
print $p->tf->trapno
print $p->tf->eax
x/s ((char **)$p->tf->esp)[1]

pause init starts the shell
say The first process has become /init.  It has started a shell, which waits.
wait init: starting sh
console
ps
