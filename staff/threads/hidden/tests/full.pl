# Threads until there is no process left.
use strict;
use warnings;

return {
    program => 'full',
    cpus => 4,
    input => sub { return { add => $_[0]->(100, 999) } },
    pack => sub { return $_[0]{add} },
    parts => {
        table => sub {
            my ($run) = @_;
            my @values = unpack 'l<*', $run->{reports}[0];
            my %seen;
            $seen{$_} = [splice @values, 0, 2]
                for qw(cloned refused sums joins last);
            my @n = @{ $seen{cloned} };
            return { expected => 'more than 200 threads, and then -1',
                seen => "$n[0] threads, then $seen{refused}[0]",
                cause => 'the process table has 256 entries, and each thread '
                    . 'takes one' } if $n[0] < 200 || $seen{refused}[0] != -1;
            for my $time (0, 1) {
                my $sum = $n[0] * $run->{input}{add};
                return { expected => "time $time: $n[0] threads run and are "
                    . "joined, then join returns -1; they add up to $sum",
                    seen => "$n[$time] threads, $seen{joins}[$time] joined, "
                        . "then $seen{last}[$time]; $seen{sums}[$time]",
                    cause => 'where clone fails, or a thread ends, something '
                        . 'is not given back' }
                    if $n[$time] != $n[0] || $seen{joins}[$time] != $n[0]
                    || $seen{last}[$time] != -1 || $seen{sums}[$time] != $sum;
            }
            return $values[0] == 1 ? undef : { expected => 'fork works again',
                seen => 'it does not', cause => 'processes are lost' };
        },
    },
};
