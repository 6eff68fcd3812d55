# Odd ways to call, with trace on.
use strict;
use warnings;

use Lab::TraceLines qw(compare mark trace_line traced_text values_of);

my $ROUNDS = 3;

# Each part stands behind a report 0; part n behind the nth.
sub text_of {
    my ($run, $part) = @_;
    my @parts = map { unpack 'l<', $_ } @{ $run->{reports} };
    my @begins = grep { $parts[$_] == 0 } 0 .. $#parts;
    return traced_text($run, $begins[$part - 1], $begins[$part]);
}

sub wrong {
    my ($expected, $seen, $cause) = @_;
    return { expected => $expected, seen => $seen, cause => $cause };
}

my $DIED = wrong('the process comes to its end', 'it did not',
    'a call ends it, or one is forbidden that is not in the set');

sub off {
    my ($run) = @_;
    my ($seen) = values_of($run, 1) or return $DIED;
    my $n = $run->{input}{n};
    my ($pid, $first, $second, $none, $forbidden, $before, $after, $denied)
        = @$seen;
    return wrong('a forbidden call of dup is counted', 'it is not',
        'count before you ask whether it is forbidden')
        if $after != $before + 1;
    return wrong('where trace is forbidden, it returns -1', $denied,
        'no call but exit is above the sandbox') if $denied != -1;
    my $line = sub { return trace_line($pid, 'init', @_) };
    return compare('of a process that traces trace itself, then goes into a '
        . 'sandbox', text_of($run, 1),
        $line->('trace', [$second], 0),
        $line->('dup', [-$n], -1),
        $line->('trace', [$none], 0),
        $line->('sandbox', [$forbidden], 0),
        $line->('dup', [0], -1),
        $line->('trace', [$none], -1),
        $line->('dup', [-$n - 1], -1));
}

sub stack {
    my ($run) = @_;
    my ($seen) = values_of($run, 2) or return $DIED;
    my $pid = $seen->[0];
    return wrong('getpid works whatever the stack pointer is', $seen->[1],
        'only arguments that the call has may be read')
        if $seen->[1] != $pid;
    return compare('of calls whose arguments cannot all be read',
        text_of($run, 2),
        trace_line($pid, 'init', 'read', ['?', '?', '?'], -1),
        trace_line($pid, 'init', 'lseek', [-$run->{input}{n}, '?', '?'], -1),
        trace_line($pid, 'init', 'getpid', [], $pid));
}

sub high {
    my ($run) = @_;
    my ($seen) = values_of($run, 3) or return $DIED;
    my ($pid, $trace, $sandbox, $getpid, $uptime, $odd) = @$seen;
    my $shift = 'bit n stands for call n only: shift a 64-bit number, and '
        . 'look at the number before you shift by it';
    return wrong('trace and sandbox take bits that stand for no call',
        "they return $trace and $sandbox", 'they are to be ignored')
        if $trace != 0 || $sandbox != 0;
    return wrong('bits above 35 forbid neither getpid nor uptime',
        "they return $getpid and $uptime", $shift)
        if $getpid != $pid || $uptime < 0;
    return wrong("call $odd, which there is not, returns -1",
        'it returns something else', $shift) if $odd != -1;
    return compare('of a process that makes calls that there are not, and '
        . 'then dup, with all bits set', text_of($run, 3),
        trace_line($pid, 'init', 'dup', [$run->{input}{n}], -1),
        (map { trace_line($pid, 'init', 'trace', [$_], 0) }
            text_of($run, 3) =~ /^$pid init: trace\((-?\d+)\) = 0$/m));
}

sub fresh {
    my ($run) = @_;
    my @seen = values_of($run, 4);
    return $DIED if @seen != $ROUNDS;
    for my $seen (@seen) {
        my (undef, $count, $getpid, $uptime) = @$seen;
        return wrong('a new process has counted 0 calls', $count,
            'allocproc clears struct proc; what you keep elsewhere you have to '
            . 'clear yourself') if $count != 0;
        return wrong('a new process may do what its parent may', 'getpid or '
            . 'uptime returns -1', 'what was forbidden to the last process in '
            . 'this entry of the table is still there')
            if $getpid == -1 || $uptime == -1;
    }
    return compare('of new processes whose parent is not traced',
        text_of($run, 4));
}

sub first {
    my ($run) = @_;
    my ($seen) = values_of($run, 5) or return $DIED;
    my (undef, $getpid, $fork, $uptime) = @$seen;
    return wrong('process 1 can go into a sandbox: getpid and fork return -1',
        "they return $getpid and $fork", 'no process is above the sandbox')
        if $getpid != -1 || $fork != -1;
    return $uptime >= 0 ? undef : wrong('uptime, which is not forbidden, works',
        'it returns -1', 'only the calls of the set are forbidden');
}

return {
    program => 'edges',
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        my @high = map { $draw->(50, 62) } 1 .. 2;
        return {
            n => $draw->(100, 499),
            odd => [$high[0], 63, 64 + 11, 64 + 14, -$draw->(1, 1_000_000),
                0x7fffffff],
            # Those 32 above read, getpid and uptime among them.
            high => [37, 43, 46, 63, @high],
        };
    },
    pack => sub {
        my ($input) = @_;
        my $set = 0;
        $set |= 1 << $_ - 32 for @{ $input->{high} };
        return ($input->{n}, @{ $input->{odd} }, 0, unpack 'l', pack 'L', $set);
    },
    at_report => \&mark,
    parts => { off => \&off, stack => \&stack, high => \&high,
        fresh => \&fresh, first => \&first },
};
