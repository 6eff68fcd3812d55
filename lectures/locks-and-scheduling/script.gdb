# Two CPUs: who runs what, a race, and how sleep misses no wakeup.  To hold one
# CPU while the other goes on, GDB resumes only the selected thread: CPU 0 is
# thread 1, CPU 1 is thread 2.  Before CPU 0 goes on alone, CPU 1 has to let go of
# the locks that it may hold: `steps cpus[1].ncli == 0`.
machine mem=32 cpus=2
stages two CPUs | a race | spinlocks | sleep and wakeup | a lost wakeup

pause Two CPUs, both idle
stage two CPUs
say init and the shell sleep, so both CPUs halt until an interrupt comes.
wait $
ps
console

pause A second CPU is woken
say The shell has forked on CPU 0.  It sends the interrupt 0x31 to CPU 1.
type lecture/add
go lapic_send
ps
print $cpu->id
print apicid
print/x command
print 'sched.c'::idle_cpus

pause CPU 1 takes it from the queue
say CPU 0 stands still.  CPU 1 has the lock, and has emptied the queue.
set scheduler-locking on
go sys_wait
quiet thread 2
go scheduler: p->state = RUNNING
locks
print p->pid
print p->state
print 'sched.c'::queue

pause No other CPU can come in between
say CPU 0 wants to look at the queue, too: it spins, here for 1,000 steps.
set scheduler-locking on
quiet thread 1
go acquire if lock == &ptable.lock
quiet stepi 1000
locks

pause RUNNING
say The new process has let go of the lock: each CPU runs what no other runs.
set scheduler-locking on
quiet thread 2
go trapret if $_pid() == 3
ps
print ptable.lock.locked
print 'sched.c'::queue

pause One has read, and is about to write
stage a race
say Process 3 has read 0 from the file; it is about to write 1.  We stop it here.
set scheduler-locking off
go fork if $_pid() == 3
set scheduler-locking on
quiet thread 2
steps cpus[1].ncli == 0
quiet thread 1
go sys_write
print $cpu->id
print $_pid()
x/s ((char **)$proc->tf->esp)[2]

pause The other one has read the same
say Meanwhile its child, on CPU 1, has read 0 as well and will write 1 as well.
set scheduler-locking on
quiet thread 2
go sys_write
print $cpu->id
print $_pid()
x/s ((char **)$proc->tf->esp)[2]

pause Both write
say We let both go.  Two processes have each added one; one of them is lost.
set scheduler-locking off
wait $
console

ask Each read and each write locks the file.  Why is that not enough?
answer The lock is free between them.  What has to be one step is all three:
answer read, add, write.  A lock protects what is done while it is held.

pause One is in kalloc
stage spinlocks
say The kernel has the same problem.  This page is about to leave the free list.
type lecture/take
go fork if $_pid() == 5
set scheduler-locking on
quiet thread 2
steps cpus[1].ncli == 0
quiet thread 1
go growproc
go kalloc: kmem.freelist = r->next
print r
print 'kalloc.c'::kmem.freelist
print $cpu->id

pause The other one spins
say The other CPU wants a page, too.  Its xchg finds the lock taken each time.
set scheduler-locking on
quiet thread 2
go acquire if lock == &'kalloc.c'::kmem.lock
quiet stepi 1000
locks

ask Why does acquire turn interrupts off?
answer A handler runs in the middle of what this CPU was doing.  If that held a
answer lock which the handler needs, the handler would spin, and the holder could
answer not go on before the handler returns: the CPU would stand still for ever.
print $cpu->ncli
print (unsigned)$eflags >> 9 & 1

pause The same without the lock
say We open the lock by hand, as if there were none.  CPU 1 gets the same page.
mark
set scheduler-locking on
quiet thread 2
set 'kalloc.c'::kmem.lock.locked = 0
go kalloc: kmem.freelist = r->next
print $cpu->id
print r
print 'kalloc.c'::kmem.freelist

pause One page with two owners
say CPU 0 gets it as well: what one process writes, the other one overwrites.
set scheduler-locking on
quiet thread 2
go memset
quiet thread 1
set 'kalloc.c'::kmem.lock.locked = 1
set 'kalloc.c'::kmem.lock.cpu = &cpus[0]
set $page = r
go sys_wait
print $_pid()
x/s $page
quiet thread 2
go sys_exit
print $_pid()
x/s $page

pause A reader has found nothing
stage sleep and wakeup
say Back, with the lock.  The reader of an empty pipe has looked, and will sleep.
back
set scheduler-locking off
wait $
type lecture/note
go fork if $_pid() == 7
set scheduler-locking on
quiet thread 2
steps cpus[1].ncli == 0
quiet thread 1
go sys_write
quiet thread 2
go sleep
mark
locks
set $pipe = (struct pipe *)channel
print $pipe->nwrite - $pipe->nread

pause The writer cannot come in between
say The writer, on CPU 0, needs the lock that the reader has held since its look.
set scheduler-locking on
quiet thread 1
go acquire if lock == &$pipe->lock
quiet stepi 1000
locks

pause Before one lock goes, the other is held
say sleep has let go of the pipe.  There are bytes; wakeup needs ptable.lock.
set scheduler-locking on
quiet thread 2
go sleep: struct proc **p = bucket_of(channel)
quiet thread 1
# A tick that came now would want ptable.lock as well: release is not to turn
# interrupts on.
set cpus[0].intena = 0
go acquire if lock == &ptable.lock
quiet stepi 1000
locks
print $pipe->nwrite - $pipe->nread

pause Asleep, and only then woken
say CPU 1's scheduler has let go of it: wakeup finds the sleeper in the table.
set scheduler-locking on
quiet thread 2
go swtch
steps !ptable.lock.locked
ps
quiet thread 1
go set_runnable
print p->pid

pause A lost wakeup
stage a lost wakeup
say Back: the pipe's lock opened too early.  The writer finds nobody to wake.
back
set scheduler-locking on
quiet thread 1
set $pipe->lock.locked = 0
go sys_wait
print $pipe->nwrite - $pipe->nread
print $pipe->waiting
ps

pause It sleeps for ever
say The reader goes to sleep on news that has come already.  20 ticks later:
set scheduler-locking on
quiet thread 2
set $pipe->lock.locked = 1
set $pipe->lock.cpu = &cpus[1]
go swtch
set scheduler-locking off
set $until = ticks + 20
go irq_dispatch if ticks >= $until
ps
print $pipe->nwrite - $pipe->nread
console

ask Would it help to call wakeup twice?
answer No: however often, all of it can come before the sleep.  What helps is that
answer no wakeup can come between the look and the sleep.  So both sides use the
answer same lock, and sleep gives it up only once it holds the one wakeup needs.
