# Many processes on four CPUs, under each policy.  How much each gets is not
# judged there, only that all is done.
use strict;
use warnings;

# As programs/crowd.c has them.
my ($CROWD, $KILLED, $BYTES, $KINDS) = (24, 4, 200, 4);
my @POLICIES = ('the queue', 'the lottery', 'stride scheduling');

sub work {
    my ($run) = @_;
    my @numbers = unpack 'l<*', $run->{reports}[0];
    my %expected = (ended => $CROWD + $KILLED, killed => $KILLED,
        # A process that is killed has status -1.
        statuses => $CROWD * $run->{input}{status} + $CROWD * ($CROWD - 1) / 2
            - $KILLED, bytes => $CROWD / $KINDS * $BYTES);
    for my $policy (@POLICIES) {
        my %seen;
        @seen{qw(ended killed statuses bytes)} = splice @numbers, 0, 4;
        for my $what (sort keys %expected) {
            return {
                expected => "under $policy: $what $expected{$what}",
                seen => $seen{$what},
                cause => 'a process is lost, or runs twice: the queue and what '
                    . 'is chosen from it change only under ptable.lock',
            } if $seen{$what} != $expected{$what};
        }
    }
    return undef;
}

return {
    program => 'crowd',
    cpus => 4,
    shift => 6,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { status => $draw->(100, 10_000),
            work => $draw->(100_000, 300_000) };
    },
    pack => sub { return @{ $_[0] }{qw(status work)} },
    parts => { work => \&work },
};
