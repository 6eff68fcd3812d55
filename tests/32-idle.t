#!/usr/bin/env perl
# A machine at the prompt costs next to nothing: its CPUs are halted.  And one
# with work in the background is not.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;

# Of some looks at all CPUs, the share that found a CPU halted.
sub halted_share {
    my ($machine, $samples) = @_;
    my ($halted, $looks) = (0, 0);
    for (1 .. $samples) {
        my @states = $machine->monitor('info registers -a') =~ /HLT=(\d)/g;
        $halted += $_ for @states;
        $looks += @states;
        select undef, undef, undef, 0.02;
    }
    return $halted / $looks;
}

# Processor time that a process has used, in seconds; 0 where there is no /proc.
sub cpu_seconds {
    my ($pid) = @_;
    open my $file, '<', "/proc/$pid/stat" or return 0;
    my @fields = split ' ', <$file> =~ s/.*\)//r;
    return ($fields[11] + $fields[12]) / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

for my $cpus (1, 4) {
    subtest "$cpus CPUs" => sub {
        my $machine = Machine->boot(smp => $cpus, monitor => 1);
        cmp_ok(halted_share($machine, 60), '>', 0.9,
            'at the prompt they are halted');

        # The ticks of four emulated CPUs and a loaded host cost something; a
        # CPU that spins costs all of one.
        my $before = cpu_seconds($machine->pid);
        select undef, undef, undef, 3;
        my $used = cpu_seconds($machine->pid) - $before;
        note("QEMU used $used s of CPU time in 3 s");
        cmp_ok($used, '<', 0.25 * 3,
            'QEMU uses less than a quarter of a host CPU');

        # The test can tell: one that works does not halt.
        $machine->run('loop &') for 1 .. $cpus;
        cmp_ok(halted_share($machine, 15), '<', 0.5,
            'while programs spin they are not');
        $machine->send("\cC");
        $machine->prompt;
        cmp_ok(halted_share($machine, 30), '>', 0.9, 'and then they are again');
        $machine->halt;
    };
}

done_testing();
