#!/usr/bin/env perl
# The kernel's file system keeps every promise while the power is cut, the disk
# fails, and images are damaged: tests/host runs the very source of kernel/fs as
# a program of this machine, with random calls that are compared with a model.
# fsck mends what was damaged.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use HostFs qw(@SANITIZERS build_host covered need_sanitizers run_host);
use Tree qw(temp_dir);

# Each way of building it: fast; with each access to memory checked; with the
# lines counted that run.  And what is run: parts, first seeds, and how many,
# then how many with LECTERN_SOAK.
my $soak = $ENV{LECTERN_SOAK};
my %builds = (
    plain => [['-O2'], [], [limits => 0, 30, 30], [torn => 1, 1, 1],
        [rounds => 1, 3, 400], [lives => 1, 80, 8000],
        [mutations => 1, 36, 400]],
    checked => [['-O1', @SANITIZERS], [], [limits => 0, 30, 30],
        [torn => 1, 1, 1], [rounds => 1001, 1, 100], [lives => 10001, 10, 800],
        [mutations => 1001, 5, 400]],
    counted => [['-O0'], ['--coverage'], [limits => 0, 30, 30],
        [rounds => 2001, 2, 10], [lives => 20001, 2, 10],
        [mutations => 2001, 1, 2]],
);

# Lines of kernel/fs that must run at least, in percent.
my $COVERED = 95;

# Builds and runs it; returns the figures.
my %total;
sub run_build {
    my ($name, $dir) = @_;
    my ($options, $extra, @parts) = @{ $builds{$name} };
    my $program = build_host($dir, $options, @$extra);
    for (@parts) {
        my ($part, $seed, $short, $long) = @$_;
        my $count = $soak ? $long : $short;
        my ($status, $output, $figures)
            = run_host($program, $part, $seed, $count);
        is($status, 0, "$name: $part") or diag($output);
        is($figures->{runs}, $count, '  all of them') or diag($output);
        $total{$_} += $figures->{$_} for keys %$figures;
    }
}

need_sanitizers();
run_build('plain', temp_dir());
run_build('checked', temp_dir());
my ($cuts, $images) = @total{'power cuts', 'damaged images'};
diag("$cuts power cuts, $images damaged images, of which "
    . "$total{'images repaired'} were repaired");
cmp_ok($cuts, '>=', $soak ? 100_000 : 1_000, 'there were many power cuts');
cmp_ok($images, '>=', 10_000, 'and many damaged images');

my $dir = temp_dir();
run_build('counted', $dir);
my @files = covered($dir);
diag(sprintf '%-22s %4d of %4d lines run', @$_) for @files;
my ($run, $lines) = (0, 0);
for (grep { $_->[0] =~ m{^kernel/fs/} } @files) {
    $run += $_->[1];
    $lines += $_->[2];
}
cmp_ok($lines, '>', 500, 'the lines of kernel/fs are counted');
cmp_ok($run, '>=', $lines * $COVERED / 100, "$COVERED % of them run");

done_testing();
