#!/usr/bin/env perl
# Whatever a system call takes may be refused: the n-th page, process slot,
# descriptor, open file, inode, block or reading of a block.  Then it returns
# -1, has changed nothing and lost nothing, and the machine goes on.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture temp_dir);

# Little of everything, as all of it is counted after each failure.
my $image = temp_dir() . '/img';
my ($status, $output) = capture(built('debug/mkfs'), '-b', 360, '-i', 25,
    '-B', built('debug/boot/bootblock.bin'),
    '-K', built('debug/kernel.stripped'), $image,
    map { built("debug/disk/$_") } qw(init sh failures echo halt));
is($status, 0, 'a small disk') or die($output);

my $machine = Machine->boot(image => $image, mem => 16);
my $said = $machine->run('failures', 600);
my ($failed) = $said =~ /^failures: (\d+) calls failed as they must, ok$/m;
cmp_ok($failed // 0, '>=', 200, 'calls fail as they must') or diag($said);
note($said);
is($machine->run('echo alive'), "alive\n", 'the machine is well');
$machine->halt;

done_testing();
