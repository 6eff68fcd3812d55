# Threads that meet in the kernel, on four CPUs and then under schedules that
# are drawn: there the kernel checks itself, too.
use strict;
use warnings;

use List::Util qw(sum0);

my ($GROWERS, $STEPS, $ROUNDS, $PAGE) = (3, 40, 4, 4096);

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen = (old_end => shift @values);
    push @{ $seen{got} }, [splice @values, 0, $STEPS] for 1 .. $GROWERS;
    $seen{new_end} = shift @values;
    $seen{$_} = [splice @values, 0, $ROUNDS] for qw(waited statuses);
    @seen{qw(pids alive)} = @values;
    return \%seen;
}

sub grow {
    my ($run) = @_;
    my $seen = seen($run);
    my @steps = @{ $run->{input}{steps} };
    my $end = $seen->{old_end} + $PAGE * sum0(@steps);
    my @expected = map { $seen->{old_end} + $PAGE * $_ } 0 .. sum0(@steps) - 1;
    my @got = map { @{ $seen->{got}[$_] }[0 .. $steps[$_] - 1] }
        0 .. $GROWERS - 1;
    my ($expected, $got) = map { join ' ', map { sprintf '%x', $_ & 0xffffffff }
        sort { $a <=> $b } @$_ } \@expected, \@got;
    my $one = 'the size of the memory is one number for the process and all of '
        . 'its threads';
    # As if no other thread had called sbrk.
    my $alone = !grep { my $got = $seen->{got}[$_];
        grep { $got->[$_] != $seen->{old_end} + $PAGE * $_ }
            0 .. $steps[$_] - 1 } 0 .. $GROWERS - 1;
    return { expected => "three threads call sbrk, and get each page once: "
        . $expected, seen => $got,
        cause => $alone ? $one : 'two threads read the same old size: a lock '
            . 'has to be held from reading it to writing it' }
        if $expected ne $got;
    return $seen->{new_end} == $end ? undef : {
        expected => sprintf("then the heap's end is %#x", $end),
        seen => sprintf('%#x', $seen->{new_end}), cause => $one };
}

sub ended {
    my ($run) = @_;
    my $seen = seen($run);
    return { expected => 'threads can be made',
        seen => 'sbrk in a thread has never been called',
        cause => 'there is no call 33 yet' } if $seen->{got}[0][0] == 0;
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
    input => sub {
        my ($draw) = @_;
        return { steps => [map { $draw->(25, $STEPS) } 1 .. $GROWERS],
            spin => [map { $draw->(0, 60_000) } 1 .. $ROUNDS],
            statuses => [map { $draw->(1, 99) } 1 .. $ROUNDS] };
    },
    pack => sub { return map { @$_ } @{ $_[0] }{qw(steps spin statuses)} },
    parts => { grow => \&grow, exit => \&ended },
};
