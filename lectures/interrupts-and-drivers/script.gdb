# A key, from the wire to the shell; and the clock.
machine mem=32 cpus=1
stages setup | wire | kernel | driver | reader | mistakes | clock

pause The driver asks for its interrupt
stage setup
say console_interrupt is to be called for input 4, the serial line's.
python
def lines(command, *words):
    for line in gdb.execute("monitor " + command, to_string=True).split("\n"):
        if any(word in line for word in words):
            print(" ".join(line.split()))
end
go irq_register
print irq
print handler

pause The I/O APIC
say Inputs 1, 4 and 14 are keyboard, serial line and disk; all others are masked.
go userinit
python lines("info pic", "pin 0 ", "pin 1 ", "pin 4 ", "pin 5 ", "pin 14 ")
print 'apic.c'::handlers[1]
print 'apic.c'::handlers[4]
print 'apic.c'::handlers[14]

pause The gates
say Vector 36 leads to its stub.  An interrupt gate also turns interrupts off.
idt

pause The shell sleeps in read
stage wire
say Nobody asks the device again and again: the reader sleeps, and the CPU halts.
wait $
ps
bt-proc 2
vary   (8\w{7}) \w+(\+\d+)
vary (0000\w{4}) in user
console

pause A byte has come in
stage kernel
say The UART has data: bit 0 of its status.  36 is in service, interrupts off.
keys p
go *((unsigned)&vectors + 36 * 16)
monitor i /1bx 0x3fd
python lines("info lapic", "ISR", "IRR")
print (unsigned)$eflags >> 9 & 1
print/x ((unsigned *)$esp)[1]
print ((unsigned *)$esp)[2] >> 9 & 1
info symbol ((unsigned *)$esp)[0]
vary scheduler \+ (\d+)

pause alltraps completes the trapframe
say Stub and alltraps have pushed the rest, above the CPU's three words.
go trap
print tf->trapno
print tf->err
print/x tf->cs
info symbol tf->eip
vary scheduler \+ (\d+)
print $_pid()

ask On which stack does the handler run?
answer On the one that the CPU was using in the kernel: here the scheduler's.  Had a
answer program been interrupted, on the kernel stack of its process, which is empty
answer then.  No process needs to know or to agree: it is not its interrupt.
info symbol (unsigned)tf
vary stack \+ (\d+)

pause irq_dispatch
stage driver
say The vector less 32 is the input, and the table has the input's handler.
go irq_dispatch
print vector
print 'apic.c'::handlers[vector - 32]

pause The driver takes the byte
say uart_input has read the data register.  What comes out is one byte: a p.
go take_byte
print/c c
monitor i /1bx 0x3fd
print 'console.c'::lock.locked
python lines("info lapic", "ISR")

pause The line editor
say The letter is in the line and on the screen, and the interrupt's end is told.
go trapret
print 'console.c'::input[0]
print 'console.c'::start
print 'console.c'::cursor
python lines("info lapic", "ISR")
console

ask The byte is there.  Why does the shell still sleep?
answer It reads lines, and a line can be edited until Enter.  The editor is in the
answer kernel, so that no program has to have one.
ps

pause Enter: the reader is woken
stage reader
say Inside the interrupt: a line is complete, and whoever sleeps on it gets ready.
type wd
go set_runnable
print p->pid
print p->chan == &'console.c'::lock
print 'console.c'::start
x/s &'console.c'::input

pause The scheduler picks the shell
say The handler is over, the CPU back behind the hlt, and the queue is not empty.
go swtch
ps
python lines("info lapic", "ISR")

pause The line goes to user memory
say console_read has gone on behind its sleep, let go of the lock, and copies.
go copyout if $_pid() == 2
print n
print 'console.c'::lock.locked
print 'console.c'::start

pause read returns
say Back through alltraps: the trapframe of the read of long ago gets its result.
# Not a tick that comes in between: that has a trapframe of its own.
go trapret if $_pid() == 2 && cpus[0].proc->tf == $esp
print $proc->tf->eax
printf "%s", ((char **)$proc->tf->esp)[2]
print/x $proc->tf->cs

pause An interrupt while a lock is held
stage mistakes
say echo prints, with the lock; we turn interrupts on.  The handler wants it too.
wait $
mark
type echo hello
go console_write: print_bytes(chunk, count)
print (unsigned)$eflags >> 9 & 1
keys x
python
while "36" not in gdb.execute("monitor info lapic", True, True).split("IRR")[1]:
    gdb.execute("stepi", to_string=True)
end
set $eflags = $eflags | 0x200
wait panic
wait halted
console
vary (?s)\(gdb\) console\n(.*?)panic: 
vary (0x80\w+)  \w+(\+0x\w+)

pause What if the end is not told?
say We skip the store to the APIC once.  20 ticks later: x waits in it, for ever.
back
keys z
go console_interrupt
quiet finish
quiet return
keys x
set $until = ticks + 20
go irq_dispatch if ticks >= $until
python lines("info lapic", "ISR", "IRR")

pause A tick
stage clock
say The local APIC's timer interrupts a program, anywhere: all of it is saved.
back
type loop
go trap if tf->trapno == 48 && tf->cs == 0x23 && cpus[0].proc->name[0] == 'l'
vary (?:e[a-d]x|e[ds]i|ebp|eip)  (\w{8})
vary eflags (\w{8})
kstack

pause Ticks are counted, sleepers for time are woken
say handle_interrupt counts, looks after the disk, and tells the end.
set $before = ticks
go irq_dispatch
print ticks - $before
print vector

pause The end of a time slice
say If somebody else is ready the process goes to the queue's end.  Nobody is.
go yield
print $_pid()
print 'sched.c'::queue
bt-proc
vary   (8\w{7}) \w+(\+\d+)
vary   (0000\w{4}) in user

ask Why may this interrupt call yield, in the middle of anything?
answer Interrupts were on, so what was interrupted holds no spinlock: it can be put
answer aside, as one that sleeps.  And it comes last, when the end has been told:
answer otherwise this CPU would have no ticks until the process runs again.
print $cpu->ncli
python lines("info lapic", "ISR")
