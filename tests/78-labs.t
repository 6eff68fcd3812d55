#!/usr/bin/env perl
# The labs: a tree is made for a student, who hands in what he has done; an
# instructor's mistakes are named; and a sample of tests judges as it should.
# `make labs-check` does the whole, which takes minutes.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../labs/lib";

use Lab::Conf;
use Lab::Grade;
use Tree qw($top capture read_file temp_dir write_file);

plan skip_all => 'the staff has the solutions' if !-d "$top/staff";
my ($no_git) = capture('git', '--version');
plan skip_all => 'git was not found' if $no_git;

my $dir = temp_dir();
my $tree = "$dir/warm-up";

# Runs a program in a folder, and expects an exit status and words.
sub says {
    my ($folder, $status, $words, @command) = @_;
    my ($got, $output) = capture({ dir => $folder }, @command);
    is($got, $status, "@command[0 .. 1]: status $status") or diag($output);
    like($output, $words, '  and it says why');
}

subtest 'a tree for a student' => sub {
    says($top, 0, qr/cd \Q$tree\E/, 'make', '-s', 'lab', 'L=warm-up',
        "DIR=$tree");
    says($top, 2, qr/is there already/, 'make', '-s', 'lab', 'L=warm-up',
        "DIR=$tree");
    says($top, 2, qr/there are:.* warm-up/, 'make', '-s', 'lab');
    ok(!-e "$tree/staff", 'staff/ is not in it');
    ok(!-e "$tree/labs/warm-up/starter", 'nor the starter as such');
    like(read_file("$tree/user/bin/reads.c"), qr/to be written/,
        'the starter is in place');
    my ($status, $files) = capture({ dir => $tree }, 'git', 'status',
        '--porcelain');
    is($files, '', 'git knows all of it');

    # Eight lines of the staff's in a row are nowhere in it.
    my ($found, $runs) = ('', 0);
    my ($ok, $names) = capture({ dir => $tree }, 'git', 'ls-files');
    my $all = join '', map { normal(read_file("$tree/$_")) }
        grep { -f "$tree/$_" } split /\n/, $names;
    my (undef, $staff) = capture('find', "$top/staff", '-type', 'f');
    for my $path (split /\n/, $staff) {
        my @lines = split /\n/, normal(own_lines(read_file($path)));
        for my $i (0 .. $#lines - 7) {
            my $run = join '', map { "$_\n" } @lines[$i .. $i + 7];
            $runs++;
            $found = "$path:\n$run" if index($all, $run) >= 0;
        }
    }
    cmp_ok($runs, '>', 50, 'the staff has lines to look for');
    is($found, '', 'and none of them is handed out');
};

# Lines without what does not matter: spaces around, and empty ones.
sub normal { return join '', map { s/^\s+|\s+$//gr . "\n" }
    grep { /\S/ } split /\n/, $_[0] }

# Of a patch, the lines that it adds.
sub own_lines {
    my ($text) = @_;
    return $text if $text !~ /^diff /m;
    return join '', map { s/^\+//r . "\n" } grep { /^\+(?!\+\+)/ }
        split /\n/, $text;
}

subtest 'an archive' => sub {
    write_file("$tree/kernel/main.c", "changed\n");
    says($tree, 0, qr/Wrote submit-warm-up/, 'make', '-s', 'submit');
    my (undef, $list) = capture('tar', '-tzf', "$tree/submit-warm-up.tar.gz");
    is_deeply([grep { !/\.c$|\.h$/ } split /\n/, $list],
        [qw(.lab build/versions.txt answers.md)], 'answers and versions');
    like($list, qr{^user/bin/reads\.c$}m, 'what may be changed');
    unlike($list, qr{kernel/main\.c}, 'and not what may not');
    my (undef, $versions) = capture('tar', '-xzOf',
        "$tree/submit-warm-up.tar.gz", 'build/versions.txt');
    like($versions, qr/^lab = warm-up\nversion = \d+\nbase = \S+\n.*qemu/s,
        'the versions of lab, base and tools');
};

subtest 'mistakes in lab.conf' => sub {
    my $good = read_file("$top/labs/warm-up/lab.conf");
    my %mistakes = (
        "colour = red" => qr/:\d+: there is no key colour; there are:/,
        "budget = much" => qr/:\d+: budget wants a number: much/,
        "points 3" => qr/:\d+: neither .* nor .* nor .*: points 3/,
        "test count 5 x" => qr/:\d+: after test comes a name/,
        "test new.one five x" => qr/:\d+: new\.one lacks its points/,
        "test new.one 11 x" => qr/:\d+: new\.one has more than 10 points/,
        "test count.good 1 x" => qr/:\d+: a second count\.good/,
        "test new.one 1 after old.one x" => qr/which is not above it/,
    );
    for my $line (sort keys %mistakes) {
        write_file("$dir/lab.conf", "$good$line\n");
        ok(!eval { Lab::Conf->read("$dir/lab.conf") }, "refused: $line");
        like($@, $mistakes{$line}, '  and named in a line');
    }
    write_file("$dir/lab.conf", $good =~ s/^title.*//mr);
    ok(!eval { Lab::Conf->read("$dir/lab.conf") }, 'refused: no title');
    like($@, qr/there is no line `title/, '  and named in a line');

    my $conf = Lab::Conf->read("$top/labs/warm-up/lab.conf");
    ok($conf->may_change($_), "may be changed: $_")
        for qw(kernel/syscall/sysfile.c user/bin/reads.c answers.md);
    ok(!$conf->may_change($_), "may not be: $_") for qw(Makefile
        kernel/main.c kernel/syscall/x/y.c ../kernel/syscall/a.c
        kernel/syscall/../main.c /answers.md), 'kernel/syscall/a b.c';
};

is(Lab::Grade::printable("a\xc3\xa9\x1b[31m\xff\0\n"),
    "a\xc3\xa9\\x1b[31m\\xff\\x00\n", 'output of the guest is made readable');
is(length Lab::Grade::printable('x' x 10_000), 8192, '  and not too long');

subtest 'a sample of the verdicts' => sub {
    my ($status, $output) = capture("$top/tools/labs-check", '--sample',
        '--work', "$dir/check", 'warm-up');
    is($status, 0, 'a wrong solution loses what it should')
        or diag($output);
    like($output, qr/^ok \d+ - warm-up: \S+ loses \S+/m, '  and only that');
};

done_testing();
