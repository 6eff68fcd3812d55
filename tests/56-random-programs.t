#!/usr/bin/env perl
# Random programs see on our kernel what they see on Linux.  Built for both,
# user/test/randprog.c runs the same seeds, each a program of fork, pipe, open,
# dup, read, write, lseek, close and wait.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Linux qw(build_for_linux refusal);
use Machine;
use Tree qw($top capture);

plan skip_all => refusal() if refusal();

my $nseeds = $ENV{LECTERN_SOAK} ? 5000 : 300;
my $at_once = 100;              # in one command, which has a time limit
my $shown = 3;                  # mismatches that are looked at closely

my $dir = build_for_linux('randprog', "$top/user/test/randprog.c");
sub on_linux {
    my ($status, $output) = capture({ dir => $dir }, "$dir/randprog", @_);
    is($status, 0, "Linux: randprog @_") or diag($output);
    return $output;
}

# The number of the first line in which two texts differ, and both lines.
sub first_difference {
    my ($one, $other) = @_;
    my @one = split /\n/, $one;
    my @other = split /\n/, $other;
    my $i = 0;
    $i++ while $i < @one && $i < @other && $one[$i] eq $other[$i];
    return ($i + 1, map { $_ // 'nothing' } $one[$i], $other[$i]);
}

my $machine = Machine->boot(smp => 2);
my @different;
my $same = 0;
for (my $first = 1; $first <= $nseeds; $first += $at_once) {
    my $theirs = on_linux($first, $at_once);
    my $ours = $machine->run("randprog $first $at_once", 300);
    my %sum_of = $ours =~ /^seed (\d+): (\w{8})$/mg;
    while ($theirs =~ /^seed (\d+): (\w{8})$/mg) {
        if (($sum_of{$1} // '') eq $2) {
            $same++;
        } else {
            push @different, $1;
        }
    }
}
is($same, $nseeds, 'each program has the same results on both')
    or diag("seeds that differ: @different");
for my $seed (grep { defined } @different[0 .. $shown - 1]) {
    my ($line, $linux, $lectern) = first_difference(on_linux('-v', $seed),
        $machine->run("randprog -v $seed"));
    diag("seed $seed, line $line of randprog -v $seed:\n",
        "  Linux:   $linux\n  Lectern: $lectern");
}

# Would it see a difference?  The programs have to do something.
my $logs = join '', map { on_linux('-v', $_) } 1 .. 9;
like($logs, qr/^ *\Q$_\E\b/m, "some program calls $_")
    for qw(fork pipe open dup read write lseek close wait);
my @sums = $logs =~ /^seed \d+: (\w+)$/mg;
is(scalar(keys %{ { map { $_ => 1 } @sums } }), 9, 'seeds differ');

$machine->halt;
done_testing();
