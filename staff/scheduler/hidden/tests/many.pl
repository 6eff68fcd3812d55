# 64 processes under stride scheduling.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts);

my ($TICKS, $HOGS) = (1500, 64);

return {
    program => 'hogs',
    shift => 8,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    # While they wake up, one may run that has few tickets, and who wakes behind
    # it goes on at its pass: to catch up takes the others as many turns as they
    # have tickets for each of its own.  So nobody has far fewer.
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::STRIDE, start => 150,
            length => $TICKS, plans => [map { { tickets => $draw->(30, 40) } }
                1 .. $HOGS] };
    },
    pack => \&hogs_pack,
    parts => parts(
        shares => sub {
            my ($run, $line) = @_;
            my $worst = $line->uneven(0, $TICKS, 0 .. $HOGS - 1);
            return undef if !$worst;
            return {
                expected => Lab::Timeline::expected_words($worst),
                seen => Lab::Timeline::seen_words($worst) . ", with $HOGS "
                    . 'processes',
                cause => 'all who wait have to be compared, however many',
            };
        },
    ),
};
