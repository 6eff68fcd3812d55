# Under stride scheduling, a process wakes up after a long sleep, and another
# one is made while others have run for long.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts);

my ($TICKS, $SLEEPS, $WAKES, $BORN) = (1900, 100, 700, 1300);

# How long is looked at from the event on, and how long it takes at most.
my ($WINDOW, $EVENT) = (400, 2);

# Judges from a time on, with the cause if a hog has too much or too little.
sub judge {
    my ($line, $from, $hog, $much, $little, @others) = @_;
    my $worst = $line->uneven($from, $from + $WINDOW, $hog, @others);
    return undef if !$worst;
    my ($n) = grep { $worst->{pair}[$_] == $hog } 0, 1;
    my $more = !defined $n ? '' : $worst->{got}[$n] / $worst->{tickets}[$n]
        > $worst->{got}[1 - $n] / $worst->{tickets}[1 - $n];
    return {
        expected => "from then on: " . Lab::Timeline::expected_words($worst),
        seen => Lab::Timeline::seen_words($worst),
        cause => $more ? $much : $little,
    };
}

return {
    program => 'hogs',
    shift => 8,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::STRIDE, start => 60,
            length => $TICKS, plans => [
                { tickets => $draw->(40, 60) }, { tickets => $draw->(80, 100) },
                { tickets => $draw->(20, 30), sleeps => $SLEEPS,
                    wakes => $WAKES },
                { tickets => $draw->(20, 30), born => $BORN }] };
    },
    pack => \&hogs_pack,
    parts => parts(
        sleeper => sub {
            my ($run, $line) = @_;
            return judge($line, $line->done_at($WAKES) + $EVENT, 2,
                'its pass stood still while it slept, so it is far behind and '
                . 'runs until it has caught up: who wakes goes on at the pass '
                . 'of the one that was chosen last',
                'who wakes goes on at the pass of the one that was chosen '
                . 'last, or its own if that is higher; no further ahead',
                0, 1);
        },
        newcomer => sub {
            my ($run, $line) = @_;
            return judge($line, $line->done_at($BORN) + $EVENT, 3,
                'a new process begins with a low pass, and runs alone until it '
                . 'has caught up: it begins at the pass of the one that was '
                . 'chosen last',
                'a new process begins at the pass of the one that was chosen '
                . 'last, no further ahead', 0, 1, 2);
        },
    ),
};
