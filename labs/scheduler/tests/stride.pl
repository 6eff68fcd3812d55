# Four hogs under stride scheduling.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts);

# One hog changes its tickets in the middle.
my ($TICKS, $CHANGE) = (2000, 1000);

return {
    program => 'hogs',
    shift => 8,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::STRIDE, start => 60,
            length => $TICKS, plans => [
                { tickets => $draw->(401, 700) },
                { tickets => $draw->(40, 90), changes => $CHANGE,
                    new_tickets => $draw->(500, 900) },
                { tickets => $draw->(201, 400) },
                { tickets => $draw->(101, 200) }] };
    },
    pack => \&hogs_pack,
    parts => parts(
        shares => sub {
            my ($run, $line) = @_;
            my $worst = $line->uneven(0, $CHANGE, 0 .. 3);
            return undef if !$worst;
            return {
                expected => Lab::Timeline::expected_words($worst),
                seen => Lab::Timeline::seen_words($worst),
                cause => 'the process with the lowest pass runs for one turn, '
                    . 'and pays STRIDE_ONE / tickets for it; also the one that '
                    . 'ran until now is among them',
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
