# Threads of one process, as they and main see it.
use strict;
use warnings;

my ($MOST, $PAGE) = (6, 4096);

# The report as a hash of lists, and of numbers where there is but one.
sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen = (pids => [splice @values, 0, $MOST],
        stacks => [map { $_ & 0xffffffff } splice @values, 0, $MOST]);
    for (1 .. $MOST) {
        my %row;
        @row{qw(argument local pid xmm go)} = splice @values, 0, 5;
        $row{local} &= 0xffffffff;
        push @{ $seen{rows} }, \%row;
    }
    $seen{started} = shift @values;
    $seen{joined} = [splice @values, 0, $MOST];
    $seen{joined_stacks} = [map { $_ & 0xffffffff } splice @values, 0, $MOST];
    @seen{qw(last wrote opened closed still_open thread_file n)} =
        splice @values, 0, 7;
    $seen{bytes} = \@values;
    my $n = $run->{input}{threads};
    $#{ $seen{$_} } = $n - 1 for qw(pids stacks rows joined joined_stacks);
    return \%seen;
}

sub list { return join ' ', @_ }
sub sorted { return list(sort { $a <=> $b } @_) }

# The first thing that a kernel lacks.
sub no_clone {
    my ($seen) = @_;
    my @failed = grep { $_ <= 0 } @{ $seen->{pids} };
    return undef if !@failed;
    return {
        expected => 'clone returns the pid of each of '
            . @{ $seen->{pids} } . ' threads',
        seen => 'it returned ' . list(@{ $seen->{pids} }),
        cause => 'there is no call 33 yet (its line in include/syscall.h, and '
            . 'its function sys_clone), or it refuses a page that is good',
    };
}

sub argument {
    my ($run) = @_;
    my $seen = seen($run);
    my $input = $run->{input};
    my @expected = @{ $input->{values} }[0 .. $input->{threads} - 1];
    my @rows = @{ $seen->{rows} };
    return no_clone($seen) // (
        sorted(map { $_->{argument} } @rows) eq sorted(@expected) ? undef : {
            expected => 'each thread gets its argument: ' . sorted(@expected),
            seen => "$seen->{started} threads began, with "
                . sorted(map { $_->{argument} } @rows),
            cause => $seen->{started} == 0 ? 'no thread reaches its function, '
                . 'or each has a memory of its own: look at eip in its trap '
                . 'frame, and at its page directory'
                : 'the function finds its parameter above the return address, '
                . 'at esp + 4',
        });
}

sub memory {
    my ($run) = @_;
    my $seen = seen($run);
    my $go = $run->{input}{go};
    my @go = map { $_->{go} } @{ $seen->{rows} };
    return undef if !grep { $_ != $go } @go;
    return {
        expected => "main writes $go while the threads run, and all see it",
        seen => 'they saw ' . list(@go),
        cause => 'a thread runs in a copy of the memory: it has to have the '
            . "same page directory as its process, not copyuvm's",
    };
}

# Each row has a pid and a stack; clone's results say which belong together.
sub stack {
    my ($run) = @_;
    my $seen = seen($run);
    my %stack_of;
    @stack_of{ @{ $seen->{pids} } } = @{ $seen->{stacks} };
    for my $row (@{ $seen->{rows} }) {
        my $stack = $stack_of{ $row->{pid} };
        return {
            expected => 'getpid in a thread is what clone returned: one of '
                . list(@{ $seen->{pids} }),
            seen => "getpid returned $row->{pid}",
            cause => 'each thread has a pid of its own, from allocproc',
        } if !defined $stack;
        return {
            expected => sprintf('a thread has its variables in its page, %#x '
                . 'to %#x', $stack, $stack + $PAGE - 1),
            seen => sprintf('one is at %#x', $row->{local}),
            cause => 'the stack begins at the end of the page and grows down: '
                . 'esp in the trap frame, from the third parameter of clone',
        } if $row->{local} < $stack || $row->{local} >= $stack + $PAGE;
    }
    return undef;
}

# main has a number in %xmm7 when it calls clone: the thread's argument.
sub registers {
    my ($run) = @_;
    my @rows = @{ seen($run)->{rows} };
    return undef if !grep { $_->{xmm} != $_->{argument} } @rows;
    return {
        expected => 'a thread begins with what its maker has in %xmm7: '
            . list(map { $_->{argument} } @rows),
        seen => list(map { $_->{xmm} } @rows),
        cause => 'the two lines of fork about floating point have to be in '
            . 'clone, too: a new thread loads what its entry has in `fpu`',
    };
}

sub joined {
    my ($run) = @_;
    my $seen = seen($run);
    my %stack_of;
    @stack_of{ @{ $seen->{pids} } } = @{ $seen->{stacks} };
    return {
        expected => 'join returns each thread once: '
            . sorted(@{ $seen->{pids} }),
        seen => sorted(@{ $seen->{joined} }),
        cause => 'join takes a thread that has ended out of the process table, '
            . 'and returns its pid',
    } if sorted(@{ $seen->{pids} }) ne sorted(@{ $seen->{joined} });
    for my $i (0 .. $#{ $seen->{joined} }) {
        my ($pid, $got) = ($seen->{joined}[$i], $seen->{joined_stacks}[$i]);
        return {
            expected => sprintf('join tells the stack of thread %d: %#x', $pid,
                $stack_of{$pid}),
            seen => sprintf('%#x', $got),
            cause => 'keep the third parameter of clone in the thread\'s '
                . 'struct proc, and copy it out',
        } if $stack_of{$pid} != $got;
    }
    return $seen->{last} == -1 ? undef : {
        expected => 'join returns -1 when all threads have been joined',
        seen => $seen->{last},
        cause => 'a joined thread is still found in the process table',
    };
}

sub files {
    my ($run) = @_;
    my $seen = seen($run);
    my @bytes = @{ $run->{input}{bytes} };
    my @steps = (
        [wrote => 1, 'a thread writes a byte to the pipe that main opened',
            'the thread has no open files: it gets copies of the descriptors, '
            . 'as in fork'],
        [closed => 0, 'it closes that descriptor',
            'the thread has no open files'],
        [still_open => 1, 'main then writes a byte to the same descriptor',
            'the table of descriptors is shared: each thread has its own'],
        [thread_file => -1, 'main has no use of the descriptor that the thread '
            . 'opened: fstat', 'the table of descriptors is shared: each '
            . 'thread has its own'],
        [n => 2, 'main reads the bytes', 'bytes are lost in the pipe'],
    );
    for my $step (@steps) {
        my ($name, $expected, $what, $cause) = @$step;
        return { expected => "$what: $expected", seen => $seen->{$name},
            cause => $cause } if $seen->{$name} != $expected;
    }
    return list(@{ $seen->{bytes} }) eq list(@bytes) ? undef : {
        expected => 'the two bytes are ' . list(@bytes),
        seen => list(@{ $seen->{bytes} }),
        cause => 'the argument of the second thread led elsewhere' };
}

return {
    program => 'clone',
    cpus => 4,
    input => sub {
        my ($draw) = @_;
        return {
            threads => $draw->(3, $MOST),
            values => [map { 1000 * $_ + $draw->(1, 999) } 1 .. $MOST],
            go => $draw->(1000, 9999),
            bytes => [map { $draw->(1, 99) } 1 .. 2],
        };
    },
    pack => sub {
        my ($input) = @_;
        return ($input->{threads}, @{ $input->{values} }, $input->{go},
            @{ $input->{bytes} });
    },
    parts => { argument => \&argument, memory => \&memory, stack => \&stack,
        registers => \&registers, join => \&joined, files => \&files },
};
