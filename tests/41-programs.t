#!/usr/bin/env perl
# Each program on the disk does what its name promises, and says so when it
# cannot.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture temp_dir write_file);

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
    # A device without a driver has a name, but cannot be opened.
    'sick mknod:odd:7 mknod:s/odd:7; ls -l odd' => qr/^\?.* odd$/m,
    'ls odd' => 'odd',
    'ls s' => 'odd',
    'cat odd' => qr/odd: a device without a driver/,
    'rm odd; rm -r s; mkdir s; ls odd' => qr/odd: no such file/,
    'ls -l' => qr/\A(?:.*\n){4}\z/,
    'ls -a' => qr/^\.\/?\n\.\.\/?\na$/m,
    'cd /; rm -r d' => '');

try('cat, head, tail, wc, grep, tee, hexdump',
    'echo one > f; echo two >> f; echo three >> f; cat f' => "one\ntwo\nthree",
    'cat f f | wc' => qr/^\s*6\s+6\s+28\s*$/,
    'wc f' => qr/^\s*3\s+3\s+14\s+f$/,
    'head -n 2 f' => "one\ntwo",
    'head -2 f' => "one\ntwo",
    'tail -2 f' => "two\nthree",
    'head -x f' => qr/unknown option -x\nusage: head/,
    'head -1 f f' => "==> f <==\none\n\n==> f <==\none",
    'tail -1 f -' . ' < f' => "==> f <==\nthree\n\n==> the input <==\nthree",
    'tail -n 2 f' => "two\nthree",
    'cat f | head -n 1' => 'one',
    'cat f | tail -n 1' => 'three',
    'grep t f' => "two\nthree",
    'grep -v t f' => 'one',
    'grep -n two f' => '2:two',
    'grep nothing f || echo none' => 'none',
    'grep -q two f; echo $?; grep -q no f; echo $?' => "0\n1",
    'grep -q two f none; echo $?' => qr/none: no such file\n0$/,
    'grep -q no f none; echo $?' => qr/none: no such file\n2$/,
    '(grep -q two; cat) < f' => 'three',
    'grep -l o f README none' => qr/\Af\nREADME\n.*none/,
    'grep -c t f; grep -ic TH f' => "2\n1",
    'grep ^t f' => "two\nthree",
    'grep e$ f' => "one\nthree",
    'grep t.o f' => 'two',
    'grep o.*e f' => 'one',
    'cat f | tee g h | wc -l' => qr/^\s*3$/,
    'cat g h | wc -l' => qr/^\s*6$/,
    'hexdump f' => qr/6f 6e 65 0a.*one/,
    'rm f g h' => '');

try('files',
    'touch f; ls f' => 'f',
    'echo text > f; cp f g; cat g' => 'text',
    'ln f h; echo more >> f; cat h' => "text\nmore",
    'mv f i; cat i; cat f' => qr/\Atext\nmore\n.*\bf\b/,
    'mkdir d; cp g i d; ls d' => "g\ni",
    'mv h d; ls d' => "g\nh\ni",
    'mkdir d' => 'mkdir: cannot make d: it is there already',
    'rm d' => qr/d: is a directory .*rm -r/,
    'mkdir empty; rm empty' => qr/empty: is a directory .*rm -r/,
    'rm -f empty; ls empty; rm -r empty/; ls empty'
        => qr/is a directory.*\nls: cannot find empty: no such file$/,
    'mkdir -p p/q/r p/q; ls p p/q; rm -r p' => "p:\nq\np/q:\nr",
    'mkdir d/e; touch d/e/x; rm -r d; ls d' => qr/d/,
    'mkdir -p ' . join('/', 1 .. 20) . '; touch 1/x 1/2/3/y; rm -r 1' => '',
    'ls 1' => 'ls: cannot find 1: no such file',
    'ls --help' => qr/unknown option --help\nusage: ls/,
    'rm missing' => 'rm: cannot remove missing: no such file',
    'rm -f missing' => '',
    'mv / x' => qr/cannot move .*this name always stays/,
    'mv missing x' => 'mv: cannot move missing: no such file',
    'cp missing x' => 'cp: cannot open missing: no such file',
    'ln missing x' => 'ln: cannot link missing: no such file',
    'rm g i' => '',
    'touch a-name-of-14-c; ls a-name-of-14-c' => 'a-name-of-14-c',
    'rm a-name-of-14-c' => '');

