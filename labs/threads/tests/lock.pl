# The thread library: threads that run at the same time, and a ticket lock.
#
# The library is the student's and is linked with the test program: so threads
# are told by the pid that the kernel tells each, and by what it sees main write
# while main calls nothing of the library.  That the lock gives way in the order
# of arrival is seen by what is done under it; that two CPUs cannot get the same
# ticket is seen by its instructions, as CPUs that take turns never meet inside
# of one.
use strict;
use warnings;

use List::Util qw(sum0);

use Lab::Files qw(read_file);

my ($THREADS, $WAITERS, $TURNS) = (4, 4, 2);

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen;
    $seen{pids} = [splice @values, 0, $THREADS];
    for (1 .. $THREADS) {
        my %row;
        @row{qw(argument pid go)} = splice @values, 0, 3;
        push @{ $seen{rows} }, \%row;
    }
    @seen{qw(began started count)} = splice @values, 0, 3;
    push @{ $seen{served} }, [splice @values, 0, $WAITERS] for 1 .. $TURNS;
    $seen{n} = \@values;
    return \%seen;
}

sub sorted { return join ' ', sort { $a <=> $b } @_ }

sub create {
    my ($run) = @_;
    my $seen = seen($run);
    my @pids = @{ $seen->{pids} };
    return { expected => 'thread_create returns the pids of four threads',
        seen => "@pids", cause => 'thread_create is not written yet, or it '
        . 'hands clone a stack that does not begin at a multiple of 4096: '
        . 'malloc knows only multiples of 16' } if grep { $_ <= 0 } @pids;
    return { expected => 'all four begin while main only waits',
        seen => "$seen->{began} have begun",
        cause => 'thread_create starts a thread at once, by clone: it does not '
            . 'wait for thread_join' } if $seen->{began} != $THREADS;
    my %expected = (argument => [@{ $run->{input}{arguments} }],
        pid => \@pids, go => [($run->{input}{go}) x $THREADS]);
    my @steps = (
        [argument => 'their arguments', 'the function that clone calls first '
            . 'has to find out which function to call, and with what'],
        [pid => 'getpid tells each the pid that thread_create returned',
            'thread_create returns what clone returns, and each function runs '
            . 'in a thread of its own'],
        [go => 'each sees what main writes after all have begun', 'they run '
            . 'one after the other, or not in the memory of main'],
    );
    for my $step (@steps) {
        my ($name, $what, $cause) = @$step;
        my $expected = sorted(@{ $expected{$name} });
        my $got = sorted(map { $_->{$name} } @{ $seen->{rows} });
        return { expected => "$what: $expected", seen => $got,
            cause => $cause } if $got ne $expected;
    }
    return undef;
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
    my @lines = map { /^\s*[0-9a-f]+:\t(?:[0-9a-f]{2} )+\s*(.*)/ ? $1 : () }
        split /\n/, $text;
    return (@lines, map { instructions($asm, $_, $known) }
        map { /^(?:call|jmp)\s.*<([\w.]+)>/ ? $1 : () } @lines);
}

sub atomic {
    my ($run) = @_;
    # Between the instructions are lines of the source, which may look like some.
    my %source = map { $_ => 1 } split /\n/,
        read_file("$run->{tools}/../user/lib/thread.c");
    my $asm = join "\n", grep { $_ eq '' || !$source{$_} } split /\n/,
        read_file("$run->{tools}/extra/lock/lock.elf.asm");
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
            go => $draw->(1000, 9999),
            counts => [map { $draw->(100, 150) } 1 .. $THREADS],
            window => $draw->(4000, 6000),
            order => [map { shuffled($draw) } 1 .. $TURNS],
            hold => $draw->(1000, 3000),
        };
    },
    pack => sub {
        my ($input) = @_;
        return (@{ $input->{arguments} }, $input->{go},
            @{ $input->{counts} }, $input->{window},
            (map { @$_ } @{ $input->{order} }), $input->{hold});
    },
    parts => { create => \&create, exclusion => \&exclusion, order => \&order,
        atomic => \&atomic },
};
