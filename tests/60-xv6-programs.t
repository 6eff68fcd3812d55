#!/usr/bin/env perl
# Programs that were written for xv6, of both families, build unmodified with
# EXTRA and run: from one file, from a folder, from several files by name, and
# without EXTRA those that lie in the top folder.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use File::Copy ();
use Machine;
use Tree qw(capture copy_tree write_file);

my $dir = copy_tree(with_build => 1);
sub make { return capture({ dir => $dir }, 'make', 'WERROR=1', @_) }

my ($status, $output) = make('EXTRA=tests/xv6/tally.c tests/xv6/maze '
    . 'tests/xv6/relay.c ring:tests/xv6/rv/ring.c,tests/xv6/rv/next.S tests/xv6/plain.c');
is($status, 0, 'both families and our own in one build') or die($output);
unlike($output, qr/warning/, 'our warnings do not concern them');

my $machine = Machine->boot(image => "$dir/build/lectern.img", smp => 2);

subtest 'xv6-public' => sub {
    $machine->type('tally a b');
    my $got = $machine->expect(qr/line: \z/);
    # The two families differ in the case of %x and in a 0x before %p.
    is(lc $got =~ s/0x//gr, join('', map { "$_\n" } 'tally: 2 arguments',
        'sum 55 seen 3e wait -1', 'entries 4', 'type 2 links 2 size 10',
            'gone -1',
        '9999 h /b/c|beef|1234|%', '0 42 1', 'ththirt 1 65'),
            'its words and numbers');
    $machine->send("words typed\n");
    like($machine->prompt, qr/^got <words typed> 1 1$/m, 'gets, sbrk, uptime');
    is($machine->run('maze'), "maze: 9 steps to 6,3\n",
        'a program of a folder');
};

subtest 'xv6-riscv' => sub {
    my $got = $machine->run('relay x y; echo $?');
    like($got, qr/^relay: 1021\ndepth 6\n/,
        'pipes, fork, exit and wait with a status');
    like($got, qr/^run by exec\nsame 1 status 0\n/m, 'exec');
    like($got, qr/^file 1 10\n<text -7 ff>$/mi, 'fprintf, %d, %x, %s');
    like($got, qr/^page 4096 8192 4096\nlimits 1 1 16\nwide 4 8$/m,
        'constants, types');
    like($got, qr/^killed 1\nmemcmp 1 atoi 77\n2\n\z/m,
        'kill, and exit with a status');
    is($machine->run('ring'), "ring of 12\n", 'a C and an assembly file');
};

is($machine->run('plain fail; echo $?'), "plain 00042|ab  |ff 2\n1\n",
    "Lectern's own");
like($machine->run('ls'), qr/^$_$/m, "$_ is in /")
    for qw(tally maze relay ring plain);
$machine->halt;

subtest 'the top folder' => sub {
    File::Copy::copy("$dir/tests/xv6/tally.c", "$dir/top_tally.c");
    File::Copy::copy("$dir/tests/xv6/relay.c", "$dir/top_relay.c");
    my ($status, $output) = make();
    is($status, 0, 'make without EXTRA takes them') or diag($output);
    my $machine = Machine->boot(image => "$dir/build/lectern.img");
    like($machine->run('top_relay'), qr/^depth 6$/m, 'relay');
    $machine->type('top_tally');
    $machine->expect(qr/line: \z/);
    $machine->send("\n");
    like($machine->prompt, qr/^got <> /m, 'tally');
    $machine->halt;
    unlink "$dir/top_tally.c", "$dir/top_relay.c";
};

subtest 'a program of the name of one of ours' => sub {
    my $line = "Your echo takes the place of the system's on the disk.";
    my ($status, $output) = make('EXTRA=echo:tests/xv6/plain.c');
    is($status, 0, 'is taken') or diag($output);
    like($output, qr/^\Q$line\E$/m, 'which a line says');
    ($status, $output) = make('EXTRA=echo:tests/xv6/plain.c');
    like($output, qr/^\Q$line\E$/m, 'every time');
    my $machine = Machine->boot(image => "$dir/build/lectern.img");
    like($machine->run('echo'), qr/^plain /, 'it runs instead');
    $machine->halt;
    ($status, $output) = make('EXTRA=');
    unlike($output, qr/takes the place/, 'and the line goes with it');
};

subtest 'what is wrong is said' => sub {
    write_file("$dir/broken.c", qq{#include "types.h"\n#include "user.h"\n}
        . "int main(void)\n{\n  undeclared = 1;\n  exit();\n}\n");
    my ($status, $output) = make('EXTRA=broken.c');
    isnt($status, 0, 'a program with an error');
    like($output, qr/broken\.c:5\b/, 'with its file and line') or diag($output);
    unlink "$dir/broken.c";
    write_file("$dir/a_name_of_15_ch.c",
        qq{#include "types.h"\n#include "user.h"\n}
        . "int main(void)\n{\n  exit();\n}\n");
    ($status, $output) = make('EXTRA=a_name_of_15_ch.c');
    isnt($status, 0, 'a name of 15 characters');
    like($output, qr/a_name_of_15_ch/, 'is named');
};

done_testing();
