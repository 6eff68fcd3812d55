# Three hogs under the lottery; at the end two of them are gone.
use strict;
use warnings;

use Lab::Timeline qw(hogs_pack parts unlikely);

my ($TICKS, $ALONE) = (3000, 150);

# Of the ticks that getpinfo tells, so many may be counted otherwise: those at
# the begin and the end, which come between the look at the time and the call.
my $EDGES = 3;

# Shares of all ticks: by less than this, processes win alike; and this many at
# most have the owner of the tick before, if that one is not in the draw.
my ($ALIKE, $SELDOM) = (0.05, 0.01);

sub tickets { my ($run) = @_; return map { $_->{tickets} }
    @{ $run->{input}{plans} } }

# Each tick is a draw, which a hog wins with the chance tickets / all tickets.
# How many it wins is binomial; Lab::Timeline says when that is unlikely: three
# checks, each wrong about a right lottery with a chance of at most 1e-7.
sub shares {
    my ($run, $line) = @_;
    my @tickets = tickets($run);
    my $all = $tickets[0] + $tickets[1] + $tickets[2];
    my @won = map { $line->ran($_, 0, $TICKS) } 0 .. 2;
    my $ticks = int $won[0] + $won[1] + $won[2] + 0.5;
    for my $n (0 .. 2) {
        my $p = $tickets[$n] / $all;
        return {
            expected => sprintf('%d of %d tickets win about %d of %d ticks',
                $tickets[$n], $all, $p * $ticks, $ticks),
            seen => sprintf('%.0f; all three, with %s tickets: %s', $won[$n],
                join(', ', @tickets), join ', ', map { int } @won),
            cause => $won[2] - $won[0] > $ALIKE * $ticks && never_again($line)
                ? 'nobody wins twice in a row: the one that ran until now has '
                . 'to be in the queue before the draw'
                : $won[0] > $ticks * $tickets[0] / $all
                && $won[2] < $ticks * $tickets[2] / $all
                ? 'they win more alike than their tickets are: numbers are '
                . 'drawn that nobody in the queue has, as tickets of those who '
                . 'sleep are in the sum; or tickets are not looked at'
                : 'each tick is one draw among the tickets of all who '
                . 'could run, with the one that ran until now; the drawn '
                . 'number is from 0 to one less than their sum',
        } if unlikely($ticks, $p, $won[$n]);
    }
    return undef;
}

# Is who had a tick never the winner of the next?
sub never_again {
    my ($line) = @_;
    my @owners = $line->owners(0, $TICKS);
    my $again = grep { $owners[$_] == $owners[$_ - 1] } 1 .. $#owners;
    return $again < $SELDOM * @owners;
}

# Two ticks after one another have the same owner with the chance of the sum of
# p * p.  Of ticks 1 and 2, 3 and 4 and so on, no pair tells of another, so
# their number is binomial, too: one more check.
sub random {
    my ($run, $line) = @_;
    my @owners = $line->owners(0, $TICKS);
    my @tickets = tickets($run);
    my $all = $tickets[0] + $tickets[1] + $tickets[2];
    my $p = 0;
    $p += ($_ / $all) ** 2 for @tickets;
    my $pairs = int @owners / 2;
    my $same = grep { $owners[2 * $_] == $owners[2 * $_ + 1] } 0 .. $pairs - 1;
    return undef if $pairs > $TICKS / 3 && !unlikely($pairs, $p, $same);
    return {
        expected => sprintf('a winner wins the next draw again in about %d of '
            . '%d cases', $p * $pairs, $pairs),
        seen => "$same times",
        cause => 'the draws are not independent: a fixed order, a generator '
            . 'whose low bits soon repeat, or tickets drawn that nobody in the '
            . 'queue has',
    };
}

sub ticks {
    my ($run, $line) = @_;
    for my $n (0 .. 2) {
        my $hog = $line->hog($n);
        my $ran = $line->ran($n, $hog->{first}, $hog->{last});
        my $told = $hog->{ticks_after} - $hog->{ticks_before};
        return {
            expected => sprintf('getpinfo tells %.0f ticks of a process that '
                . 'ran for %.0f ticks', $ran, $ran),
            seen => $hog->{ticks_after} < 0 ? 'getpinfo has no entry for the '
                . 'process that calls it' : $told,
            cause => 'a tick counts for the process that was running when it '
                . 'came, also if that one goes on as nobody else can run',
        } if $hog->{ticks_before} < 0 || abs($ran - $told) > $EDGES;
    }
    return undef;
}

return {
    program => 'hogs',
    shift => 8,
    idles => 'the queue has lost a process that is runnable: look at queue_end',
    input => sub {
        my ($draw) = @_;
        return { policy => $Lab::Timeline::LOTTERY, start => 60,
            length => $TICKS + $ALONE, plans => [
                { tickets => $draw->(1, 2), dies => $TICKS },
                { tickets => $draw->(3, 4), dies => $TICKS },
                { tickets => $draw->(6, 8) }] };
    },
    pack => \&hogs_pack,
    parts => parts(shares => \&shares, random => \&random, ticks => \&ticks),
};
