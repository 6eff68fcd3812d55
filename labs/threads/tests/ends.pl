# How threads end with their process.
use strict;
use warnings;

use Lab::Room qw(leak);

my $MOST = 6;

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

return {
    program => 'ends',
    cpus => 4,
    idles => 'the end of a process marks its threads as killed but does not '
        . 'wake those that sleep, or waits for a thread whose end does not '
        . 'wake it',
    # A small disk is filled soon.
    disk => { blocks => 320, inodes => 40 },
    input => sub {
        my ($draw) = @_;
        return { threads => $draw->(4, $MOST), status => $draw->(1, 99) };
    },
    pack => sub { return @{ $_[0] }{qw(threads status)} },
    parts => {
        exit => sub { return ended($_[0], 'exited', 'main exits',
            $_[0]{input}{status}) },
        kill => sub { return ended($_[0], 'killed', 'somebody kills it', -1) },
        leaks => sub {
            my $seen = seen($_[0]);
            return $seen->{exited}{tids}[0] <= 0 ? {
                expected => 'threads come and go, and nothing is lost',
                seen => 'clone makes none',
                cause => 'there is no call 33 yet' }
                : leak(@{ $seen->{rooms} });
        },
    },
};
