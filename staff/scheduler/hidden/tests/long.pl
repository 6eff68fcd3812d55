# Stride scheduling for so long that a pass no longer fits in 32 bits, with a
# sleeper that misses more than half of that.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts);

# With 3 tickets in all, a pass grows by a third of STRIDE_ONE in a tick: in
# 6,144 ticks by 2 ** 31, and in 12,288 by 2 ** 32; with the sleeper's, a
# quarter.
my ($TICKS, $SLEEPS, $WAKES) = (15_500, 50, 6600);

return {
    program => 'hogs',
    shift => 10,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::STRIDE, start => 60,
            length => $TICKS, plans => [
                { tickets => 1 }, { tickets => 2 },
                { tickets => 1, sleeps => $SLEEPS,
                    wakes => $WAKES + $draw->(0, 500) }] };
    },
    pack => \&hogs_pack,
    parts => parts(
        shares => sub {
            my ($run, $line) = @_;
            my $wakes = $line->done_at($run->{input}{plans}[2]{wakes});
            my $worst = $line->uneven(0, $TICKS, 0, 1)
                // $line->uneven($wakes + 2, $TICKS, 0 .. 2);
            return undef if !$worst;
            return {
                expected => Lab::Timeline::expected_words($worst),
                seen => Lab::Timeline::seen_words($worst),
                cause => 'pass values overflow: a pass of 64 bits does not in '
                    . 'any time that matters',
            };
        },
    ),
};
