#!/usr/bin/env perl
# The tests are right about Unix: those of usertests that mean the same on every
# Unix pass on Linux too, where tests/linux/ makes our calls of Linux's, and for
# each of the others tests/linux/differences says what differs.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Linux qw(build_for_linux counts_folder_links refusal);
use Promises qw(named usertests);
use Tree qw($top capture read_file);

plan skip_all => refusal() if refusal();

my @tests = usertests();
my %is_unix = map { ($_->{name} => scalar($_->{flags} =~ /UNIX/)) } @tests;
my $nunix = grep { $_ } values %is_unix;

subtest 'what differs' => sub {
    my ($reason, %reason_of);
    for (split /\n/, read_file("$top/tests/linux/differences")) {
        next if /^#/ || $_ eq '';
        if (/^    (.*)/) {
            my @names = named($1, keys %is_unix);
            ok(scalar @names, "$1: is a test");
            for my $name (@names) {
                ok(!$is_unix{$name}, "$name: is not marked UNIX");
                ok(!$reason_of{$name}, "$name: is listed once");
                ok($reason_of{$name} = $reason, "$name: has a reason");
            }
        } else {
            $reason = $_;
        }
    }
    for my $name (grep { !$is_unix{$_} } sort keys %is_unix) {
        ok($reason_of{$name}, "$name: is in the list, or marked UNIX");
    }
};

# tests/linux/absent.c stands for these.
my $absent = qr{/(?:count|limit|limit_disk|segment|syscall|tidy|trap)\.c$};
my $dir = build_for_linux('usertests', "$top/tests/linux/absent.c",
    grep { !/$absent/ } glob "$top/user/test/usertests{,/*}.c");
my ($status, $tap) = capture({ dir => $dir, limit => 900 },
    "$dir/usertests", '-u');
my %passed = map { $_ => 1 } $tap =~ /^ok \d+ - (.*)$/mg;
for my $name (grep { $is_unix{$_} } sort keys %is_unix) {
    SKIP: {
        skip 'the file system of the host counts no links of folders', 1
            if !counts_folder_links($dir) && $name =~ /folder.* counte?d?s? /;
        ok($passed{$name}, "Linux: $name");
    }
}
my @failed = $tap =~ /^not ok .*\n(?:#.*\n)*/mg;
diag(@failed) if @failed;
my $ran = () = $tap =~ /^(?:not )?ok /mg;
is($ran, $nunix, 'all of them have run')
    or diag($tap);
cmp_ok($nunix, '>=', 200, 'there are many');

done_testing();
