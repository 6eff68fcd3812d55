# What the shell does for `ls | wc > f`, and what becomes of the processes.
machine mem=32 cpus=1
stages the shell | fork | exec | the pipe | exit and wait

pause The shell asks for a line
stage the shell
say init, the first process, has started a shell; it has printed its prompt.
wait $
console

pause Two processes, three descriptors
say init waits for the shell to end; the shell waits for the keyboard.
ps
files 2
vary inode (\d+)|directory of (\d+)

pause A line becomes a tree
say The shell has parsed `ls | wc > f`: a pipe of two commands, one redirect.
type ls | wc > f
user sh
go run_pipe if $_pid() == 2
set $line = (unsigned)command->left->words->text
print command->type
print *command->left->words->text@command->left->words->length
print *command->right->words->text@command->right->words->length
print *command->right->redirects
vary path = (0x\w+ <.*>)

pause A pipe has two ends
say pipe() has made descriptors 3 and 4: the ends of one buffer in the kernel.
go fork if $_pid() == 2
files 2
vary inode (\d+)|directory of (\d+)

pause fork: a process that has nothing yet
stage fork
say allocproc has found an entry and a kernel stack: it will start in forkret.
go copyuvm if $_pid() == 2
set $parent = &ptable.proc[1]
set $child = &ptable.proc[2]
print $child->pid
print $child->state
print/x *$child->context
info symbol $child->context->eip
print $child->pgdir

pause Its trapframe is empty
say There is room for the user registers, but allocproc has put nothing there.
tf 3

pause The memory of the shell
say Text, data, a guard page that is missing, and the stack: these fork copies.
pt 2 user

pause The memory of the child
say The same addresses and flags, but every page has a frame of its own.
go file_dup if $_pid() == 2
pt 3 user

pause The same bytes, twice
say The line that was typed lies on the stack: now once in each of two frames.
set $table2 = (unsigned *)(($parent->pgdir[0] & ~0xfff) + 0x80000000)
set $table3 = (unsigned *)(($child->pgdir[0] & ~0xfff) + 0x80000000)
set $frame2 = ($table2[$line >> 12] & ~0xfff) + 0x80000000
set $frame3 = ($table3[$line >> 12] & ~0xfff) + 0x80000000
print/x $frame2
print/x $frame3
x/s $frame2 + ($line & 0xfff)
x/s $frame3 + ($line & 0xfff)
vary (0x\w+):

pause The trapframe is copied
say fork has given the child its parent's user registers, all but one: eax.
tf 3
vary (?:e[bcd]x|e[bs]p|e[ds]i|eip)  (\w{8})|eflags (\w{8})|eflags: (.*)

pause Descriptors are shared, not copied
say The tables are two, the open files and their offsets one: REFS has grown.
go set_runnable if $_pid() == 2 && p->pid == 3
files 3
vary inode (\d+)|directory of (\d+)

ask How do parent and child tell who is who, if all is the same?
answer By what fork returns: in the parent, which is about to go back to user mode,
answer the child's pid; in the child, 0.  The child is runnable now.
steps $pc == (unsigned)&trapret
print $parent->tf->eax
print $child->tf->eax
print $parent->tf->eip == $child->tf->eip
print $child->state

pause fork returns for the second time
say The child's first instruction is in forkret; from there it goes to trapret.
go forkret if $_pid() == 3
x/1xw $esp
info symbol *(unsigned *)$esp
print $child->tf->eax

pause The child arranges its descriptors
stage exec
say Still the shell's code: descriptor 1 is the pipe now, 3 and 4 are closed.
go sys_exec if $_pid() == 3
files 3
vary inode (\d+)|directory of (\d+)
vary \d (?:rw|r|w) +(\d+)

pause exec: a path and arguments
say Two arguments: a path, and an array of strings that ends with 0.
go exec if $_pid() == 3
print path
x/2xw argv
x/s *(char **)argv
set $old = $proc->pgdir
vary (0x\w+)( <.*>)?:|\t(0x0000[1-9a-f]\w+)

