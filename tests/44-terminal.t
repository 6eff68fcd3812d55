#!/usr/bin/env perl
# `make qemu` at a terminal: it says how to leave, ^C goes to the machine, and
# both ways to leave work.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Terminal;
use Tree qw(capture copy_tree);

plan skip_all => 'pseudo-terminals are opened the way Linux does it'
    if $^O ne 'linux';

# A tree of its own, as make may build there and the machine writes to its disk.
my $dir = copy_tree(with_build => 1);
my ($status, $output) = capture({ dir => $dir }, 'make');
is($status, 0, 'make') or die($output);

sub make_qemu {
    my (@arguments) = @_;
    my $terminal = Terminal->start($dir, 'make', @arguments);
    $terminal->prompt;
    return $terminal;
}

sub fsck {
    my ($what) = @_;
    my ($status, $output) = capture("$dir/build/fsck",
        "$dir/build/lectern.img");
    is($status, 0, "the disk is clean after $what") or diag($output);
}

subtest '^C and halt' => sub {
    my $terminal = make_qemu('qemu');
    like($terminal->output,
        qr/^Leave: type halt, or Ctrl-a x\.  \^C goes to the machine\.$/m,
        'it says how to leave');
    like($terminal->output, qr/^cpus: 2 started$/m, 'with 2 CPUs');
    unlike($terminal->output, qr/SeaBIOS/, "without the BIOS's own words");
    for my $command ('loop', 'cat', 'cat | cat') {
        $terminal->type($command);
        $terminal->send("\cC");
        $terminal->prompt;
        pass("^C ends $command, not QEMU");
    }
    is($terminal->run('echo kept > f; cat f'), "kept\n", 'a file');
    $terminal->send("halt\n");
    is($terminal->ending, 0, 'halt: make succeeds');
    unlike($terminal->output, qr/\*\*\*|Error/, 'without a complaint');
    fsck('halt');
};

subtest 'what is typed before the machine is up' => sub {
    my ($status, $output) = capture({ dir => $dir }, 'sh', '-c',
        'printf "ls | wc\ncat f\nhalt\n" | make qemu');
    is($status, 0, 'commands from a pipe are executed, and halt ends them');
    like($output, qr/^\$ *\d+ +\d+ +\d+\r?\n\$ kept\r?\n/m,
        '  from the first on');
};

subtest 'Ctrl-a x' => sub {
    my $terminal = make_qemu('qemu', 'CPUS=4');
    like($terminal->output, qr/^cpus: 4 started$/m,
        'with the CPUs one asks for');
    is($terminal->run('cat f'), "kept\n", 'the file of last time is there');
    $terminal->run('echo more >> f');
    $terminal->type('loop');
    $terminal->send("\cAx");
    is($terminal->ending, 0, 'Ctrl-a x: make succeeds');
    fsck('Ctrl-a x');
    $terminal = make_qemu('qemu-nox');
    is($terminal->run('cat f'), "kept\nmore\n", 'what was written is kept');
    $terminal->send("halt 3\n");
    isnt($terminal->ending, 0, 'halt 3: make fails');
    like($terminal->output, qr/halt 3\b/, 'and says why');
};

subtest 'one machine at a time' => sub {
    my $terminal = make_qemu('qemu');
    my ($status, $output) = capture({ dir => $dir, limit => 60 }, 'make',
        'qemu');
    isnt($status, 0, 'a second make qemu fails');
    like($output, qr/machine runs/, 'and says why') or diag($output);
    is($terminal->run('echo unharmed'), "unharmed\n", 'the first goes on');
    $terminal->send("\cAx");
    is($terminal->ending, 0, 'and ends');
};

done_testing();
