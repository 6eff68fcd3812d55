# Threads that end while others of their process go on.
use strict;
use warnings;

my @NAMES = qw(fault fault_joined victim kill victim_joined counter
    counter_later read byte early late join_early join_late);

sub seen {
    my ($run) = @_;
    my %seen;
    @seen{@NAMES} = unpack 'l<*', $run->{reports}[0];
    return \%seen;
}

# Each step of a list: name, expected, what, cause.
sub steps {
    my ($seen, @steps) = @_;
    for my $step (@steps) {
        my ($name, $expected, $what, $cause) = @$step;
        return { expected => "$what: $expected", seen => $seen->{$name},
            cause => $cause } if $seen->{$name} != $expected;
    }
    return undef;
}

# Were these threads made?
sub made {
    my ($seen, @names) = @_;
    return undef if !grep { $_ <= 0 } @$seen{@names};
    return { expected => 'clone makes threads',
        seen => 'it returned ' . join(' and ', @$seen{@names}),
        cause => 'there is no call 33 yet, or it fails' };
}

sub killed {
    my ($run) = @_;
    my $seen = seen($run);
    return made($seen, qw(fault victim)) // steps($seen,
        [fault_joined => $seen->{fault}, 'join, after a thread has written to '
            . 'an address where nothing is', 'a fault ends that thread, and '
            . 'nobody else'],
        [kill => 0, 'kill of a thread that sleeps', 'kill takes the pid of a '
            . 'thread, too'],
        [victim_joined => $seen->{victim}, 'join, then', 'kill ends that '
            . 'thread, and nobody else'])
        // ($seen->{counter_later} > $seen->{counter} ? undef : {
        expected => 'another thread goes on counting meanwhile',
        seen => "it was at $seen->{counter}, and 3 ticks later at "
            . $seen->{counter_later},
        cause => 'the end of one thread stops another, or takes its memory' });
}

sub meanwhile {
    my ($run) = @_;
    my $seen = seen($run);
    my ($expected, $joined) = map { join ' ', sort { $a <=> $b } @$_ }
        [@$seen{qw(early late)}], [@$seen{qw(join_early join_late)}];
    return made($seen, qw(early late)) // steps($seen,
        [read => 1, 'main waits in read while a thread ends, and gets the byte '
            . 'that another writes later', 'the end of a thread frees what '
            . 'main has, or ends its wait'],
        [byte => $run->{input}{byte}, 'this byte', 'main read something else'])
        // ($joined eq $expected ? undef : {
        expected => "join returns both, in any order: $expected",
        seen => $joined, cause => 'a thread that has ended waits for join' });
}

return {
    program => 'alone',
    cpus => 4,
    idles => 'kill does not wake a thread that sleeps, or a thread that ends '
        . 'does not wake those that wait in join',
    input => sub {
        my ($draw) = @_;
        return { wild => 0x60000000 + 4 * $draw->(1, 1_000_000),
            byte => $draw->(1, 99) };
    },
    pack => sub { return @{ $_[0] }{qw(wild byte)} },
    parts => { killed => \&killed, meanwhile => \&meanwhile },
};