pause The point of no return
say The process has new memory, which exec built beside the old: that goes now.
go freevm if $_pid() == 3
print/x $old
print/x $cr3
printf "%s\n", $proc->name
print/x $proc->sz
print/x $proc->tf->eip
print/x $proc->tf->esp
vary tf->eip\n.*(0x\w+)

pause argc and argv on the new stack
say The first instruction of ls.  On its stack: argc, argv, argv[0], the end.
user ls
go _start if $_pid() == 3
x/4xw $esp
x/s *(char **)($esp + 8)
info registers esp
printf "%s\n", $proc->name

ask Why are fork and exec two calls?
answer Between them the child runs code of the shell, which opens, closes and
answer copies descriptors with ordinary calls.  exec leaves them alone.  So ls
answer writes to descriptor 1, and need not know that it is a pipe.
files 3
vary inode (\d+)|directory of (\d+)
vary \d (?:rw|r|w) +(\d+)

pause wc reads from the pipe and writes to f
say Process 4 began as a copy of the shell, too: 0 is the pipe, 1 the file f.
go freevm if $_pid() == 4
user wc
go _start if $_pid() == 4
files 4
vary pipe at \w+, (\d+)
vary \d (?:rw|r|w) +(\d+)
vary inode (\d+)|directory of (\d+)

pause The line is done
say Both have ended; the shell has waited for both, and asks for the next line.
wait $
type cat f
wait $
console
vary (\d+ \d+ \d{3})

pause Everybody waits
stage the pipe
say `cat | wc`: four processes, each asleep in the middle of a system call.
type cat | wc
go switchkvm if ptable.proc[1].killable && ptable.proc[2].killable && ptable.proc[3].killable
go scheduler: sti; hlt
ps

pause wc sleeps in the pipe
say There is nothing to read, and the writing end is open: so wc waits.
set $pipe = ptable.proc[3].ofile[0]->pipe
bt-proc 7
vary sleeping on (0x\w+)|(\w{8}) in user mode

ask What if the shell had kept its writing end open?
answer wc would wait for ever.  read returns 0, the end of the file, when the pipe
answer is empty and nobody has the writing end any more.  That is why the shell
answer and each child close the ends that they do not use.
files 2
files 6
vary pipe at (\w+)
vary inode (\d+)|directory of (\d+)

pause cat writes
say A line was typed.  Its bytes are in the buffer; now cat wakes who waits.
type hello
go wakeup if $_pid() == 6 && channel == $pipe
print $pipe->nwrite
print $pipe->nread
x/s $pipe->ring
print ptable.proc[3].state
vary (0x\w+):

pause wc has read them
say The same buffer, from the other end: as many bytes read as were written.
go trapret if $_pid() == 7 && (void *)$esp == ptable.proc[3].tf
print $pipe->nwrite
print $pipe->nread
print ptable.proc[3].tf->eax

pause cat ends: a zombie
stage exit and wait
say Ctrl-D: cat has read 0 bytes.  Its files and memory are gone, its entry stays.
keys ^D
go sched if ptable.proc[2].state == ZOMBIE
print $proc->pid
print $proc->state
print $proc->status
print $proc->sz
print $proc->pgdir == kpgdir

ask Why does exit not free the entry and the kernel stack, too?
answer The status must stay until the parent has asked for it; and exit still runs
answer on this stack.  Once another thread runs, the parent can free both.
print (char *)$esp > $proc->kstack
print (char *)$esp < $proc->kstack + 4096

pause wait gives the rest back
say The shell has found the zombie and its status, and frees stack and entry.
go freeproc if $_pid() == 2 && p->pid == 6
print p->state
print p->status
finish
print ptable.proc[2].state

pause An orphan goes to init
say `&`: the job's parent has ended at once, so init adopts it and will wait.
wait $
type sleep 1000 &
go sys_sleep if $_pid() == 9
go switchkvm if ptable.proc[1].killable && ptable.proc[2].pid == 0 && ptable.proc[3].killable
go scheduler: sti; hlt
ps
