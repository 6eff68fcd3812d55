# The count of reads as one process sees it.
use strict;
use warnings;

# Judges how much the count grew between two of the reported values.
sub grew {
    my ($run, $from, $to, $expected, $what, $cause) = @_;
    my @seen = unpack 'l<5', $run->{reports}[0];
    my $seen = $seen[$to] - $seen[$from];
    return undef if $seen == $expected && $seen[0] >= 0;
    return {
        expected => "$what: the count grows by $expected",
        seen => $seen[0] < 0 ? 'call 26 returns -1'
            : "it grew by $seen, from $seen[$from] to $seen[$to]",
        cause => $seen[0] < 0
            ? 'there is no call 26 yet: its line in include/syscall.h, and '
            . 'its function sys_getreadcount'
            : $cause,
    };
}

return {
    program => 'count',
    input => sub {
        my ($draw) = @_;
        return { good => $draw->(20, 90), failing => $draw->(100, 190) };
    },
    pack => sub { return @{ $_[0] }{qw(good failing)} },
    parts => {
        good => sub {
            my ($run) = @_;
            my $n = $run->{input}{good};
            return grew($run, 0, 1, $n, "after $n reads of a pipe",
                'more: it counts twice, or counts other calls; less: it '
                . 'counts on one path through sys_read only');
        },
        failing => sub {
            my ($run) = @_;
            my $n = $run->{input}{failing};
            return grew($run, 1, 2, $n, "after $n reads of descriptor -1",
                'the count must grow before anything is checked, at the very '
                . 'start of the call');
        },
        alone => sub {
            return grew($_[0], 2, 3, 0, 'with no read in between',
                'getreadcount itself must change nothing');
        },
        waiting => sub {
            return grew($_[0], 3, 4, 1, 'while a child waits in a read',
                'a read counts when it begins: first count, then do what may '
                . 'wait; and a child counts where its parent does');
        },
    },
};
