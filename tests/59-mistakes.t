#!/usr/bin/env perl
# A mistake explains itself: plant one in a copy of the kernel, build it with
# DEBUG=1, and the machine says what is wrong, where, and who called it.  And
# what a program does wrong is explained by the ordinary kernel.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(capture copy_tree plant read_file write_file);

# Seconds of waiting for any words; they take 10 at most on an idle host.
my $LIMIT = $ENV{LECTERN_LIMIT} // 60;

my $KILL = "int\nsys_kill(void)\n{\n";
my $DEEPER = <<'END';
static int __attribute__((noinline))
deeper(volatile int *n)
{
    volatile int here[8] = { *n + 1 };

    return deeper(here) + here[0];
}

END

# Each mistake: what it is, a file of kernel/, what is put in the place of which
# text (which must be there exactly once), commands to type, and the words, in
# this order.  Without a command, the words come while the machine boots.
my @mistakes = (
    ['a lock taken twice', 'syscall/sysproc.c',
        [$KILL => "$KILL    acquire(&ptable.lock);\n"
            . "    acquire(&ptable.lock);\n"],
        ['kill 99'],
        qr/^panic: acquire of the spinlock "ptable", which this CPU already/m,
        qr/in process \d+, kill, called from:\n.*?sys_kill\+/s,
        qr/^cpu\d holds the spinlock "ptable", taken by:\n.*sys_kill\+/m],
    ['a forgotten release', 'syscall/sysproc.c',
        ["    release(&ptable.lock);\n    return 0; " => '    return 0; '],
        ['sleep 1'],
        qr/^panic: return to user mode while the spinlock "ptable" is held/m,
        qr/in process \d+, sleep, called from:/],
    ['a release of what is not held', 'syscall/sysproc.c',
        [$KILL => "$KILL    release(&ptable.lock);\n"],
        ['kill 99'],
        qr/^panic: release of the spinlock "ptable", which this CPU does not/m,
        qr/sys_kill\+/],
    ['an inverted lock order', 'mem/kalloc.c',
        ['        debug_check_page(r);'
            => "        debug_check_page(r);\n"
                . "        void wakeup(const void *channel);\n"
                . "        if (proc != NULL && proc->pid > 2)\n"
                . "            wakeup(r);",
            '#include "core/printf.h"'
                => "#include \"core/printf.h\"\n#include \"sched/proc.h\""],
        ['ls'],
        qr/^Who first took "ptable", then "kmem", if .*?:\n.*?allocproc\+/ms,
        qr/^panic: lock order: the spinlock "ptable" must not be taken while /m,
        qr/wakeup\+.*?kalloc\+/s,
        qr/holds the spinlock "kmem", taken by:\n.*kalloc\+/],
    ['sleep with a spinlock', 'syscall/sysproc.c',
        ['    int pid = wait(&status);'
            => "    static struct spinlock mine = SPINLOCK(\"mine\", RANK_ITABLE);\n"
                . "    acquire(&mine);\n    int pid = wait(&status);\n"
                . '    release(&mine);'],
        [],
        qr/^panic: sleep while the spinlock "mine" is held/m,
        qr/"mine", taken by:\n.*sys_wait\+/],
    ['a lock never given back', 'syscall/sysproc.c',
        [$KILL => "$KILL    acquire(&ptable.lock);\n"
            . "    for (;;)\n        pause();\n",
            '#include "mem/usermem.h"'
                => "#include \"x86/x86.h\"\n#include \"mem/usermem.h\""],
        ['kill 99'],
        qr/^cpu\d holds the spinlock "ptable", taken by:\n.*sys_kill\+/m,
        qr/^panic: the spinlock "ptable" has been waited for too long/m],
    ['use after free', 'file/pipe.c',
        ['        kfree(pipe->ring);' => "        kfree(pipe->ring);\n"
            . '        pipe->ring[9] = 1;'],
        ['echo hi | cat', 'ls'],
        qr/^panic: use after free: page \S+ was written after it was freed by/m,
        qr/\G pipe_close at \S+:/],
    ['a double free', 'file/pipe.c',
        ['        kfree(pipe->ring);' => "        kfree(pipe->ring);\n"
            . '        kfree(pipe->ring);'],
        ['echo hi | cat'],
        qr/^panic: double free: page \S+ is free already, freed by pipe_close/m,
        qr/pipe_close\+/],
    ['a leak', 'file/pipe.c',
        ['        kfree(pipe->ring);' => ''],
        ['echo hi | cat', 'echo ho | cat', 'halt'],
        qr/^leak: nothing refers to 2 pages allocated by pipe_alloc at /m],
    ['unbounded recursion', 'syscall/sysproc.c',
        [$KILL => "$DEEPER$KILL    int none = 0;\n"
            . "    if (deeper(&none))\n        return 0;\n"],
        ['kill 99'],
        qr/^The double fault came in code called from:\n(?:.*deeper\+.*\n){9}/m,
        qr/^panic: double fault at \S+ \(deeper\+.* the kernel stack overflow/m,
        qr/in process \d+, kill/],
    ['a null pointer dereference', 'syscall/sysproc.c',
        [$KILL => "$KILL    *(volatile int *)0x14 = 1;\n"],
        ['kill 99'],
        qr/^  eax [0-9a-f]{8}  ebx .*\n  esi .*\n  eflags/m,
        qr/^panic: page fault: write to address 0x14, /m,
        qr/\G.*null pointer dereference.*, in the kernel at .*\(sys_kill\+/,
        qr/trap\+.*?syscall\+.*?trap\+/s],
    ['a call of a null pointer', 'syscall/sysproc.c',
        [$KILL => "$KILL    void (*volatile function)(void) = 0;\n"
            . "    function();\n"],
        ['kill 99'],
        qr/^panic: .*(?:called a null function pointer|jump to a wild address)/m,
        qr/in process \d+, kill/],
    ['a null pointer before the first process', 'fs/mount.c',
        ["initlog(void)\n{\n"
            => "initlog(void)\n{\n    *(volatile int *)0x14 = 1;\n"],
        [],
        qr/: write to address 0x14, no page there \(null pointer dereference\)/,
        qr/initlog\+/],
    ['a write to text', 'syscall/sysproc.c',
        [$KILL => "$KILL    *(volatile char *)sys_kill = 0;\n"],
        ['kill 99'],
        qr/^panic: page fault: write to address 0x801\w+, which may only be re/m,
        qr/\Gad \(write to text or constants\), in the kernel .*\(sys_kill\+/],
    ['a missing end of interrupt', 'intr/apic.c',
        ['    mmio_write32(LAPIC + LAPIC_EOI, 0);' => ''],
        [],
        qr/^panic: no clock tick on this CPU for 5 seconds, and interrupts are/m,
        qr/\G on: has the end of one not been told \(EOI\)\?/],
    ['interrupts left off', 'sched/sched.c',
        ['asm volatile("sti; hlt"' => 'asm volatile("hlt"'],
        [],
        qr/^panic: no clock tick on this CPU for 5 seconds, and interrupts are/m,
        qr/\G off, at \S+ \(scheduler\+|\G off, at \S+ \(take_runnable\+/],
    ['pushcli without popcli', 'syscall/sysproc.c',
        [$KILL => "$KILL    pushcli();\n"],
        ['kill 99'],
        qr/^panic: return to user mode while pushcli keeps interrupts off/m],
    ['a missing wakeup', 'file/pipe.c',
        ['        wakeup(pipe);' => ''],
        ['sleep 1 | cat'],
        qr/^watchdog: nothing has moved for 5 seconds/m,
        qr/^process \d+, sh, sleeps on channel \S+, called from:\n.*?sys_wait/ms,
        qr/^process \d+, cat, sleeps on channel \S+, called from:\n.*?pipe_tr/ms],
    ['a bad stack pointer in swtch', 'sched/swtch.S',
        ['    movl %esp, (%eax) ' => '    movl %ecx, (%eax) '],
        [],
        qr/^panic: swtch: the scheduler's saved context is at \S+, not on its/m,
        qr/in process 1, initcode, called from:.*?sched\+/s],
    ['a clobbered callee-saved register', 'sched/swtch.S',
        ['    popl %ebx' => '    popl %ecx'],
        [],
        qr/^panic: swtch: it has not kept %ebx for the scheduler: 0x\w+ before/m,
        qr/\G, 0x\w+ after.*?scheduler\+/s],
    ['a wrong trap frame', 'x86/vectors.S',
        ["    pushl %fs\n" => ""],
        [],
        qr/^panic: trap frame: .*: do struct trapframe and alltraps agree\?/m],
    ['a wrong offset of the trap frame', 'proc/proc.c',
        ['    sp -= sizeof(*p->tf);' => '    sp -= sizeof(*p->tf) + 4;'],
        [],
        qr/^panic: process table: the trap frame of process 1 is at \S+, not at/m],
    ['a missing PTE_U', 'mem/vm.c',
        ['V2P(mem), PTE_W | PTE_U) < 0' => 'V2P(mem), PTE_W) < 0'],
        [],
        qr/^panic: page table: the entry for user address \S+ has no PTE_U/m],
    ['a missing reload of cr3', 'sched/sched.c',
        ['    write_cr3(V2P(p->pgdir));' => ''],
        [],
        qr/^panic: page table: cr3 is \S+ after the switch, not /m],
    ['an array overrun on the stack', 'syscall/sysproc.c',
        [$KILL => "$KILL    volatile char name[8];\n"
            . "    for (int i = 0; i < 64; i++)\n        name[i] = 'A';\n"],
        ['kill 99'],
        qr/^panic: page fault: read of address 0x41414141, no page there \(jump/m,
        qr/\G to a wild address\), in the kernel at 0x41414141/],
    ['a forgotten bounds check', 'syscall/syscall.c',
        ['number < sizeof(calls) / sizeof(calls[0]) &&' => ''],
        ['oops call'],
        qr/^panic: page fault: read of address \S+, no page there, in the kern/m,
        qr/\Gel at \S+ \(syscall\+/],
    ['a fault in an interrupt handler', 'dev/console.c',
        ["take_byte(uint8_t c)\n{\n"
            => "take_byte(uint8_t c)\n{\n    *(volatile int *)8 = c;\n"],
        ['ls'],
        qr/^panic: page fault: write to address 0x8, .*null pointer deref/m,
        qr/console_interrupt\+.*?irq_dispatch\+.*?trap\+/s],
    ['a broken run queue', 'sched/sched.c',
        ['    queue_end = &p->next;' => ''],
        [],
        qr/^panic: run queue: \d+ processes are queued, \d+ are runnable/m],
    ['a child without its parent', 'proc/proc.c',
        ['    proc->children = child;' => ''],
        [],
        qr/^panic: process table: process \d+ is not among its parent's chil/m],
    ['an entry left in its old chain', 'fs/table.c',
        ['        *link = entry->chain;' => ''],
        [],
        qr/^panic: inode table: number \d+ is in chain \d+/m],
);

# What programs do wrong.
my $OOPS = <<'END';
#include <string.h>
#include <unistd.h>

static int
deeper(volatile int *n)
{
    volatile int here[64] = { *n + 1 };

    return deeper(here) + here[0];
}

int
main(int argc, char **argv)
{
    int none = 0;

    (void)argc;
    if (strcmp(argv[1], "null") == 0)
        *(volatile int *)0x14 = 1;
    if (strcmp(argv[1], "deep") == 0)
        return deeper(&none);
    if (strcmp(argv[1], "jump") == 0)
        ((void (*)(void))0x70000000)();
    if (strcmp(argv[1], "text") == 0)
        *(volatile char *)main = 1;
    if (strcmp(argv[1], "kernel") == 0)
        return *(volatile char *)0x80100000;
    if (strcmp(argv[1], "virtual") == 0)
        asm volatile("pushl $0; pushl $0; pushl $0; pushl $0; pushl $0;"
                     "pushl $0; pushl $0x20202; pushl $0; pushl $0; iret");
    if (strcmp(argv[1], "noise") == 0) {
        while (fork() == 0)
            while (write(1, "noise\n", 6) > 0)
                continue;
        sleep(20);
        kill(99);
    }
    if (strcmp(argv[1], "stuck") == 0) {
        int fds[2];
        pipe(fds);
        read(fds[0], fds, 1);
    }
    if (strcmp(argv[1], "call") == 0)
        asm volatile("int $64" : : "a"(0x10000000));
    return 0;
}
END
my %oops = (
    null => qr/page fault: write to address 0x14, .*\(null pointer deref/,
    deep => qr/page fault: \w+ \w+ address \w+, no page there \(stack overflow/,
    jump => qr/page fault: read of address 0x70000000, .*\(jump to a wild addr/,
    text => qr/page fault: write to address 0x\w+, .*\(write to text or const/,
    kernel => qr/page fault: read of address 0x80100000, which only the kernel/,
);

my $tree = copy_tree(with_build => 1);
write_file("$tree/user/test/oops.c", $OOPS);

# Builds the copy and returns the image, or nothing.
sub build {
    my ($debug) = @_;
    my ($status, $output) = capture({ dir => $tree }, 'make', 'image',
        "DEBUG=$debug");
    is($status, 0, '  builds') or diag($output);
    return $tree . ($debug ? '/build/debug' : '/build') . '/lectern.img';
}

# Types the commands and waits for the words.
sub finish {
    my ($what, $machine, $commands, @words) = @_;
    subtest $what => sub {
        my $typed = 0;
        my $said = eval {
            for my $command (@$commands) {
                $machine->expect(qr/^\$ \z|^(?=panic: )/m, $LIMIT);
                $machine->send("$command\n");
            }
            $machine->expect($_, $LIMIT) for @words;
            1;
        };
        ok($said, 'the words appear') or diag($@);
        $machine->expect(qr/^This is a bug .*\n/m)
            if $said && $machine->output =~ /^panic: /m;
        note($machine->output =~ s/.*?^cpus: \d+ started\n//msr);
        $machine->kill;
    };
}

my @only = split /,/, $ENV{LECTERN_MISTAKES} // '';
for (@mistakes) {
    my ($what, $path, $changes, @rest) = @$_;
    next if @only && !grep { index($what, $_) >= 0 } @only;
    my $source = read_file("$tree/kernel/$path");
    write_file("$tree/kernel/$path",
        plant("kernel/$path", $source, @$changes));
    my $image = build(1);
    finish($what, Machine->start(image => $image, smp => 2), @rest);
    write_file("$tree/kernel/$path", $source);
}

# If nothing moves because programs wait for each other, that is no panic.
my $machine = Machine->boot(image => build(1), smp => 2);
$machine->send("oops stuck\n");
my $found = eval {
    $machine->expect($_, $LIMIT) for qr/^watchdog: nothing has moved for 5 sec/m,
        qr/^process \d+, init, sleeps on channel \S+, called from:\n.*?sys_wait/ms,
        qr/^process \d+, oops, sleeps on channel \S+, called from:\n.*?sys_read/ms;
    1;
};
ok($found, 'a program that waits for itself is named') or diag($@);
$machine->send("\cC");
$machine->prompt;
is($machine->run('echo alive'), "alive\n", '  and can be ended');
like($machine->run('oops virtual'), qr/oops \d+: .*; killed$/m,
    'virtual 8086 mode ends a program under DEBUG, too');
$machine->halt;

# The ordinary kernel explains its faults as well; nobody else prints then.
my $path = "$tree/kernel/syscall/sysproc.c";
my $source = read_file($path);
write_file($path, plant($path, $source,
    $KILL => "$KILL    acquire(&ptable.lock);\n    *(volatile int *)0x14 = 1;\n"));
finish('a fault while another CPU prints',
    Machine->start(image => build(''), smp => 2), ['oops noise'],
    qr/^noise$/m,
    qr/^  eax [0-9a-f]{8}(?:(?!noise).)* \(null pointer dereference\), in the/ms,
    qr/\G kernel at 0x\w+ \(sys_kill\+.*\ncpu\d \(spinlocks held: 1\), in pro/,
    qr/\Gcess \d+, oops, called from:\n(?:  0x\w+  \w+\+0x\w+\n)+(?=This is )/);
write_file($path, $source);

# An error that the hardware reports reaches all CPUs at once: one speaks.
my $image = build('');
$machine = Machine->boot(image => $image, smp => 2, monitor => 1);
$machine->monitor('nmi');
$machine->expect(qr/^This is a bug .*\n/m, $LIMIT);
like($machine->output, qr/^panic: non-maskable interrupt: the hardware report/m,
    'an error of the hardware');
is(() = $machine->output =~ /^panic: /mg, 1, '  is said once');
$machine->kill;

$machine = Machine->boot(image => $image);
for (sort keys %oops) {
    like($machine->run("oops $_"),
        qr/^oops \d+: $oops{$_}.*at instruction 0x\w+; killed$/m,
        "a program: $_");
}
like($machine->run('oops virtual'), qr/oops \d+: .*; killed$/m,
    'virtual 8086 mode ends a program');
is($machine->run('echo alive'), "alive\n", 'and nothing else');
$machine->halt;

done_testing();
