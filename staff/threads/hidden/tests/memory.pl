# sbrk, fork and exec in a process that has threads.
use strict;
use warnings;

my $PAGE = 4096;
my @NAMES = qw(start end value last_value main_end shrunk kept shrunk_later pid
    getpid waited status copy own others exec_main exec_thread exec_child);

sub seen {
    my ($run) = @_;
    my %seen;
    @seen{@NAMES} = unpack 'l<*', $run->{reports}[0];
    return \%seen;
}

# Each step of a list: what was seen, expected, what, cause.
sub steps {
    for my $step (@_) {
        my ($seen, $expected, $what, $cause) = @$step;
        return { expected => "$what: $expected", seen => $seen,
            cause => $cause } if $seen != $expected;
    }
    return undef;
}

sub grow {
    my ($run) = @_;
    my ($seen, $input) = (seen($run), $run->{input});
    my $one = 'the size of the memory is one number for the process and all of '
        . 'its threads';
    return steps(
        [$seen->{end}, $seen->{start} + $input->{pages} * $PAGE,
            "the heap's end, to a thread that got $input->{pages} pages",
            $one],
        [$seen->{main_end}, $seen->{end}, "the heap's end to main", $one],
        [$seen->{value}, $input->{value}, 'what the thread wrote to its start',
            'the pages are not in the page directory that main uses'],
        [$seen->{last_value}, $input->{value} + 1, 'and to its end',
            'the pages are not in the page directory that main uses']);
}

sub shrink {
    my ($run) = @_;
    my $seen = seen($run);
    return steps(
        [$seen->{shrunk}, -1, 'sbrk(-4096), with a thread',
            'another CPU may still have the page in its TLB, or be in a call '
            . 'that copies to it: refuse it as long as there are threads'],
        [$seen->{kept}, $run->{input}{value}, 'what is in the page',
            'the page is gone'],
        [$seen->{shrunk_later}, $seen->{main_end} + $PAGE,
            'sbrk(-4096), when all threads are joined',
            'join has to count, too']);
}

sub forked {
    my ($run) = @_;
    my ($seen, $input) = (seen($run), $run->{input});
    return { expected => 'a thread can fork', seen => $seen->{pid},
        cause => 'fork fails in a thread, or clone does' } if $seen->{pid} <= 0;
    return steps(
        [$seen->{waited}, $seen->{pid}, 'main waits for the child that the '
            . 'thread forked', 'the child belongs to the process, not to the '
            . 'thread that forked it'],
        [$seen->{status}, $input->{status}, 'its status', 'exit or wait has '
            . 'changed'],
        [$seen->{getpid}, $seen->{pid}, "the child's getpid", 'the child has '
            . 'a wrong pid'],
        [$seen->{copy}, $input->{value}, 'what the child finds in memory',
            'the child has no copy of the memory: its size is the '
            . "process's, not the thread's"],
        [$seen->{own}, $input->{value}, 'what the child writes stays in the '
            . 'child; to main it is', 'fork has to copy the memory'],
        [$seen->{others}, 0, 'a thread that counts does not run in the child: '
            . 'the count grows by', 'fork has to copy the memory']);
}

sub exec {
    my ($run) = @_;
    my $seen = seen($run);
    my $cause = 'a program that replaces the memory takes it from the threads: '
        . 'refuse it as long as there are any that are not joined';
    return steps(
        [$seen->{exec_main}, -1, 'exec by main, which has a thread', $cause],
        [$seen->{exec_thread}, -1, 'exec by a thread', $cause],
        [$seen->{exec_child}, $run->{input}{exec_status}, 'exec when all '
            . 'threads are joined; the status of the program', 'join has to '
            . 'count, too']);
}

return {
    program => 'memory',
    helpers => ['quit'],
    cpus => 4,
    input => sub {
        my ($draw) = @_;
        return { pages => $draw->(3, 20), value => $draw->(1000, 999_999),
            status => $draw->(1, 99), exec_status => $draw->(100, 199) };
    },
    pack => sub {
        my ($input) = @_;
        return @$input{qw(pages value status exec_status)};
    },
    parts => { grow => \&grow, shrink => \&shrink, fork => \&forked,
        exec => \&exec },
};
