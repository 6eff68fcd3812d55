#!/usr/bin/env perl
# What tools find in the kernel: the analyzers of gcc and clang, and cppcheck; a
# build that traps wherever the C standard leaves open what happens; and how
# deep the stacks can get.  Each is also shown to find what was planted for it,
# and `make coverage` to see what ran.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw($top built capture copy_tree read_file temp_dir write_file);

# The versions whose findings tools/lint-known explains: Debian 12's.
my %VERSION = ('gcc' => qr/ 12\.\d/, 'clang' => qr/ 14\./,
    'cppcheck' => qr/ 2\.10/);

subtest 'analyzers' => sub {
    my @others = grep { !(capture($_, '--version'))[1] =~ $VERSION{$_} }
        sort keys %VERSION;
    my ($status, $output) = capture({ dir => $top, limit => 900 },
        'tools/lint');
    note($output);
    TODO: {
        local $TODO = "other versions of @others may find something else"
            if @others;
        is($status, 0, 'each finding has its reason') or diag($output);
    }

    # A kernel of one file, and a list with a finding that is not there.
    my $dir = temp_dir();
    mkdir "$dir/$_" for qw(kernel kernel/lib bootblock include tools);
    write_file("$dir/kernel/lib/planted.c", "int planted(int n);\n\n"
        . "int\nplanted(int n)\n{\n    int a[4], *p = 0;\n\n"
        . "    if (n > 3)\n        return a[2];\n    if (n > 2)\n"
        . "        return a[n + 4];\n    return *p;\n}\n");
    my $other = 'kernel/lib/planted.c: someKind: return 0;';
    write_file("$dir/tools/lint-known", "$other\n    No reason.\n");
    ($status, $output) = capture({ dir => $dir }, "$top/tools/lint");
    isnt($status, 0, 'what is planted is found');
    like($output, qr{planted\.c: \Q$_\E: return}, "  by $_") for
        '-Wanalyzer-null-dereference', 'core.NullDereference', 'uninitvar';
    like($output, qr{^\Q$other\E\n    NOT FOUND}m,
        'so is a reason for what is no more');
};

my $dir = copy_tree(with_build => 1);
sub make { return capture({ dir => $dir, limit => 900 }, 'make', @_) }

subtest 'stacks' => sub {
    my ($size) = read_file("$top/kernel/x86/mmu.h")
        =~ /KSTACKSIZE\s*(?:=|\s)\s*(\w+)/;
    $size = 4096 if $size eq 'PGSIZE';
    my ($status, $output) = capture({ dir => $top }, 'tools/stack',
        built('kernel.elf'), $size);
    is($status, 0, 'no chain of calls is too deep') or diag($output);
    note($output);
    my ($deepest) = $output =~ /panic in that: (\d+) of/;
    cmp_ok($deepest // 0, '>', 1000, 'it sees the deep ones');
    ($status, $output) = capture({ dir => $top }, 'tools/stack',
        built('kernel.elf'), $deepest - 1);
    isnt($status, 0, 'a stack that is too small');
    like($output, qr/stack of a process may overflow/, '  is seen');

    write_file("$dir/kernel/lib/planted.c", "int planted(int n);\n\n"
        . "int\nplanted(int n)\n{\n    volatile char big[1000];\n"
        . "    big[n] = 1;\n    return big[0];\n}\n");
    ($status, $output) = make('WERROR=1', 'build/kernel/lib/planted.o');
    isnt($status, 0, 'a function that needs 1000 bytes');
    like($output, qr/planted.*frame/s, '  is not compiled');
    unlink "$dir/kernel/lib/planted.c";
};

subtest 'undefined behaviour' => sub {
    my $o = "$dir/undefined";
    my $boot = sub {
        my ($status, $output) = make('UNDEFINED=1', "O=$o",
            "$o/kernel.stripped");
        is($status, 0, 'the kernel that traps on it') or diag($output);
        my $image = "$o/image";
        unlink $image;
        ($status, $output) = capture(built('mkfs'),
            '-B', built('boot/bootblock.bin'), '-K', "$o/kernel.stripped",
            $image, glob built('disk/*'));
        is($status, 0, 'its disk') or diag($output);
        return Machine->start(image => $image, smp => 1);
    };
    my $machine = $boot->();
    $machine->prompt;
    my $tap = $machine->run('usertests', 900);
    like($tap, qr/^# \d{3} passed, 0 failed$/m, 'passes all of usertests')
        or diag($tap);
    $machine->halt;

    my $main = read_file("$dir/kernel/main.c");
    my $planted = $main =~ s/^    userinit\(\);/    volatile int n = 0x7fffffff;
    n = n + 1;\n$&/mr;
    isnt($planted, $main, 'main gets an overflow');
    write_file("$dir/kernel/main.c", $planted);
    $machine = $boot->();
    $machine->expect(qr/^panic: .*invalid instruction.*\(main\+/m);
    pass('which is a panic');
};

subtest 'coverage' => sub {
    my $logs = temp_dir();
    local $ENV{LECTERN_COVERAGE} = $logs;
    my $machine = Machine->boot();
    $machine->kill;
    my ($status, $output) = capture({ dir => $top }, 'tools/coverage', $logs,
        built(''));
    isnt($status, 0, 'a boot alone does not cover enough');
    like($output, qr/^Of 1 machine/m, 'its log is understood');
    like($output, qr{ 100\.0 %  kernel/sched/swtch\.S$}m,
        'what runs is counted');
    like($output, qr{^kernel/fs/ops\.c move, lines [\d ]+: NO REASON}m,
        'what does not run is named');
    like($output, qr{^kernel/core/panic\.c panic, lines [\d ]+: a bug}m,
        '  with a reason that is known');
};

done_testing();
