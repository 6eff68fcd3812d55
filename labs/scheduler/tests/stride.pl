# Four hogs under stride scheduling.  At first one of them has more than half of
# all tickets: so it has to have two turns in a row again and again.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts);

# One hog changes its tickets in the middle.
my ($TICKS, $CHANGE) = (2000, 1000);

# The share of the ticks which have the same owner as the one before, if that
# one cannot be chosen again.
my $SELDOM = 0.01;

return {
    program => 'hogs',
    shift => 8,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::STRIDE, start => 60,
            length => $TICKS, plans => [
                { tickets => $draw->(701, 1000) },
                { tickets => $draw->(40, 70), changes => $CHANGE,
                    new_tickets => $draw->(500, 900) },
                { tickets => $draw->(151, 300) },
                { tickets => $draw->(71, 150) }] };
    },
    pack => \&hogs_pack,
    parts => parts(
        shares => sub {
            my ($run, $line) = @_;
            my $worst = $line->uneven(0, $CHANGE, 0 .. 3);
            return undef if !$worst;
            my @owners = $line->owners(0, $CHANGE);
            my $again = grep { $owners[$_] == $owners[$_ - 1] } 1 .. $#owners;
            return {
                expected => Lab::Timeline::expected_words($worst),
                seen => Lab::Timeline::seen_words($worst),
                cause => $again < $CHANGE * $SELDOM
                    ? 'nobody runs twice in a row: the one that ran until now '
                    . 'has to be in the queue before the choice; or passes are '
                    . 'not looked at'
                    : 'the process with the lowest pass runs for one turn, and '
                    . 'its pass grows by STRIDE_ONE / tickets',
            };
        },
        # From its first turn after the one in which it made the change.
        change => sub {
            my ($run, $line) = @_;
            my (undef, $turn) = grep { $_->{hog} == 1 && $_->{end} > $CHANGE }
                $line->turns;
            my $plan = $run->{input}{plans}[1];
            my $before = $plan->{tickets};
            local $plan->{tickets} = $plan->{new_tickets};
            my $worst = $turn && $line->uneven($turn->{begin}, $TICKS, 0 .. 3);
            return undef if $turn && !$worst;
            return {
                expected => "from $before to $plan->{tickets} tickets; then "
                    . ($worst ? Lab::Timeline::expected_words($worst)
                        : 'it goes on'),
                seen => $worst ? Lab::Timeline::seen_words($worst)
                    : 'it never had another turn',
                cause => 'the stride of a turn comes from the tickets that the '
                    . 'process has at that time',
            };
        },
    ),
};
