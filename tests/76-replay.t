#!/usr/bin/env perl
# A session can be recorded and then replayed under the debugger, which goes
# back in it: step by step, to a breakpoint, to the instruction that wrote
# something.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Recording;
use Terminal;
use Tree qw($top built capture read_file temp_dir write_file);

plan skip_all => 'pseudo-terminals are opened the way Linux does it'
    if $^O ne 'linux';

# A folder that looks like the build's, for a recording of our own.
my $build = temp_dir();
symlink built($_), "$build/$_" for qw(lectern.img kernel.elf user boot);
my $image = read_file(built('lectern.img'));

my ($status, $output) = capture({ dir => $top }, 'tools/replay', $build);
is($status, 1, 'without a recording there is nothing to replay');
like($output, qr/type make record$/m, '  which it says');

subtest 'record' => sub {
    my $terminal = Terminal->start($top, 'tools/record', $build);
    $terminal->prompt;
    $terminal->type('cat');
    $terminal->send("\cC");
    $terminal->prompt;
    pass('^C goes to the machine');
    cmp_ok(length $terminal->run('cat README'), '>', 5000, 'much output');
    is($terminal->run('animals'), "dog\nelephant\nant\n"
        . "animals: 5 went in, 3 came out\n", 'a session as any other');
    $terminal->run('echo gone >f');
    $terminal->send("\cax");
    is($terminal->ending, 0, 'Ctrl-a x ends it');
    like($terminal->output, qr/^\d+ instructions\.  Type: make replay$/m,
        'it was replayed once, with the same output');
    like(read_file("$build/record/console.txt"),
        qr/^animals: 5 went in, 3 came out$/m, 'which is kept');
    ok(read_file(built('lectern.img')) eq $image, 'the disk is as it was');
    is((stat "$build/record")[2] & 077, 0, 'nobody else may look at it');
};

subtest 'replay' => sub {
    # As with recording (Recording.pm), at times QEMU does not go on.
    my ($status, $output);
    for (1 .. 3) {
        ($status, $output) = capture({ dir => $top }, 'timeout', 100,
            'tools/replay', $build, '-batch', '-x',
            "$top/tests/lib/time_travel.py");
        last if $status != 124;     # the time was over
        note('QEMU hangs: once more');
    }
    my %seen;
    $seen{$1} .= "$2\n" while $output =~ /^([a-z][a-z ]*): (.*)$/mg;
    is($seen{done}, "all\n", 'all is done') or diag($output);
    like($seen{'forward at the end'} // '', qr/^This is the end/,
        'from the end no way goes on');
    like($seen{function} // '', qr/^sys_exit in/,
        'reverse-continue stops at a breakpoint');
    isnt($seen{'after three steps'}, $seen{before}, 'stepi goes on');
    is($seen{back}, $seen{before}, 'reverse-stepi comes back');

    like($seen{'bad word'} // '', qr/0x\w+00 <zoo>/, 'the word is wrong');
    like($seen{wrote} // '',
        qr/^zoo\[3\]\.next: 0x(\w+)18 before, 0x\g{1}00 after$/m,
        'the store that made it so is found');
    like($seen{wrote} // '', qr/^=> .*<memcpy/m, '  in memcpy');
    like($seen{'name so far'} // '', qr/"elephant/, '  behind eight letters');
    like($seen{'word then'} // '', qr/18 /, '  where it was still right');
    like($seen{'wrote first'} // '', qr/: 0x0 before, 0x\w+18 after$/m,
        'and before that the one that was meant');
    my @positions = split /\n/, $seen{position} // '';
    cmp_ok($positions[1], '<', $positions[0], 'which is earlier');
    like($seen{watched} // '', qr/scheduler|sleep|set_runnable/,
        "GDB's own watchpoint works backwards");
};

subtest 'halt' => sub {
    write_file("$build/keys", "echo one\nhalt\n");
    my ($status, $output) = capture({ dir => $top }, 'tools/record', $build,
        "$build/keys");
    is($status, 0, 'a session from a file, which halts') or diag($output);
    like($output, qr/^\$ echo one\none\n\$ halt\n/m, 'it shows what happens');
    like(read_file("$build/record/settings"), qr/^instructions=\d{6,}$/m,
        'it can be replayed');
};

done_testing();
