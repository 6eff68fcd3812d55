# The lottery while one with many tickets sleeps, and another one has ended.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts unlikely);

my ($TICKS, $SLEEPS, $WAKES, $DIES) = (2100, 20, 2000, 20);

# What is looked at: all of it is in the sleep, even if that begins late.
my ($FROM, $TO) = (200, $WAKES);

# The share of the time in which the CPU may run nobody.
my $IDLE = 0.02;

return {
    program => 'hogs',
    shift => 8,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::LOTTERY, start => 60,
            length => $TICKS, plans => [
                { tickets => $draw->(4, 5) }, { tickets => $draw->(1, 2) },
                { tickets => $draw->(10, 20), sleeps => $SLEEPS,
                    wakes => $WAKES },
                { tickets => $draw->(10, 20), dies => $DIES }] };
    },
    pack => \&hogs_pack,
    parts => parts(
        # One check whose false-failure rate is at most 1e-7: Lab::Timeline.
        shares => sub {
            my ($run, $line) = @_;
            my @won = map { $line->ran($_, $FROM, $TO) } 0, 1;
            my $ticks = $TO - $FROM;
            my @tickets = map { $_->{tickets} }
                @{ $run->{input}{plans} }[0, 1];
            my $p = $tickets[0] / ($tickets[0] + $tickets[1]);
            my %cause = (cause => 'a draw is among the tickets of those who '
                . 'wait for a CPU: who sleeps, has ended or is not yet ready '
                . 'has none in it');
            return { expected => "of $ticks ticks, each goes to one of the two "
                . 'that can run', seen => sprintf('%d went to nobody',
                    $ticks - $won[0] - $won[1]), %cause }
                if $ticks - $won[0] - $won[1] > $IDLE * $ticks;
            $ticks = int $won[0] + $won[1] + 0.5;
            return undef if !unlikely($ticks, $p, $won[0]);
            return {
                expected => sprintf('%d and %d tickets win about %d and %d '
                    . 'ticks', @tickets, $p * $ticks, (1 - $p) * $ticks),
                seen => sprintf('%.0f and %.0f, while one with %d tickets '
                    . 'sleeps, and another one has ended', @won,
                    $run->{input}{plans}[2]{tickets}), %cause };
        },
    ),
};
