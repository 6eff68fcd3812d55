# What clone and join refuse, who is waited for, and many threads at once.
use strict;
use warnings;

my $BAD = 8;
my @BAD = ('in the middle of a page', '16 bytes behind the start of a page',
    "the program's text", "the guard below main's stack",
    'the page above the heap', "the kernel's memory", 'the last page of all',
    'where no memory is');
my @NAMES = qw(child thread nothing_to_join nothing_to_wait join_child
    wait_thread waited status joined cloned started sum joins last);

sub seen {
    my ($run) = @_;
    my ($good, @values) = unpack 'l<*', $run->{reports}[0];
    my %seen = (good => $good, bad => [splice @values, 0, $BAD]);
    @seen{@NAMES} = @values;
    return \%seen;
}

sub stack {
    my ($run) = @_;
    my $seen = seen($run);
    for my $i (0 .. $BAD - 1) {
        return {
            expected => "clone returns -1 if the stack is $BAD[$i]",
            seen => $seen->{bad}[$i],
            cause => 'it must begin at a multiple of 4096, and user mode must '
                . 'be allowed to write all of the page: user_range_ok',
        } if $seen->{bad}[$i] != -1;
    }
    return $seen->{good} == 1 ? undef : {
        expected => 'a thread runs whose stack is a good page',
        seen => 'it did not',
        cause => 'clone refuses too much, or there is none yet',
    };
}

# The steps of the test, each with what it returns.
sub waits {
    my ($run) = @_;
    my $seen = seen($run);
    my $wait = 'wait takes children and no threads, join takes threads and no '
        . 'children, and both return -1 if there is none of them';
    my @steps = (
        [nothing_to_join => -1, 'join, with no threads', $wait],
        [nothing_to_wait => -1, 'wait, with no children', $wait],
        [join_child => -1, 'join, with a child and no thread', $wait],
        [waited => $seen->{child}, 'wait, after a child and a thread have '
            . 'ended', $wait],
        [status => $run->{input}{status}, 'the status of the child',
            'wait has changed'],
        [wait_thread => -1, 'wait, with a thread that has ended', $wait],
        [joined => $seen->{thread}, 'join, then', $wait],
    );
    for my $step (@steps) {
        my ($name, $expected, $what, $cause) = @$step;
        return { expected => "$what: $expected", seen => $seen->{$name},
            cause => $cause } if $seen->{$name} != $expected;
    }
    return $seen->{thread} > 0 ? undef : { expected => 'clone makes a thread',
        seen => $seen->{thread}, cause => 'there is no call 33 yet' };
}

sub many {
    my ($run) = @_;
    my $seen = seen($run);
    my $n = $run->{input}{threads};
    my $sum = $n * $run->{input}{add} + $n * ($n - 1) / 2;
    my @steps = (
        [cloned => $n, 'threads that clone makes',
            'an entry of the process table or a page is lost with each thread'],
        [started => $n, 'threads that run at the same time',
            'a thread does not reach its function'],
        [sum => $sum, 'the sum that they make, each by one step for all CPUs',
            'a thread got a wrong argument, or died'],
        [joins => $n, 'threads that join returns', 'join misses some'],
        [last => -1, 'join, then', 'join takes a thread twice'],
    );
    for my $step (@steps) {
        my ($name, $expected, $what, $cause) = @$step;
        return { expected => "$what: $expected", seen => $seen->{$name},
            cause => $cause } if $seen->{$name} != $expected;
    }
    return undef;
}

return {
    program => 'limits',
    cpus => 4,
    input => sub {
        my ($draw) = @_;
        return { offset => $draw->(1, 4095), threads => $draw->(45, 60),
            add => $draw->(1000, 9999), status => $draw->(1, 99) };
    },
    pack => sub { return @{ $_[0] }{qw(offset threads add status)} },
    parts => { stack => \&stack, wait => \&waits, many => \&many },
};
