#!/usr/bin/env perl
# The machine boots with 1 to 8 CPUs in any arrangement and with 16 MB to 3 GB
# of memory.  All CPUs start and all run processes; all memory is found and
# used.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;

# Starts a spinning program for each CPU, and watches from outside until every
# CPU has been seen in user mode.
sub all_run_processes {
    my ($machine, $n) = @_;
    $machine->run('loop &') for 1 .. $n;
    my %seen;
    for (1 .. 200) {
        my @cpus = split /^CPU#(\d+)/m, $machine->monitor('info registers -a');
        shift @cpus;
        my %state = @cpus;
        $state{$_} =~ /CPL=3/ and $seen{$_} = 1 for keys %state;
        last if keys %seen == $n;
        select undef, undef, undef, 0.02;
    }
    is(join(' ', sort keys %seen), join(' ', 0 .. $n - 1),
        'every CPU runs a process');
    $machine->send("\cC");
    $machine->prompt;
}

for (['1', 1], ['2', 2], ['4', 4], ['8', 8], ['4,sockets=2,cores=2', 4],
     ['6,sockets=1,cores=3,threads=2', 6]) {
    my ($smp, $n) = @$_;
    subtest "-smp $smp" => sub {
        my $machine = Machine->boot(smp => $smp, monitor => 1);
        like($machine->output, qr/^cpus: $n found$/m, "$n CPUs found");
        like($machine->output, qr/^cpus: $n started$/m, "$n CPUs started");
        like($machine->output, qr/^init: starting sh\n\$ \z/m,
            'the shell runs');
        all_run_processes($machine, $n);
        is($machine->run('echo alive'), "alive\n", 'and goes on');
        $machine->halt;
    };
}

# The direct map holds less than 2 GB, so of 3 GB a part stays unused.
for ([16, 16], [128, 128], [1024, 1024], [3072, 1500]) {
    my ($mem, $used) = @$_;
    subtest "-m $mem" => sub {
        my $machine = Machine->boot(mem => $mem);
        my ($found, $top) = $machine->output
            =~ /^memory: (\d+) MB found, used up to (\d+) MB$/m;
        cmp_ok($found // 0, '>=', $mem - 2, 'all memory is found');
        cmp_ok($found // 0, '<=', $mem, 'and no more');
        cmp_ok($top // 0, '>=', $used - 2, "at least $used MB can be used");
        is($machine->run('echo hello | cat > f; cat f'), "hello\n", 'it works');
        like($machine->run('forktest'), qr/^fork test OK$/m,
            'to the last process');
        is($machine->run('cat f'), "hello\n", 'and on');
        $machine->halt;
    };
}

subtest 'the boot log' => sub {
    my $machine = Machine->boot(smp => 2);
    my @lines = split /\n/, $machine->output =~ s/.*?(?=^Lectern)//smr;
    like($lines[0], qr/Lectern.*\d/, 'begins with name and version');
    like($machine->output, qr/^disk: 3\d MB/m, 'names the disk');
    like($machine->output, qr/^(?:fs|file system): /m, 'and the file system');
    cmp_ok(scalar @lines, '<=', 12, 'and is short') or diag($machine->output);
    unlike($machine->output, qr/panic|error|fail/i, 'nothing is wrong');
    $machine->halt;
};

subtest 'how a machine ends' => sub {
    for my $n (0, 1, 42, 127) {
        my $machine = Machine->boot;
        $machine->halt($n);
    }
    my $machine = Machine->boot(extra => ['-vga', 'none']);
    is($machine->run('echo no screen'), "no screen\n",
        'it runs without a VGA card');
    $machine->halt;
};

done_testing();
