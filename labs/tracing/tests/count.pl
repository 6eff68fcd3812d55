# The counts of calls, as processes see their own.
use strict;
use warnings;

# Calls that do nothing but fail, or tell something, if their arguments are -1.
my @KINDS = ([5, 'read'], [6, 'kill'], [10, 'dup'], [11, 'getpid'],
    [14, 'uptime'], [21, 'close'], [23, 'fsync']);
my ($N, $ODD) = (4, 4);

# A new process's calls of callcount before it asks for their count.
my $ASKED = 2 * $N + $ODD;

# One report, by name.
sub seen {
    my ($run, $who) = @_;
    for my $bytes (@{ $run->{reports} }) {
        my ($id, @values) = unpack 'l<*', $bytes;
        next if $id != $who;
        return { before => [splice @values, 0, $N],
            after => [splice @values, 0, $N], twice => [splice @values, 0, 2],
            odd => \@values };
    }
    return undef;
}

my $MISSING = 'there is no call 27 yet: its line in include/syscall.h, and its '
    . 'function sys_callcount';

# Judges by how much each count of a process grew, and where it began.
sub grew {
    my ($run, $who, $whose, $times, $start) = @_;
    my $seen = seen($run, $who) // return { expected => "$whose counts",
        seen => 'it never came so far',
        cause => 'fork, exec or wait fails that did not before' };
    for my $i (0 .. $N - 1) {
        my (undef, $name) = @{ $run->{input}{kinds}[$i] };
        my ($before, $after) = ($seen->{before}[$i], $seen->{after}[$i]);
        return { expected => "$whose has made no call of $name: callcount is 0",
            seen => $before, cause => $before < 0 ? $MISSING
                : 'a new process has made no calls: fork must not copy the '
                . 'counts, nor may they be of all processes together' }
            if $start eq 'zero' && $before != 0;
        my $expected = $times->[$i];
        next if $before >= 0 && $after - $before == $expected;
        return {
            expected => "$whose makes $expected calls of $name: its count "
                . "grows by $expected",
            seen => $before < 0 ? "callcount returns $before"
                : 'it grew by ' . ($after - $before),
            cause => $before < 0 ? $MISSING : $after - $before < $expected
                ? 'calls that fail count as well: count before the call is '
                . 'carried out'
                : 'a call is counted twice, or numbers that no call has '
                . 'change the counts of others',
        };
    }
    return undef;
}

return {
    program => 'count',
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        my @kinds = @KINDS;
        @kinds = map { splice @kinds, $draw->(0, $#kinds), 1 } 1 .. $N;
        return {
            kinds => \@kinds,
            times => [map { $draw->(20, 90) } 1 .. $N],
            child => [map { $draw->(100, 190) } 1 .. $N],
            odd => [0, $draw->(50, 63), $draw->(64, 90),
                -$draw->(1, 1_000_000)],
        };
    },
    pack => sub {
        my ($input) = @_;
        return ((map { $_->[0] } @{ $input->{kinds} }),
            map { @$_ } @{$input}{qw(times child odd)});
    },
    parts => {
        own => sub {
            my ($run) = @_;
            my $wrong = grew($run, 0, 'the first process',
                $run->{input}{times}, 'any');
            return $wrong if $wrong;
            my ($once, $again) = @{ seen($run, 0)->{twice} };
            return undef if $again == $once + 1;
            return { expected => "callcount(27) is $once, and then "
                . ($once + 1), seen => $again,
                cause => 'callcount counts itself, like any call' };
        },
        child => sub {
            my ($run) = @_;
            my $input = $run->{input};
            return grew($run, 1, 'a child', $input->{child}, 'zero')
                // begins($run)
                // grew($run, 3, 'the parent, later', $input->{times}, 'any')
                // later($run);
        },
        exec => sub {
            my ($run) = @_;
            my $wrong = grew($run, 2, 'the child, after exec,',
                $run->{input}{times}, 'any');
            return $wrong if $wrong;
            my ($old, $new) = (seen($run, 1), seen($run, 2));
            for my $i (0 .. $N - 1) {
                my (undef, $name) = @{ $run->{input}{kinds}[$i] };
                return { expected => "the count of $name stays over exec: "
                    . $old->{after}[$i], seen => $new->{before}[$i],
                    cause => 'exec replaces the program, not the process' }
                    if $old->{after}[$i] != $new->{before}[$i];
            }
            return undef;
        },
        unknown => sub {
            my ($run) = @_;
            my $seen = seen($run, 0);
            return { expected => 'callcount works for calls that there are',
                seen => 'it returns -1', cause => $MISSING }
                if $seen->{before}[0] < 0;
            for my $i (0 .. $ODD - 1) {
                return { expected => "callcount($run->{input}{odd}[$i]) is -1: "
                    . 'no call has this number', seen => $seen->{odd}[$i],
                    cause => 'compare with the table before you index it; a '
                    . 'number is unsigned in syscall(), and an int as an '
                    . 'argument; the table has gaps' }
                    if $seen->{odd}[$i] != -1;
            }
            return undef;
        },
    },
};

# callcount counts itself, and when it begins.
sub begins {
    my ($run) = @_;
    my $seen = seen($run, 1)->{twice}[0];
    return undef if $seen == $ASKED + 1;
    return { expected => "a child has called callcount $ASKED times: now "
        . 'callcount(27) is ' . ($ASKED + 1) . ', with this call',
        seen => $seen, cause => 'a call counts when it begins: count before '
        . 'it is carried out, whatever becomes of it' };
}

# What the parent counts behind its child's life goes on where it was.
sub later {
    my ($run) = @_;
    my ($first, $last) = (seen($run, 0), seen($run, 3));
    for my $i (0 .. $N - 1) {
        my (undef, $name) = @{ $run->{input}{kinds}[$i] };
        return { expected => "the parent's count of $name is still "
            . $first->{after}[$i], seen => $last->{before}[$i],
            cause => "a child's calls are not its parent's" }
            if $first->{after}[$i] != $last->{before}[$i];
    }
    return undef;
}
