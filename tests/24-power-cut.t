#!/usr/bin/env perl
# The power may fail at any moment.  A machine changes files while QEMU records
# what it writes to its disk.  Then the disk is made as it would be after a cut
# at each moment: what was not flushed is there or not, in whole or in part.
# The kernel's file system, as a program of this host, mounts it and must find
# all that had been promised.  Some of these disks are booted, too.
#
# LECTERN_SEED is the first seed, 1 if it is not set.  With LECTERN_SOAK there
# are over 100,000 cuts.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use PowerCut;
use Tree qw(built capture temp_dir);

my $seed = $ENV{LECTERN_SEED} // 1;
my $soak = $ENV{LECTERN_SOAK};
my ($distinct, $pieces) = (0, 0);
my %kinds;

# The record of a failure is kept, as another run is not quite the same: which
# of several processes comes first is a matter of time.
sub keep {
    my ($folder, $name, $trouble) = @_;
    my $kept = built('power-cut-' . ($name =~ tr{ }{-}r));
    capture('rm', '-rf', $kept);
    capture('cp', '-R', $folder, $kept);
    diag("cut $_: $trouble->{$_}\ntry it again:",
        " tools/power-cut -n $_ $kept") for sort keys %$trouble;
}

# A record, and all its cuts.
sub try_seed {
    my ($variants, %option) = @_;
    my $folder = temp_dir();
    my $name = join ' ', map { "$_ $option{$_}" } grep { $_ ne 'image' }
        sort keys %option;
    PowerCut::record($folder, %option);
    my $cuts = PowerCut->new($folder);
    is(join("\n", $cuts->wrong_results), '',
        'each call returns what it should');

    my %trouble = $cuts->try_all($variants);
    is(keys %trouble, 0, "$name: no cut leaves a bad disk")
        or keep($folder, $name, \%trouble);
    note($cuts->length, ' writes and flushes, ', $cuts->distinct,
        ' distinct cuts');
    $distinct += $cuts->distinct;
    $pieces += $cuts->pieces;
    $kinds{$_} += $cuts->kinds->{$_} for keys %{ $cuts->kinds };
    return ($folder, $cuts);
}

my ($folder, $cuts) = try_seed(3, seed => $seed, processes => 3, calls => 120);

subtest 'the machine itself recovers' => sub {
    for my $part (1 .. 5) {
        # After each of these numbers of entries, something was on its way.
        my $n = int $cuts->length * $part / 6;
        $n++ while !$cuts->pending($n);
        my ($name) = reverse $cuts->names($n, 3);
        my $disk = "$folder/booted.img";
        $cuts->save_cut($name, $disk);
        my $machine = Machine->boot(disk => $disk);
        $machine->halt;
        is($cuts->judge_image($name, $disk), undef, "  from cut $name");
    }
};

# Life goes on after a cut, and the power is cut again.  The new processes have
# new directories; the old ones must stay as the first recovery has left them.
my $image = temp_dir() . '/image';
my $n = $cuts->length;
$n-- while $cuts->pending($n) < 2;
$cuts->save_cut(($cuts->names($n, 3))[1], $image);
try_seed(3, seed => $seed, first => 3, processes => 1, calls => 100,
    image => $image);

for my $i (1 .. ($soak ? 12 : 0)) {
    try_seed(20, seed => $seed + $i, processes => 1 + $i % 5, calls => 250);
}

cmp_ok($distinct, '>=', $soak ? 100_000 : 1_000, "$distinct distinct cuts");
cmp_ok($pieces, '>', 0, 'some of them leave a part of a large write');
is(join(' ', sort keys %kinds), 'append create empty link mkdir rename rmdir '
    . 'unlink unlink while open write', 'every kind of change was made');

subtest 'the words of a bad cut' => sub {
    my $request = qr/flush|write (?:log|home) [\d-]+/;
    my $requests = join ', ', ($request) x 6;
    like($cuts->before(7),
        qr/^\d writes and \d flushes \(the last are: $requests\)$/,
        'the last requests before it are named');
    # Two calls returned after three entries.
    my $made = bless { wrong_results => [] }, 'PowerCut';
    $made->add_call(3, 0, $_, "mkdir p$_", 0) for 0, 1;
    is($made->judge(3), 'process 0: call 1, mkdir p1, has returned, and '
        . 'nothing was written since the call before it returned',
        'a call that wrote nothing is named');
};

done_testing();
