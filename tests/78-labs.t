#!/usr/bin/env perl
# The labs: a tree is made for a student, work of another lab and a newer
# handout come to it, and he hands in what he has done; an instructor's mistakes
# are named, and his patches made to fit again.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../labs/lib";

use List::Util qw(sum0);

use Lab::Conf;
use Lab::Grade;
use Lab::Leak qw(leaks);
use Tree qw($top capture copy_tree plant read_file temp_dir write_file);

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

    my ($ok, $names) = capture({ dir => $tree }, 'git', 'ls-files');
    my ($found, $runs) = leaks("$top/staff", $tree, split /\n/, $names);
    cmp_ok($runs, '>', 50, 'the staff has lines to look for');
    is_deeply($found, [], 'and none of them is handed out');
};

subtest 'an archive' => sub {
    write_file("$tree/kernel/main.c", "changed\n");
    write_file("$tree/kernel/new.c", "added\n");
    write_file("$tree/user/bin/reads.c", "Mine\n");
    says($tree, 0, qr{^note:\ answers\.md\ has\ no\ answers\ yet\n
        note:\ kernel/main\.c\ .*\ change:\ left\ out\n
        note:\ kernel/new\.c\ .*\ add:\ left\ out\n
        Wrote\ submit(?s:.*)^These\ are\ yours.*\n\ +user/bin/reads\.c\n\z}mx,
        'make', '-s', 'submit');
    unlink "$tree/kernel/new.c";
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

# What an assignment says at its top must be true.
for my $path (glob "$top/labs/*/lab.conf") {
    my ($lab) = $path =~ m{labs/([^/]+)/};
    my $staff = "$top/staff/$lab";
    my $conf = Lab::Conf->read(grep { -f } $path, "$staff/hidden/lab.conf");
    my %says = read_file("$top/labs/$lab/assignment.md")
        =~ /^\| ([\w ]+?) \| (.+) \|$/mg;
    is($says{week}, $conf->get('week'), "$lab: the week");
    my ($seen, $hidden) = map { my $which = $_; sum0 map { $_->{points} }
        grep { !$_->{hidden} eq !$which } $conf->tests } 0, 1;
    is($says{points}, $seen + $hidden . ": $seen by the tests you have, "
        . "$hidden by others; 25 more for your answers", "$lab: the points");
    # Neither empty lines nor those of comments alone.
    my @code = grep { !m{^\+(?:\+\+|\s*(?:/\*|\*[ /]|\*?$|//))} }
        grep { /^\+/ } split /\n/, read_file("$staff/solution.patch");
    is($says{'lines of code in the reference solution'}, scalar @code,
        "$lab: the solution's lines");
    like($says{hours}, qr/^median \d+, slow \d+$/, "$lab: the hours");
    for my $lecture (split /, /, $says{'lectures needed'}) {
        ok(-d "$top/lectures/$lecture", "$lab: the lecture $lecture");
    }
}

# A student's work in a tree: these files.
sub work {
    my ($folder, %files) = @_;
    write_file("$folder/$_", $files{$_}) for keys %files;
    my ($status, $output) = capture({ dir => $folder }, 'git', '-c',
        'user.name=A', '-c', 'user.email=a@localhost', 'commit', '-q', '-a',
        '-m', 'work');
    die $output if $status;
}

sub replaced {
    my ($path, $from, $to) = @_;
    return plant($path, read_file($path), $from => $to);
}

my $CALLS = 'include/syscall.h';
my $FILE = 'kernel/syscall/sysfile.c';
my $PROGRAM = 'user/bin/reads.c';
my $READ = "sys_read(void)\n{\n";

subtest 'work of another lab' => sub {
    my ($first, $second) = ("$dir/first", "$dir/second");
    my @make = ('make', '-s', 'lab', 'L=warm-up');
    capture({ dir => $top }, @make, "DIR=$first");
    write_file("$first/$FILE", 'changed');
    says($top, 2, qr/changes that are not committed/, @make, "DIR=$second",
        "ON=$first");
    ok(!-e $second, '  and it makes nothing');
    write_file("$dir/ordinary", 'no folder');
    says($top, 2, qr/was not made/, @make, "DIR=$dir/ordinary/tree");
    work($first,
        $FILE => replaced("$top/$FILE", $READ => "$READ    // Mine.\n"),
        $CALLS => read_file("$top/$CALLS") . "SYSCALL(90, int, mine, (void))\n",
        $PROGRAM => "// Mine.\n", 'answers.md' => "Answers to that lab\n");
    says($top, 0, qr/^Work of lab warm-up: merged/m, @make, "DIR=$second",
        "ON=$first");
    like(read_file("$second/$FILE"), qr{// Mine}, 'the work is there');
    unlike(read_file("$second/answers.md"), qr/that lab/, 'no answers are');
    my (undef, $left) = capture({ dir => $second }, 'git', 'status',
        '--porcelain');
    is($left, '', 'and it is committed');
    says($top, 2, qr/is not a lab's tree/, @make, "DIR=$dir/third", 'ON=/tmp');

    my $later = "$dir/tracing";
    says($top, 0, qr/^Work of lab warm-up: merged/m, 'make', '-s', 'lab',
        'L=tracing', "DIR=$later", "ON=$first");
    is(read_file("$later/$PROGRAM"), "// Mine.\n",
        'a later lab has what only the first one has');
    my %conf = map { $_ => Lab::Conf->read("$later/labs/$_/lab.conf") }
        qw(warm-up tracing);
    ok($conf{tracing}->may_change($PROGRAM), '  and grades it');
    ok(!$conf{'warm-up'}->may_change('user/bin/trace.c'),
        '  but no lab those of later ones');
};

# A checkout of the project, whose base can move.
my $checkout = copy_tree();

subtest 'a newer handout' => sub {
    my $second = "$dir/second";
    my @update = ('make', '-s', 'update', "FROM=$checkout");
    says($second, 0, qr/^Nothing is new/m, @update);
    write_file("$second/$FILE", read_file("$second/$FILE") . "// More.\n");
    write_file("$checkout/kernel/main.c", read_file("$checkout/kernel/main.c")
        . "// Newer.\n");
    says($second, 2, qr/^Commit your changes first/m, @update);
    work($second);
    write_file("$checkout/$CALLS", read_file("$checkout/$CALLS")
        . "SYSCALL(91, int, theirs, (void))\n");
    says($second, 0, qr/^The newer handout: merged/m, @update);
    like(read_file("$second/kernel/main.c"), qr{// Newer}, 'it is there');
    like(read_file("$second/$FILE"), qr{// More}, 'the work still is');
    my $calls = read_file("$second/$CALLS");
    like($calls, qr/mine, .*theirs, |theirs, .*mine, /s,
        'calls that both have added are both there');

    write_file("$checkout/$FILE",
        replaced("$checkout/$FILE", $READ => "$READ    // Theirs.\n"));
    my $named = qr/these files .*\n    \Q$FILE\E\n/;
    says($second, 0, qr/^The newer handout: ${named}Look /m, @update);
    like(read_file("$second/$FILE"), qr{^<<<<<<<.*Mine.*^=======.*Theirs}ms,
        'a conflict is left to the student');
    says($checkout, 0, qr/^Work of lab warm-up: $named/m,
        'make', '-s', 'lab', 'L=warm-up', "DIR=$dir/third", "ON=$dir/first");
    like(read_file("$dir/third/$FILE"), qr{^<<<<<<<.*Theirs.*^=======.*Mine}ms,
        '  also one with work that is carried over');
    says($second, 2, qr/has no lab/, 'make', '-s', 'update', 'FROM=/tmp');

    # Where the newer one came from is known from then on.
    capture({ dir => $tree }, 'git', 'checkout', '-q', '.');
    my $conf = "$checkout/labs/warm-up/lab.conf";
    write_file($conf, read_file($conf) =~ s/^(version = )\d+/${1}99/mr);
    says($tree, 0, qr/^The newer handout: merged/m, @update);
    says($tree, 0, qr/^Nothing is new/m, 'make', '-s', 'update');
    like(read_file("$tree/.lab"), qr/^version = 99$/m, 'it stays');
    says($tree, 2, qr/has version \d+ .* the newer version 99: git pull/,
        'make', '-s', 'update', "FROM=$top");
    my $clone = "$dir/clone";
    capture('git', 'clone', '-q', $tree, $clone);
    says($clone, 2, qr/^Where is .* make update FROM=folder$/m, 'make', '-s',
        'update');
};

subtest 'what students are handed out' => sub {
    my (undef, $names) = capture({ dir => $tree }, 'git', 'ls-files', 'tests');
    my @tests = grep { /\.t$/ } split /\n/, $names;
    cmp_ok(scalar @tests, '>', 20, 'tests of the kernel');
    is(join(' ', grep { m{^tests/1} } @tests), '',
        'but not those of what a student changes');
    is(join(' ', grep { read_file("$tree/$_") =~ /\bstaff\b|plant\(/ } @tests),
        'tests/31-bad-boot.t', 'none that looks for staff/, or plants mistakes '
        . 'in what a student changes');
};

subtest 'patches after the base has moved' => sub {
    my $patch = 'staff/warm-up/solution.patch';
    my @git = ('git', '-c', 'user.name=A', '-c', 'user.email=a@localhost');
    my $moved = copy_tree(name => 'moved');
    my $commit = sub {
        for (['init', '-q'], ['add', '-A'], ['commit', '-q', '-m', 'so far']) {
            my ($status, $output) = capture({ dir => $moved }, @git, @$_);
            die $output if $status;
        }
    };
    # An older tree need not have all that one of today has.
    my $workflow = "$moved/labs/lib/grade.yml";
    unlink $workflow;
    $commit->();
    my @refresh = ('make', '-s', 'labs-refresh', 'L=warm-up');
    my $n = () = glob "$top/staff/warm-up/{,*/}*.patch";
    says($moved, 0, qr/^$n patches: 0 rewritten, 0 do not fit$/m, @refresh);
    write_file($workflow, read_file("$top/labs/lib/grade.yml"));

    # A line near what the patch changes is another one, and lines come before.
    write_file("$moved/$FILE", replaced("$moved/$FILE",
        'One copy for all three' => 'One copy for three') =~ s/^/\n/r);
    write_file("$moved/$FILE", replaced("$moved/$FILE",
        "address, (size_t)args.n);\n}" => "address, (size_t)(args.n));\n}"));
    says($moved, 0, qr/^rewrote \Q$patch\E$/m, @refresh);
    my ($status) = capture({ dir => $moved }, 'git', 'apply', '--check',
        '--include=kernel/*', $patch);
    is($status, 0, 'it fits');
    like(read_file("$moved/$patch"), qr/^\+sys_getreadcount/m, '  it is whole');
    $commit->();

    write_file("$moved/$FILE", replaced("$moved/$FILE",
        "    return transfer(false);\n" => "    return transfer(1 == 2);\n"));
    write_file("$moved/$FILE", replaced("$moved/$FILE", $READ => "$READ\n"));
    says($moved, 2, qr{^\Q$patch\E: its lines were changed in \Q$FILE\E$}m,
        @refresh);

    # One that no tree of history had.
    write_file("$moved/$patch", read_file("$moved/$patch")
        =~ s/^( .*)/$1 never so/gmr);
    says($moved, 2, qr{^\Q$patch\E: does not fit .*\(it does not fit\).*anew}m,
        @refresh);
};

done_testing();
