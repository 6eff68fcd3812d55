# Processes that end while their threads make more, on four CPUs and then under
# schedules that are drawn: there the kernel checks itself, too.
use strict;
use warnings;

my $ROUNDS = 4;

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen = (first => shift @values);
    $seen{$_} = [splice @values, 0, $ROUNDS] for qw(waited statuses);
    @seen{qw(pids alive)} = @values;
    return \%seen;
}

sub ended {
    my ($run) = @_;
    my $seen = seen($run);
    return { expected => 'threads can be made',
        seen => "clone returned $seen->{first}",
        cause => 'there is no call 33 yet' } if $seen->{first} <= 0;
    for my $i (0 .. $ROUNDS - 1) {
        my $status = $run->{input}{statuses}[$i];
        return { expected => "a process exits while its threads call clone: "
            . "wait returns it, with status $status",
            seen => $seen->{waited}[$i] ? "status $seen->{statuses}[$i]"
                : 'wait returned something else',
            cause => 'exit of the first thread ends the process' }
            if !$seen->{waited}[$i] || $seen->{statuses}[$i] != $status;
    }
    return $seen->{alive} == 0 ? undef : {
        expected => "of the $seen->{pids} pids that were given meanwhile, none "
            . "is anybody's afterwards",
        seen => "$seen->{alive} can still be killed",
        cause => 'a thread that was made while the process ended has stayed: '
            . 'it inherits the mark of being killed, under the lock under '
            . 'which it is linked' };
}

return {
    program => 'races',
    cpus => 4,
    schedules => 4,
    idles => 'a thread that was made while the process ended was not marked as '
        . 'killed: it inherits the mark under the lock under which it is '
        . 'linked; or the mark is set, but who sleeps is not woken',
    input => sub {
        my ($draw) = @_;
        return { spin => [map { $draw->(0, 60_000) } 1 .. $ROUNDS],
            statuses => [map { $draw->(1, 99) } 1 .. $ROUNDS] };
    },
    pack => sub { return map { @$_ } @{ $_[0] }{qw(spin statuses)} },
    parts => { exit => \&ended },
};
