#!/usr/bin/env perl
# Each program on the disk does what its name promises, and says so when it
# cannot.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Machine;
use Tree qw(built read_file temp_dir write_file);

my $machine = Machine->boot(smp => 2);

sub try {
    my ($topic, @cases) = @_;
    subtest $topic => sub {
        while (my ($command, $expected) = splice @cases, 0, 2) {
            my $got = $machine->run($command);
            ref $expected ? like($got, $expected, $command)
                : is($got, length $expected ? "$expected\n" : '', $command);
        }
    };
}

subtest 'what is there' => sub {
    my %there = map { $_ => 1 } split ' ', $machine->run('ls');
    my @programs = qw(init sh help cat clear cp echo false grep halt head hexdump
        kill ln ls mkdir mv ps pwd rm sleep tail tee touch true uptime wc
        stressfs forktest zombie usertests);
    ok($there{$_}, $_) for @programs, 'README';
    my $help = $machine->run('help');
    like($help, qr/\b$_\b/, "help lists $_")
        for grep { !/^(?:init|zombie)$/ } @programs;
};

try('ls',
    'mkdir d; cd d; touch b a c; mkdir s; ls' => qr{\Aa\nb\nc\ns/?\n\z},
    'ls a c' => "a\nc",
    'ls missing' => qr/missing/,
    'ls .' => qr/\Aa\nb\n/,
    'echo 12345 > b; ls -l b' => qr/^.*\b6\b.*\bb$/m,
    'ls -l' => qr/\A(?:.*\n){4}\z/,
    'ls -a' => qr/^\.\/?\n\.\.\/?\na$/m,
    'cd /; rm -r d' => '');

try('cat, head, tail, wc, grep, tee, hexdump',
    'echo one > f; echo two >> f; echo three >> f; cat f' => "one\ntwo\nthree",
    'cat f f | wc' => qr/^\s*6\s+6\s+28\s*$/,
    'wc f' => qr/^\s*3\s+3\s+14\s+f$/,
    'head -n 2 f' => "one\ntwo",
    'tail -n 2 f' => "two\nthree",
    'cat f | head -n 1' => 'one',
    'cat f | tail -n 1' => 'three',
    'grep t f' => "two\nthree",
    'grep -v t f' => 'one',
    'grep -n two f' => '2:two',
    'grep nothing f || echo none' => 'none',
    'grep ^t f' => "two\nthree",
    'grep e$ f' => "one\nthree",
    'grep t.o f' => 'two',
    'grep o.*e f' => 'one',
    'cat f | tee g h | wc -l' => qr/^\s*3$/,
    'cat g h | wc -l' => qr/^\s*6$/,
    'hexdump f' => qr/6f 6e 65 0a.*one/,
    'cat missing' => qr/missing/,
    'wc missing' => qr/missing/,
    'head missing' => qr/missing/,
    'rm f g h' => '');

try('files',
    'touch f; ls f' => 'f',
    'echo text > f; cp f g; cat g' => 'text',
    'ln f h; echo more >> f; cat h' => "text\nmore",
    'mv f i; cat i; cat f' => qr/\Atext\nmore\n.*\bf\b/,
    'mkdir d; cp g i d; ls d' => "g\ni",
    'mv h d; ls d' => "g\nh\ni",
    'mkdir d' => qr/d/,
    'rm d' => qr/d/,
    'mkdir d/e; touch d/e/x; rm -r d; ls d' => qr/d/,
    'rm missing' => qr/missing/,
    'rm -f missing' => '',
    'mv missing x' => qr/missing/,
    'cp missing x' => qr/missing/,
    'ln missing x' => qr/missing/,
    'rm g i' => '',
    'touch a-name-of-14-c; ls a-name-of-14-c' => 'a-name-of-14-c',
    'touch a-name-of-15-ch' => qr/a-name-of-15-ch/,
    'ls a-name-of-15-ch' => qr/a-name-of-15-ch/,
    'rm a-name-of-14-c' => '');

try('processes',
    'true; echo $?' => '0', 'false; echo $?' => '1',
    'uptime' => qr/\d/,
    'sleep 0' => '',
    'pwd' => '/',
    'ps' => qr/\A *PID.*\n +1 +0 sleeping +\d+ init .*\n.*\bsh\b.*wait.*\n.*running.*\bps\b/,
    'kill 1' => qr/1/, 'kill 9999' => qr/9999/, 'kill -5' => qr/./,
        'kill x' => qr/./);

subtest 'kill' => sub {
    # A job in the background needs a moment to become the program, and another
    # one to die: at its next clock tick.
    my $process = sub {
        my ($name, $there) = @_;
        for (1 .. 50) {
            my ($pid) = $machine->run('ps') =~ /^ *(\d+).*\d \Q$name\E\b/m;
            return $pid if !$pid == !$there;
            select undef, undef, undef, 0.1;
        }
        return $there ? undef : 'still there';
    };
    for ('loop', 'sleep 1000') {
        my ($name) = split ' ';
        $machine->run("$_ &");
        my $pid = $process->($name, 1);
        ok($pid, "$name runs");
        $machine->run("kill $pid");
        is($process->($name, 0), undef, '  and is ended');
    }
};

subtest 'programs for testing' => sub {
    like($machine->run('forktest'), qr/^fork test OK$/m, 'forktest');
    like($machine->run('stressfs'), qr/OK$/m, 'stressfs');
    my $got = $machine->run('zombie; sleep 1; ps');
    unlike($got, qr/\bzombie +\d+ +zombie\b/, 'zombie: init reaps the orphan');
    is($machine->run('ls /stressfs.0'), $machine->run('ls /stressfs.0'),
        'nothing hangs behind');
};

$machine->halt;
done_testing();
