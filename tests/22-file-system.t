#!/usr/bin/env perl
# The kernel's file system keeps every promise while the power is cut, the disk
# fails, and images are damaged: tests/host runs the very source of kernel/fs as
# a program of this machine, with random calls that are compared with a model.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Tree qw($top capture temp_dir);

my $dir = temp_dir();
my @sources = map { glob "$top/$_" } 'tests/host/*.c', 'kernel/fs/*.c',
    'kernel/file/*.c',
    'kernel/sched/sleeplock.c',
        'mkfs/{check,folder,image,replay,tree,volume}.c';
my @includes = map { "-I$top/$_" } qw(tests/host/shim include tests/host kernel mkfs);

# Each way of building it and its rounds.  With LECTERN_SOAK there are more, and
# each access to memory is checked, too.
my $soak = $ENV{LECTERN_SOAK};
for (['plain', [], $soak ? 400 : 4],
     $soak ? ['checked', ['-fsanitize=address,undefined'], 100] : ()) {
    my ($name, $options, $rounds) = @$_;
    subtest $name => sub {
        my ($status, $output) = capture($ENV{HOSTCC} // 'cc', '-std=gnu17',
            '-O2', '-w',
            @$options, @includes, '-o', "$dir/$name", @sources);
        plan skip_all => 'this compiler has no sanitizers'
            if $status && @$options;
        is($status, 0, 'it compiles') or diag($output);
        ($status, $output) = capture({ dir => $dir, limit => 3600 },
            "$dir/$name", 1, $rounds);
        is($status, 0, "$rounds rounds") or diag($output);
        my ($ran,
            $failures) = $output =~ /^hostfs: (\d+) rounds.*: (\d+) failures$/m;
        is($ran, $rounds, '  have run');
        is($failures, 0, '  and none failed') or diag($output);
    };
}

done_testing();
