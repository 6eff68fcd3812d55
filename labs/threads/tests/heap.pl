# Threads that meet in sbrk, on four CPUs and then under schedules that are
# drawn: there the kernel checks itself, too.
use strict;
use warnings;

use List::Util qw(sum0);

my ($GROWERS, $STEPS, $FORKS, $PAGE) = (3, 80, 6, 4096);

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen = (old_end => shift @values);
    push @{ $seen{got} }, [splice @values, 0, $STEPS] for 1 .. $GROWERS;
    $seen{new_end} = shift @values;
    $seen{statuses} = [splice @values, 0, $FORKS];
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
    my %times;
    $times{ $_ & 0xffffffff }++ for @got;
    my @wrong = grep { ($times{$_} // 0) != 1 } @expected;
    my $one = 'the size of the memory is one number for the process and all of '
        . 'its threads';
    # As if no other thread had called sbrk.
    my $alone = !grep { my $got = $seen->{got}[$_];
        grep { $got->[$_] != $seen->{old_end} + $PAGE * $_ }
            0 .. $steps[$_] - 1 } 0 .. $GROWERS - 1;
    return { expected => sprintf('three threads call sbrk %d times in all, and '
            . 'get each page from %#x to %#x once', sum0(@steps),
            @expected[0, -1]),
        seen => @wrong . ' of the pages came to nobody or more than once, the '
            . sprintf('first of them %#x: %d times', $wrong[0],
            $times{ $wrong[0] } // 0),
        cause => $alone ? $one : 'two threads read the same old size: a lock '
            . 'has to be held from reading it to writing it' }
        if @wrong;
    return $seen->{new_end} == $end ? undef : {
        expected => sprintf("then the heap's end is %#x", $end),
        seen => sprintf('%#x', $seen->{new_end}), cause => $one };
}

sub forked {
    my ($run) = @_;
    my $seen = seen($run);
    my ($expected, $got) = map { join ' ', @$_ } $run->{input}{statuses},
        $seen->{statuses};
    return { expected => 'threads can be made',
        seen => 'sbrk in a thread has never been called',
        cause => 'there is no call 33 yet' } if $seen->{got}[0][0] == 0;
    return $expected eq $got ? undef : {
        expected => 'main forks while threads call sbrk; each child writes to '
            . "the last byte of its memory, then exits with status $expected",
        seen => $got,
        cause => 'the size of the child is not that of the memory that was '
            . 'copied: the lock of the size has to be held for both',
    };
}

return {
    program => 'heap',
    cpus => 4,
    schedules => 4,
    idles => 'somebody holds the lock of the size and never releases it, or '
        . 'the end of a thread does not wake main, which waits in join',
    input => sub {
        my ($draw) = @_;
        return { steps => [map { $draw->(60, $STEPS) } 1 .. $GROWERS],
            statuses => [map { $draw->(1, 99) } 1 .. $FORKS] };
    },
    pack => sub { return map { @$_ } @{ $_[0] }{qw(steps statuses)} },
    parts => { grow => \&grow, fork => \&forked },
};
