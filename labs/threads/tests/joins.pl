# Threads of the library come and go.
use strict;
use warnings;

my ($THREADS, $ROUNDS) = (4, 4);

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen;
    $seen{$_} = [splice @values, 0, $THREADS] for qw(pids joined);
    $seen{last} = shift @values;
    $seen{$_} = [splice @values, 0, $ROUNDS] for qw(joins ends);
    return \%seen;
}

sub sorted { return join ' ', sort { $a <=> $b } @_ }

sub stacks {
    my ($run) = @_;
    my $seen = seen($run);
    my $n = $run->{input}{in_round};
    my ($pids, $joined) = map { sorted(@$_) } @$seen{qw(pids joined)};
    return { expected => "thread_join returns each of $THREADS threads: $pids",
        seen => $joined, cause => 'a thread whose function returns has to call '
            . 'exit, and thread_join returns what join returns' }
        if $pids ne $joined;
    return { expected => 'thread_join returns -1 when there are no threads',
        seen => $seen->{last}, cause => 'it returns what join returns' }
        if $seen->{last} != -1;
    my @few = grep { $_ != $n } @{ $seen->{joins} };
    return { expected => "$n threads, one after the other",
        seen => "$few[0] could be made and joined",
        cause => 'memory is out, or something in it is broken: thread_join has '
            . 'to free what malloc returned, and only that' } if @few;
    my ($before, $after) = @{ $seen->{ends} }[1, -1];
    return $before == $after ? undef : {
        expected => sprintf('the heap ends at %#x after %d threads, and there '
            . 'still after %d', $before, 2 * $n, $ROUNDS * $n),
        seen => sprintf('%#x', $after),
        cause => 'thread_join has to free the stack, by the address that '
            . 'malloc returned: not the one of the page in it',
    };
}

return {
    program => 'joins',
    cpus => 4,
    idles => 'thread_join frees what malloc did not return, and two threads '
        . 'get the same memory for their stacks',
    input => sub { return { in_round => $_[0]->(15, 25) } },
    pack => sub { return $_[0]{in_round} },
    parts => { stacks => \&stacks },
};
