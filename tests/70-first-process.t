#!/usr/bin/env perl
# The lecture on the first process can be stepped through in GDB, symbol by
# symbol, and shows at each step what its notes say.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw($top built capture);

my ($gdb) = grep { !(capture($_, '-nx', '-batch', '-ex',
    'set architecture i386'))[0] }
    qw(gdb gdb-multiarch x86_64-elf-gdb i386-elf-gdb);
ok($gdb, 'there is a GDB for x86: else install the package gdb')
    or die "no gdb\n";

my $machine = Machine->start(mem => 32, gdb => 1);
my ($status, $output) = capture({ limit => 120, prepare => sub {
    $ENV{GDB_SOCKET} = $machine->gdb_socket;
} }, $gdb, '-nx', '-q', '-batch', '-x', "$top/tests/lib/first_process.py",
    built('kernel.elf'));

# What was seen under each name.
my %seen;
while ($output =~ /^([a-z][a-z0-9 ]*): (.*)$/mg) {
    $seen{$1} .= "$2\n";
}
is($seen{failed}, undef, 'no step fails');
is($seen{done}, "all steps\n", 'the last one is reached') or diag($output);
note($output);

# The words that x/NNxw printed, as numbers.
sub words {
    my ($name) = @_;
    return map { hex } map { s/^[^:]*://r =~ /0x([0-9a-f]{8})\b/g }
        split /\n/, $seen{$name} // '';
}

is($seen{stop}, join('', map { "$_\n" } qw(main kinit kfree kvmalloc setupkvm
    mappages userinit allocproc inituvm scheduler switchuvm swtch forkret syscall)),
    'the functions come in the order of the lecture');

subtest 'entry' => sub {
    like($seen{entry} // '', qr/^0x1[0-9a-f]{5} 0x0$/,
        'it runs just above 0x100000, without paging');
    is($seen{'page directory'}, $seen{entrypgdir}, 'then with entrypgdir');
};

subtest 'allocproc' => sub {
    like($seen{'new context eip'}, qr/^forkret in/,
        'a new thread starts in forkret');
    like($seen{'return address'}, qr/^trapret in/,
        'and returns from there to trapret');
    is($seen{'stack top'}, 19 * 4 . "\n",
        'the trapframe is at the top of its stack');
};

subtest 'switchuvm' => sub {
    like($seen{'before cr3'}, qr/Cannot access memory at address 0x0/,
        'x/5i 0 fails before %cr3 is loaded');
    my @lines = split /\n/, $seen{'after cr3'} // '';
    is(scalar @lines, 5, 'and shows instructions after');
    like($lines[0] // '', qr/^\s*0x0:\s+push/, 'those of initcode');
    is($seen{'cs after cr3'}, "0x8\n", 'still in the kernel');
    my @bytes = map { [/\t(0x[0-9a-f]{2})/g] } @seen{'first bytes', 'initcode'};
    is_deeply($bytes[0], $bytes[1], 'they are the bytes in the kernel');
};

subtest 'swtch' => sub {
    is($seen{state}, "RUNNING\n", 'the process is marked as running');
    my @words = words('after swtch');
    is(scalar @words, 6, 'x/6x $esp');
    is("@words[0 .. 3]", '0 0 0 0', 'edi, esi, ebx, ebp are 0 at first');
    like($seen{'after swtch symbols'}, qr/\Aforkret in.*\ntrapret in/,
        'forkret, trapret');
    my @before = words('before swtch');
    isnt($before[0], $words[0], 'another stack than before');
};

subtest 'trapret' => sub {
    my @words = words('trapframe');
    is(scalar @words, 19, 'x/19x $esp');
    is_deeply([@words[14, 15]], [0, 0x23], 'eip and cs are 0x0 0x23');
    is_deeply([@words[17, 18]], [0x1000, 0x2b], 'esp and ss are 0x1000 0x2b');
    ok($words[16] & 0x200, 'interrupts will be on');
    is($words[11], 0x2b, 'ds is the user segment');
    is($seen{user}, "0x0 0x23 0x1000 0x2b\n", 'iret: now in user mode at 0');
    like($seen{'user code'}, qr/int\s+\$0x40/, 'which makes a system call');
    is($seen{'system call'}, "7\n", 'exec');
};

$machine->prompt;
pass('without the debugger the machine goes on to the prompt');
$machine->halt;
done_testing();
