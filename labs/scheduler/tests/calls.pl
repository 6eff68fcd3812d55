# Tickets and getpinfo.
use strict;
use warnings;

# Of pinfo.h, and of programs/calls.c.
my ($FIRST, $MOST, $NUMBERS, $CHILDREN, $ENTRIES) = (10, 1000, 8, 12, 256);
my $POLICIES = 3;

sub seen_numbers {
    my ($run) = @_;
    my ($first, @rest) = unpack 'l<*', $run->{reports}[0];
    return ($first, map { [splice @rest, 0, 2] } 1 .. $NUMBERS);
}

# A report of the table: what the call returned, the children's pids, the
# grandchild's, how many entries, and the entries by pid.
sub seen_table {
    my ($run, $n) = @_;
    my ($result, @rest) = unpack 'l<*', $run->{reports}[1 + $n];
    my @pids = splice @rest, 0, $CHILDREN;
    my ($grandchild, $count, @entries) = @rest;
    my %entry;
    my $filled = $count > 0 && $count <= $ENTRIES ? $count : 0;
    for (1 .. $filled) {
        my ($pid, $tickets) = splice @entries, 0, 3;
        return { result => $result, count => $count, twice => $pid }
            if $entry{$pid};
        $entry{$pid} = { tickets => $tickets };
    }
    return { result => $result, count => $count, entry => \%entry,
        pids => [@pids[0 .. $run->{input}{children} - 1]],
        grandchild => $grandchild };
}

sub tickets {
    my ($run) = @_;
    my ($before, @seen) = seen_numbers($run);
    for my $i (0 .. $NUMBERS - 1) {
        my $number = $run->{input}{numbers}[$i];
        my $good = $number >= 1 && $number <= $MOST;
        my $result = $good ? 0 : -1;
        my $after = $good ? $number : $before;
        return {
            expected => "settickets($number) returns $result, and there are "
                . "$after tickets then",
            seen => "it returned $seen[$i][0], and getpinfo tells of "
                . ($seen[$i][1] < 0 ? 'no such process'
                    : "$seen[$i][1] tickets"),
            cause => $seen[$i][1] < 0 ? 'there is no getpinfo yet, or it lacks '
                . 'the process that calls it'
                : $good && $seen[$i][0] == 0 ? 'a process has its tickets at '
                . 'once, and getpinfo tells of them in the same turn'
                : $good ? 'numbers from 1 to TICKETS_MAX are taken'
                : 'numbers below 1 and above TICKETS_MAX change nothing',
        } if $seen[$i][0] != $result || $seen[$i][1] != $after;
        $before = $after;
    }
    return undef;
}

sub inherit {
    my ($run) = @_;
    my ($first) = seen_numbers($run);
    return { expected => "the first process has $FIRST tickets",
        seen => $first < 0 ? 'getpinfo has no entry for it' : "it has $first",
        cause => 'userinit makes the first process: it has no parent to have '
            . 'tickets from' } if $first != $FIRST;
    my $table = seen_table($run, 0);
    my $expected = $run->{input}{tickets}[0];
    my $seen = ($table->{entry}{ $table->{grandchild} // 0 } // {})->{tickets};
    return undef if defined $seen && $seen == $expected;
    return { expected => "a process with $expected tickets forks: its child "
            . "has $expected",
        seen => defined $seen ? "it has $seen" : 'getpinfo has no entry for it',
        cause => 'fork copies the tickets, before the child can run' };
}

sub table {
    my ($run) = @_;
    my $n = $run->{input}{children};
    # The first process, its children and one grandchild; then the grandchild is
    # gone and the children wait to be waited for.
    my @times = (['while all wait', $n + 2], ['when they have ended', $n + 1],
        ['when they have been waited for', 1]);
    for my $time (0 .. 2) {
        my ($when, $expected) = @{ $times[$time] };
        my $table = seen_table($run, $time);
        my %wrong = (expected => "$when: getpinfo returns 0, with $expected "
            . 'entries', cause => 'each process that has begun to run has one '
            . 'entry until its parent has waited for it; n is their number');
        return { %wrong, seen => $table->{result} != 0
                ? "it returned $table->{result}"
                : $table->{twice} ? "pid $table->{twice} twice"
                : "$table->{count} entries" }
            if $table->{result} != 0 || $table->{count} != $expected;
        next if $time == 2;
        for my $i (0 .. $n - 1) {
            my ($pid, $want) = ($table->{pids}[$i], $run->{input}{tickets}[$i]);
            my $seen = ($table->{entry}{$pid} // {})->{tickets};
            return { expected => "$when: process $pid has $want tickets",
                seen => defined $seen ? "$seen" : 'it has no entry',
                cause => 'each entry tells of one process, from its own place '
                    . 'in the process table' }
                if !defined $seen || $seen != $want;
        }
    }
    return refused($run);
}

sub refused {
    my ($run) = @_;
    my @results = unpack 'l<*', $run->{reports}[4];
    for my $i (0 .. $POLICIES - 1) {
        return { expected => "setpolicy($run->{input}{policies}[$i]) returns "
                . '-1', seen => "it returned $results[$i]",
            cause => 'there is no such policy in enum policy' }
            if $results[$i] != -1;
    }
    return undef if $results[$POLICIES] == -1;
    return { expected => sprintf('getpinfo(%#x) returns -1, as the program may '
            . 'not write there', $run->{input}{address}),
        seen => "it returned $results[$POLICIES]",
        cause => 'an address from a program is checked before anything is '
            . 'written there; copyout does so, and what it returns counts' };
}

return {
    program => 'calls',
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        return {
            numbers => [$draw->(20, 900), 0, -1, $draw->(1, 9), $MOST + 1,
                -$draw->(1000, 1 << 30), $MOST, 1],
            children => $draw->(5, $CHILDREN),
            tickets => [map { $draw->(11, $MOST) } 1 .. $CHILDREN],
            policies => [3, -1, $draw->(4, 1 << 30)],
            # The kernel's, in the first MB: who writes there does no harm.
            address => 0x80002000 + 4 * $draw->(0, 1000) };
    },
    pack => sub {
        my ($input) = @_;
        return (@{ $input->{numbers} }, $input->{children},
            @{ $input->{tickets} }, @{ $input->{policies} },
            unpack 'l', pack 'L', $input->{address});
    },
    parts => { tickets => \&tickets, inherit => \&inherit, table => \&table },
};
