# What trace prints.  The grader draws calls and their arguments, the test
# program tells the results that it got, and the console must have the lines
# that follow from both.
use strict;
use warnings;

use Lab::TraceLines qw(compare mark trace_line traced_text values_of);

# Calls that do no harm with odd arguments.  Descriptors are negative, and pids
# larger than any that there is.
my @KINDS = ([5, 'read', 'fd'], [6, 'kill', 'pid'], [10, 'dup', 'fd'],
    [11, 'getpid', 'any'], [13, 'sleep', 'fd'], [14, 'uptime', 'any'],
    [16, 'write', 'fd'], [21, 'close', 'fd'], [24, 'lseek', 'fd']);
my ($CALLS, $TRACED) = (20, 5);

# At which report is the console's text of this part to its end?
sub index_of {
    my ($run, $part) = @_;
    my @parts = map { unpack 'l<', $_ } @{ $run->{reports} };
    my ($at) = grep { $parts[$_] == $part } 0 .. $#parts;
    return $at;
}

sub text_of {
    my ($run, $before, $part) = @_;
    return traced_text($run, index_of($run, $before), index_of($run, $part));
}

my $FAILED = { expected => 'trace returns 0', seen => -1,
    cause => 'there is no call 28 yet, or it refuses a good pointer: see '
    . 'copyin in kernel/mem/usermem.h' };

my $DIED = { expected => 'the processes come to their end', seen => 'one did '
    . 'not', cause => 'fork or exec fails, or a traced call ends the process' };

sub draw_call {
    my ($draw) = @_;
    my ($number, $name, $first) = @{ $KINDS[$draw->(0, $#KINDS)] };
    my $argument = $first eq 'fd' ? -$draw->(1, 9999)
        : $first eq 'pid' ? $draw->(1_000_000, 9_999_999)
        : $draw->(-9999, 9999);
    return { number => $number, name => $name, arguments => [$argument,
        $draw->(-999_999, 999_999), $draw->(-999_999, 999_999)] };
}

sub lines {
    my ($run) = @_;
    my ($values) = values_of($run, 1);
    my ($on, $off, @results) = @$values;
    return $FAILED if $on != 0 || $off != 0;
    my @expected;
    for my $i (0 .. $CALLS - 1) {
        my $call = $run->{input}{calls}[$i];
        push @expected, trace_line(1, 'init', $call->{name},
            $call->{arguments}, $results[$i])
            if $run->{input}{traced}{ $call->{number} };
    }
    return compare('of the first process, with the calls '
        . join(' ', map { $_->[1] } grep { $run->{input}{traced}{ $_->[0] } }
        @KINDS), text_of($run, 0, 1), @expected);
}

sub children {
    my ($run) = @_;
    my ($forked) = values_of($run, 3);
    my @expected = map { trace_line(1, 'init', 'fork', [], $_) }
        @$forked[0, 1];
    my @numbers = @{ $run->{input}{children} };
    return $DIED if values_of($run, 2) != @numbers;
    push @expected, (map { trace_line(1, 'init', 'wait', [0], $_) }
        @$forked[2, 3]), trace_line(1, 'init', 'dup', [-$numbers[0]], -1);
    for my $seen (values_of($run, 2)) {
        my ($n, $pid, $child, $waited) = @$seen;
        push @expected, trace_line($pid, 'init', 'dup', [-$n], -1),
            trace_line($pid, 'init', 'fork', [], $child),
            trace_line($child, 'init', 'kill', [1000 * $n], -1),
            trace_line($pid, 'init', 'wait', [0], $waited);
    }
    return compare('of processes with children, with the calls fork dup kill '
        . 'wait', text_of($run, 1, 3), @expected);
}

sub ends {
    my ($run) = @_;
    my ($seen) = values_of($run, 5) or return $DIED;
    my ($pid, $nowhere, $nothing, $other, $argv) = @$seen;
    my ($n, $status) = @{ $run->{input}{digits} };
    my ($ended) = values_of($run, 4);
    return { expected => "the status of the traced program: $status",
        seen => $ended->[0], cause => 'a traced call must do what it does '
        . 'without trace, and its result must be handed on' }
        if $ended->[0] != $status;
    return compare('of a process that calls exec and then exits, with the '
        . 'calls exec exit dup read', text_of($run, 5, 4),
        trace_line($pid, 'init', 'exec', [$nowhere, $nothing], -1),
        trace_line($pid, 'init', 'exec', [$other, $argv], 0),
        trace_line($pid, 'other', 'dup', [-$n], -1),
        trace_line($pid, 'other', 'read', [-$n, $n, 0], -1),
        trace_line($pid, 'other', 'exit', [$status], '?'));
}

return {
    program => 'trace',
    helpers => ['other'],
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        my @kinds = @KINDS;
        my @traced = map { splice @kinds, $draw->(0, $#kinds), 1 } 1 .. $TRACED;
        my @calls = map { draw_call($draw) } 1 .. $CALLS;
        return {
            traced => { map { $_->[0] => 1 } @traced },
            calls => \@calls,
            children => [$draw->(1000, 4999), $draw->(5000, 9999)],
            digits => [$draw->(100, 999), $draw->(100, 199)],
        };
    },
    pack => sub {
        my ($input) = @_;
        my $set = 0;
        $set |= 1 << $_ for keys %{ $input->{traced} };
        return ($set, 0, (map { ($_->{number}, @{ $_->{arguments} }) }
            @{ $input->{calls} }), @{ $input->{children} },
            map { unpack 'l<', pack 'a4', $_ } @{ $input->{digits} });
    },
    at_report => \&mark,
    parts => { lines => \&lines, children => \&children, ends => \&ends },
};
