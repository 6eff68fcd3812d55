# The thread library: threads, and a ticket lock.
#
# That the lock gives way in the order of arrival is seen by what is done under
# it; that two CPUs cannot get the same ticket is seen by its instructions, as
# CPUs that take turns never meet inside of one.
use strict;
use warnings;

use List::Util qw(sum0);

use Lab::Files qw(read_file);

my ($THREADS, $WAITERS, $TURNS, $ROUNDS, $PER_ROUND) = (4, 5, 2, 4, 20);

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen;
    $seen{$_} = [splice @values, 0, $THREADS] for qw(pids arguments joined);
    @seen{qw(last started count)} = splice @values, 0, 3;
    push @{ $seen{served} }, [splice @values, 0, $WAITERS] for 1 .. $TURNS;
    $seen{n} = [splice @values, 0, $TURNS];
    $seen{$_} = [splice @values, 0, $ROUNDS] for qw(ends joins);
    return \%seen;
}

sub sorted { return join ' ', sort { $a <=> $b } @_ }

sub create {
    my ($run) = @_;
    my $seen = seen($run);
    my @expected = @{ $run->{input}{arguments} };
    my @pids = @{ $seen->{pids} };
    return { expected => 'thread_create returns the pids of four threads',
        seen => "@pids", cause => 'thread_create is not written yet, or it '
        . 'hands clone a stack that does not begin at a multiple of 4096: '
        . 'malloc knows only multiples of 16' } if grep { $_ <= 0 } @pids;
    return { expected => 'their arguments: ' . sorted(@expected),
        seen => sorted(@{ $seen->{arguments} }),
        cause => 'the function that clone calls first has to find out which '
            . 'function to call, and with what' }
        if sorted(@expected) ne sorted(@{ $seen->{arguments} });
    return { expected => 'thread_join returns them: ' . sorted(@pids),
        seen => sorted(@{ $seen->{joined} }),
        cause => 'a thread whose function returns has to call exit' }
        if sorted(@pids) ne sorted(@{ $seen->{joined} });
    return $seen->{last} == -1 ? undef : { expected => 'thread_join returns -1 '
        . 'when there are no threads', seen => $seen->{last},
        cause => 'it returns what join returns' };
}

sub exclusion {
    my ($run) = @_;
    my $seen = seen($run);
    my $expected = sum0(@{ $run->{input}{counts} });
    return $seen->{count} == $expected ? undef : {
        expected => "four threads count to $expected under the lock",
        seen => $seen->{count},
        cause => $seen->{started} == 0 ? 'no thread has run'
            : 'two threads have the lock at the same time: one overwrites '
            . 'what the other counted',
    };
}

sub order {
    my ($run) = @_;
    my $seen = seen($run);
    for my $turn (0 .. $TURNS - 1) {
        my @came = @{ $run->{input}{order}[$turn] };
        my @served = @{ $seen->{served}[$turn] };
        return {
            expected => "threads come in this order and get the lock in it: "
                . "@came",
            seen => $seen->{n}[$turn] == $WAITERS ? "@served"
                : "$seen->{n}[$turn] of $WAITERS threads got it",
            cause => 'whoever comes takes the next ticket in one step, before '
                . 'anything else, and waits until that ticket is served',
        } if $seen->{n}[$turn] != $WAITERS || "@came" ne "@served";
    }
    return undef;
}

# The instructions of a function and of all that it calls.
sub instructions {
    my ($asm, $name, $known) = @_;
    return () if $known->{$name}++;
    my ($text) = $asm =~ /^\w+ <\Q$name\E>:\n(.*?)(?:\n\n|\z)/ms or return ();
    my @lines = map { /\t(?:[0-9a-f]{2} )+\s*(.*)/ ? $1 : () }
        split /\n/, $text;
    return (@lines, map { instructions($asm, $_, $known) }
        map { /^(?:call|jmp)\s.*<([\w.]+)>/ ? $1 : () } @lines);
}

sub atomic {
    my ($run) = @_;
    my $asm = read_file("$run->{tools}/extra/lock/lock.elf.asm");
    my @lines = instructions($asm, 'lock_acquire', {});
    return undef if grep { /^(?:lock\s|xchg.*\()/ } @lines;
    return {
        expected => 'lock_acquire takes a ticket by one instruction that '
            . 'locks the bus, such as lock xadd',
        seen => 'none of its ' . @lines . ' instructions does',
        cause => 'two CPUs can read the same ticket before one of them adds '
            . '1: __atomic_fetch_add makes one instruction of it',
    };
}

sub stacks {
    my ($run) = @_;
    my $seen = seen($run);
    my @few = grep { $_ != $PER_ROUND } @{ $seen->{joins} };
    return { expected => "$PER_ROUND threads, one after the other",
        seen => "$few[0] could be made and joined",
        cause => 'thread_create is not written yet, or memory is out' } if @few;
    my ($before, $after) = @{ $seen->{ends} }[1, -1];
    return $before == $after ? undef : {
        expected => sprintf('the heap ends at %#x after %d threads, and there '
            . 'still after %d', $before, 2 * $PER_ROUND, $ROUNDS * $PER_ROUND),
        seen => sprintf('%#x', $after),
        cause => 'thread_join has to free the stack, by the address that '
            . 'malloc returned: not the one of the page in it',
    };
}

# A drawn order of all waiters.
sub shuffled {
    my ($draw) = @_;
    my @left = 0 .. $WAITERS - 1;
    return [map { splice @left, $draw->(0, $#left), 1 } 1 .. $WAITERS];
}

return {
    program => 'lock',
    cpus => 4,
    input => sub {
        my ($draw) = @_;
        return {
            arguments => [map { 1000 * $_ + $draw->(1, 999) } 1 .. $THREADS],
            counts => [map { $draw->(200, 300) } 1 .. $THREADS],
            window => $draw->(4000, 6000),
            order => [map { shuffled($draw) } 1 .. $TURNS],
            hold => $draw->(1000, 3000),
        };
    },
    pack => sub {
        my ($input) = @_;
        return (@{ $input->{arguments} }, @{ $input->{counts} },
            $input->{window}, (map { @$_ } @{ $input->{order} }),
            $input->{hold});
    },
    parts => { create => \&create, exclusion => \&exclusion, order => \&order,
        atomic => \&atomic, stacks => \&stacks },
};
