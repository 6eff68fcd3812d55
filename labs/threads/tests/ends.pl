# How threads end: with their process, or alone.
use strict;
use warnings;

use Lab::Room qw(leak);

my $MOST = 6;
my @NAMES = qw(fault fault_joined victim kill victim_joined counter
    counter_later read byte early late join_early join_late);

sub seen {
    my ($run) = @_;
    my $bytes = $run->{reports}[0];
    my @values = unpack 'l<*', $bytes;
    my %seen;
    for my $name (qw(exited killed)) {
        my %end;
        @end{qw(pid waited status)} = splice @values, 0, 3;
        $end{$_} = [splice @values, 0, $MOST] for qw(tids alive);
        $seen{$name} = \%end;
    }
    @seen{@NAMES} = splice @values, 0, @NAMES;
    $seen{rooms} = [unpack "(a$Lab::Room::SIZE)2", substr $bytes,
        -2 * $Lab::Room::SIZE];
    return \%seen;
}

# A process whose threads run, sleep and wait ends with this status.
sub ended {
    my ($run, $name, $what, $status) = @_;
    my $end = seen($run)->{$name};
    my $n = $run->{input}{threads};
    my @tids = @{ $end->{tids} }[0 .. $n - 1];
    my @alive = grep { $end->{alive}[$_] != -1 } 0 .. $n - 1;
    return { expected => "a process has $n threads, then $what",
        seen => "clone returned @tids",
        cause => 'there is no call 33 yet, or it fails' }
        if grep { $_ <= 0 } @tids;
    return { expected => "$what: wait returns $end->{pid} with status $status",
        seen => "$end->{waited} with status $end->{status}",
        cause => 'wait returned a thread, or the process got a wrong status' }
        if $end->{waited} != $end->{pid} || $end->{status} != $status;
    return undef if !@alive;
    return { expected => "$what: its $n threads have ended when wait returns",
        seen => 'these are still there: ' . join(' ', @tids[@alive]),
        cause => 'exit of a process kills its threads, wakes those that sleep, '
            . 'and waits until they have ended before it frees the memory' };
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

sub alone {
    my ($run) = @_;
    my $seen = seen($run);
    return { expected => 'clone makes threads',
        seen => "it returned $seen->{fault} and $seen->{victim}",
        cause => 'there is no call 33 yet, or it fails' }
        if $seen->{fault} <= 0 || $seen->{victim} <= 0;
    return steps($seen,
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
    return { expected => 'clone makes threads', seen => $seen->{late},
        cause => 'there is no call 33 yet, or it fails' }
        if $seen->{early} <= 0 || $seen->{late} <= 0;
    my ($expected, $joined) = map { join ' ', sort { $a <=> $b } @$_ }
        [@$seen{qw(early late)}], [@$seen{qw(join_early join_late)}];
    return steps($seen,
        [read => 1, 'main waits in read while a thread ends, and gets the byte '
            . 'that another writes later', 'the end of a thread frees what '
            . 'main has, or ends its wait'],
        [byte => $run->{input}{byte}, 'this byte', 'main read something else'])
        // ($joined eq $expected ? undef : {
        expected => "join returns both, in any order: $expected",
        seen => $joined, cause => 'a thread that has ended waits for join' });
}

return {
    program => 'ends',
    cpus => 4,
    # A small disk is filled soon.
    disk => { blocks => 320, inodes => 40 },
    input => sub {
        my ($draw) = @_;
        return { threads => $draw->(4, $MOST), status => $draw->(1, 99),
            wild => 0x60000000 + 4 * $draw->(1, 1_000_000),
            byte => $draw->(1, 99) };
    },
    pack => sub { return @{ $_[0] }{qw(threads status wild byte)} },
    parts => {
        exit => sub { return ended($_[0], 'exited', 'main exits',
            $_[0]{input}{status}) },
        kill => sub { return ended($_[0], 'killed', 'somebody kills it', -1) },
        alone => \&alone,
        meanwhile => \&meanwhile,
        leaks => sub {
            my $seen = seen($_[0]);
            return $seen->{victim} <= 0 ? { expected => 'threads come and go, '
                . 'and nothing is lost', seen => 'clone makes none',
                cause => 'there is no call 33 yet' }
                : leak(@{ $seen->{rooms} });
        },
    },
};
