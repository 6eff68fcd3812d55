#!/usr/bin/env perl
# clang builds all of it too, without a warning; the functions that lectures
# stop at are there, and what it builds runs.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Symbols qw(check_boot_block check_symbols);
use Tree qw(capture copy_tree);

my $dir = copy_tree();
my ($status, $output) = capture({ dir => $dir }, 'make', '-j2', 'CC=clang',
    'WERROR=1');
is($status, 0, 'make CC=clang WERROR=1') or die("clang: $output");
unlike($output, qr/warning/i, 'no warning');
check_symbols("$dir/build");
check_boot_block("$dir/build");

my $machine = Machine->boot(image => "$dir/build/lectern.img", smp => 2);
is($machine->run('echo hello from clang | cat'), "hello from clang\n",
    'it runs');
$machine->halt;

done_testing();
