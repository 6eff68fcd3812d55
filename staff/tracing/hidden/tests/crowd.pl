# Lines of four processes that print all the time.  They share one CPU, on
# which a clock tick gives the next one its turn wherever the kernel has
# interrupts on: also between two calls of printf.  Some ticks come meanwhile.
use strict;
use warnings;

use Lab::TraceLines qw(compare mark trace_line traced_text);

my ($CHILDREN, $LOOPS) = (4, 90);

return {
    program => 'crowd',
    input => sub {
        my ($draw) = @_;
        return { first => [map { $draw->(-999_999, 999_999) } 1 .. $CHILDREN] };
    },
    pack => sub { return @{ $_[0]{first} } },
    at_report => \&mark,
    parts => {
        whole => sub {
            my ($run) = @_;
            my (undef, @pids) = unpack 'l<*', $run->{reports}[1];
            my @expected;
            for my $i (0 .. $CHILDREN - 1) {
                push @expected, map { trace_line($pids[$i], 'init', 'lseek',
                    [-1, $run->{input}{first}[$i], $_], -1) } 0 .. $LOOPS - 1;
            }
            return compare('of four processes at once',
                traced_text($run, 0, 1), @expected);
        },
    },
};
