#!/usr/bin/env perl
# docs/syscalls.md describes each system call, each of its promises names a test
# that shows it, and no test of usertests shows what nobody has promised.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";
use Time::HiRes qw(time);

use Machine;
use Promises qw(named usertests);
use Tree qw($top read_file);

my @tests = map { $_->{name} } usertests();
my @calls;                      # [name, prototype]
my $list = read_file("$top/include/syscall.h");
while ($list =~ /^SYSCALL\(\d+, (.*?), (\w+), (\(.*\))\)$/mg) {
    my ($result, $name, $parameters) = ($1, $2, $3);
    $result .= ' ' if $result !~ /\*$/;
    push @calls, [$name, "$result$name$parameters"];
}

# These return nothing, or cannot fail.
my %never_fails = map { $_ => 1 } qw(exit getpid sleep uptime);

# The promises of a part of the manual, each one line of text.
sub promises {
    my ($text) = @_;
    return map { s/\s+/ /gr } $text =~ /^- (.*(?:\n  .*)*)/mg;
}

# The tests that a promise names.
sub tests_of {
    my ($promise) = @_;
    return $promise =~ m{\[((?:tests/|[a-z]+: )[^]]+)\]}g;
}

# Returns what is wrong with a manual, a line for each mistake.
sub mistakes {
    my ($manual) = @_;
    my (@mistakes, %is_named);
    for my $promise (promises($manual)) {
        my @named = tests_of($promise);
        push @mistakes, "names no test: $promise" if !@named;
        for my $name (@named) {
            my @found = $name =~ m{^tests/}
                ? grep { -e } "$top/$name" : named($name, @tests);
            push @mistakes, "there is no $name" if !@found;
            $is_named{$_} = 1 for @found;
        }
    }
    push @mistakes, map { "no promise of $_" }
        grep { !$is_named{$_} } @tests;

    for (@calls) {
        my ($name, $prototype) = @$_;
        my ($part) = $manual =~ /^### \Q$name\E\n\n(.*?)(?=^##)/ms;
        if (!defined $part) {
            push @mistakes, "no description of $name";
            next;
        }
        my @promises = promises($part);
        my $nerrors = grep { /^-1/ } @promises;
        push @mistakes, "not the prototype of $name"
            if $part !~ /^    \Q$prototype\E\n/;
        push @mistakes, "$name promises nothing" if @promises == $nerrors;
        push @mistakes, "no errors of $name"
            if !$nerrors && !$never_fails{$name};
    }
    return join '', map { "$_\n" } @mistakes;
}

my $manual = read_file("$top/docs/syscalls.md");
cmp_ok(scalar @calls, '>=', 25, 'there are 25 calls');
cmp_ok(scalar @tests, '>=', 300, 'there are 300 tests');
is(mistakes($manual), '', 'the manual is complete');

# It would be seen if it were not.
for (['a call left out', qr/^### dup\n.*?(?=^###)/ms, qr/no description of dup/],
    ['another prototype', qr/int ticks\)/, qr/not the prototype of sleep/],
    ['a test that is not there', qr/holds 4(?= KiB)/, qr/there is no pipe: /],
    ['a promise without a test', qr/\s\[fork: the child has no.*?\]/s,
        qr/names no test: .*\nno promise of fork: the child has no/],
    ['a call without errors', qr/^- -1: the code is not.*?\]\n/ms,
        qr/no errors of halt/]) {
    my ($what, $passage, $complaint) = @$_;
    my $changed = $manual;
    ok($changed =~ s/$passage//, "planted: $what");
    like(mistakes($changed), $complaint, '  is seen');
}

# No test inside the machine can know how long a second is.
my $machine = Machine->boot;
my $before = time;
$machine->run('sleep 2');
my $seconds = time - $before;
cmp_ok($seconds, '>=', 1.9, 'sleeping for 200 ticks takes two seconds');
cmp_ok($seconds, '<=', 20, '  or little more');
$machine->halt;

done_testing();
