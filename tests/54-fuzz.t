#!/usr/bin/env perl
# No program can panic the kernel, hang it, make it lose anything, or touch what
# is another's: a million system calls with arguments by chance, and code and
# registers by chance, from several processes on 4 CPUs, on the DEBUG kernel.
#
# LECTERN_SEED=7 make test TESTS=tests/54-fuzz.t tries a seed again; with
# LECTERN_SOAK one seed follows the other for an hour.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture temp_dir);

my ($ROUNDS, $CALLS, $HOUR) = (5, 200_000, 3600);

# Seconds within which the next line must come: a round takes a few of them.
my $LIMIT = 300;

# A small disk: it is full at times, and counting what is free takes no time.
my $image = temp_dir() . '/img';
my ($status, $output) = capture(built('debug/mkfs'), '-b', 2048, '-i', 200,
    '-B', built('debug/boot/bootblock.bin'),
    '-K', built('debug/kernel.stripped'), $image,
    map { built("debug/disk/$_") } qw(init sh fuzz rm echo halt));
is($status, 0, 'a small disk') or die($output);

# The next line of fuzz itself, or of a panic.  What dies meanwhile is named on
# the console, too.
sub next_line {
    my ($machine) = @_;
    $machine->expect(qr/^(?=fuzz: |panic: )/m, $LIMIT);
    return $machine->expect(qr/\n/);
}

# Where the processes wait, for the report of a hang.
sub process_table {
    my ($machine) = @_;
    $machine->send("\cP");
    $machine->read_some(1) for 1 .. 5;
    return $machine->unseen;
}

sub fuzz {
    my ($machine, $seed) = @_;
    my $line = '';
    $machine->type("fuzz -r $ROUNDS -c $CALLS -s $seed");
    while ($line !~ /, ok$|failed|^panic/) {
        $line = eval { next_line($machine) };
        if (!defined $line) {
            diag($@, process_table($machine));
            die "seed $seed: it hangs\n";
        }
        note($line);
    }
    my ($calls) = $line =~ /^fuzz: seed $seed, (\d+) calls, ok$/;
    cmp_ok($calls // 0, '>=', $ROUNDS * $CALLS, "seed $seed") or do {
        $machine->read_some(1) for 1 .. 5;
        diag(substr($machine->output, -4000));
        BAIL_OUT("the kernel panics with seed $seed") if $line =~ /^panic/;
    };
    $machine->prompt;
}

my $seed = $ENV{LECTERN_SEED} // int(rand(1e9));
my $end = time + ($ENV{LECTERN_SOAK} ? $HOUR : 0);
my $machine = Machine->boot(image => $image, smp => 4, mem => 64);
do {
    fuzz($machine, $seed++);
} while (time < $end);
is($machine->run('echo alive'), "alive\n", 'the machine is well');
$machine->halt;

done_testing();