subtest 'what was wrong with a file is said' => sub {
    my $long = 'a-name-of-15-ch';
    my @cases = map { [@$_, 'name longer than 14 bytes'] }
        ["touch $long", "touch: cannot make $long"],
        ["mkdir $long", "mkdir: cannot make $long"],
        ["cp README $long", "cp: cannot open $long"],
        ["mv README $long", "mv: cannot move to $long"],
        ["ln README $long", "ln: cannot make $long"],
        ["echo x | tee $long > gone", "tee: cannot open $long"],
        ["ls $long", "ls: cannot find $long"];
    push @cases, map {
        ["$_ missing", "$_: cannot open missing", 'no such file'],
        ["$_ /", "$_: cannot read /", 'is a directory']
    } 'cat', 'head', 'tail', 'wc', 'grep x';
    push @cases,
        ['mv README no/x', 'mv: cannot move to no/x', 'no such directory'],
        ['mkdir no/x', 'mkdir: cannot make no/x', 'no such directory'],
        ['touch README/x', 'touch: cannot make README/x', 'not a directory'],
        ['touch new/', 'touch: cannot make new/', 'no such directory'],
        ['cp / x', 'cp: cannot copy /', 'is a directory'],
        ['cp README /ptable', 'cp: cannot write /ptable',
            'this device takes no output'],
        ['mkdir in; mv in in/x; rm -r in', 'mv: cannot move in', 'into itself'],
        ['cat README > in; cat in >> in; rm in', 'cat: cannot read in',
            'it is also the output'],
        ['tee ' . join(' ', 1 .. 14) . ' < /ptable > gone; rm '
            . join(' ', 1 .. 13),
            'tee: cannot open 14', 'too many files are open'];
    is($machine->run($_->[0]), ($_->[1] =~ s/^(\w+) x/$1/r) . ": $_->[2]\n",
        $_->[0]) for @cases;
    $machine->run('rm -f gone');
};

try('processes',
    'true; echo $?' => '0', 'false; echo $?' => '1',
    'uptime' => qr/\d/,
    'sleep 0' => '',
    'pwd' => '/',
    # By then the shell waits.
    '(sleep 10; ps)' => qr/\A *PID.*\n +1 +0 sleeping +\d+ init .*\n.*\bsh\b.*wait.*\n(?:.*\n)?.*running.*\bps\b/,
    (map { ("kill $_" => "kill: cannot end process $_") } 1, 9999),
    (map { ("kill $_" => "kill: $_ is no process number") } 'x', 99999999999),
    'kill -5' => qr/^usage/);

subtest 'ps while processes come and go' => sub {
    $machine->run('(forktest; forktest; forktest; forktest) > out & '
        . join '; ', map { "ps > ps$_" } 1 .. 12);
    my @lines = grep { !/PID/ } split /\n/,
        $machine->run('cat ' . join ' ', map { "ps$_" } 1 .. 12);
    my $whole = qr{^ *\d+ +\d+ [a-z]+ +\d+ [a-z]* *(?:\w+(?: < \w+)*)?$};
    my @broken = grep { $_ !~ $whole } @lines;
    cmp_ok(scalar @lines, '>', 12 * 3, 'it lists them');
    is("@broken", '', 'and each line is whole');
    $machine->run('rm -f out ' . join ' ', map { "ps$_" } 1 .. 12);
};

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

subtest 'a disk without a shell' => sub {
    my $dir = temp_dir();
    File::Copy::copy(built('lectern.img'), "$dir/image");
    write_file("$dir/sh", "this is no program\n");
    my ($status, $output) = capture(built('mkfs'), '-u', "$dir/image",
        "$dir/sh");
    is($status, 0, 'is made') or diag($output);
    my $machine = Machine->start(image => "$dir/image");
    $machine->expect(qr{^init: starting sh\ninit: cannot start /sh}m);
    $machine->expect(qr{\n.*make fresh.*\n});
    pass('init says so, and how to get one');
    # Guest seconds pass; nothing more is printed.
    $machine->read_some(0.5) for 1 .. 3;
    is($machine->unseen, '', 'once');
};

done_testing();
