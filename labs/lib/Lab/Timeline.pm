# Lab::Timeline - who ran when on one CPU, put together from what the hogs of
# labs/scheduler/programs/hogs.c have written down.
#
# Times are units of 1,024 ns, as hogs.c counts them; those that are asked for
# and told here are ticks of the clock, from the timeline's begin on.
package Lab::Timeline;

use strict;
use warnings;
use Exporter qw(import);
use List::Util qw(first max min sum0);

our @EXPORT_OK = qw(hogs_pack parts tails unlikely);

# The policies that setpolicy knows.
our ($QUEUE, $LOTTERY, $STRIDE) = (0, 1, 2);

# A tick of the clock is 10 ms.
our $TICK = 10_000_000 / 1024;

# The most hogs that there are, and each one's plan, in ticks where it is times.
my $HOGS = 64;
my @PLAN = qw(tickets born sleeps wakes dies changes new_tickets);
my %IS_TIME = map { $_ => 1 } qw(born sleeps wakes dies changes);

# What a report begins with.
my @HEAD = qw(hog set_policy set_tickets first last ticks_before ticks_after
    turns);

# Two turns that come so close after one another, in ticks, have nothing between
# them but the change of processes.
my $CHANGE = 0.5;

# The inputs of hogs.c.  Options: policy, length in ticks, start: how many ticks
# before the timeline all get ready, plans: a hash for each hog.
sub hogs_pack {
    my ($input) = @_;
    my @plans = map { my $plan = $_; map { int(($plan->{$_} // 0)
        * ($IS_TIME{$_} ? $TICK : 1)) } @PLAN } @{ $input->{plans} };
    return ($input->{policy}, scalar @{ $input->{plans} },
        int($input->{start} * $TICK), int($input->{length} * $TICK), @plans,
        (0) x (@PLAN * $HOGS - @plans));
}

# From the inputs of hogs.c and its reports.
sub new {
    my ($class, $input, @reports) = @_;
    my $self = bless { input => $input, hogs => {} }, $class;
    my @turns;
    for my $report (@reports) {
        my (%hog, @numbers);
        (@hog{@HEAD}, @numbers) = unpack 'l<*', $report;
        $self->{hogs}{ $hog{hog} } = \%hog;
        while (my ($begin, $end) = splice @numbers, 0, 2) {
            push @turns, { hog => $hog{hog}, begin => $self->ticks($begin),
                end => $self->ticks($end) };
        }
        $hog{$_} = $self->ticks($hog{$_}) for qw(first last);
    }
    @turns = sort { $a->{begin} <=> $b->{begin} } @turns;
    # The change to the next process belongs to the turn before it.  A turn ends
    # at a tick, after which a hog looks at the time a little sooner or later:
    # so only whole ticks are counted.
    for my $i (0 .. $#turns) {
        my $turn = $turns[$i];
        my $next = $i < $#turns ? $turns[$i + 1]{begin} : 'inf';
        $turn->{end} = $next if $next - $turn->{end} < $CHANGE;
        $turn->{ticks} = int $turn->{end} - $turn->{begin} + 0.5;
    }
    $self->{turns} = \@turns;
    return $self;
}

# The parts of a run: each function gets the run and its timeline, if that is
# there as a whole.
sub parts {
    my (%parts) = @_;
    return { map { my $judge = $parts{$_}; $_ => sub {
        my ($run) = @_;
        my $line = $run->{timeline} //= Lab::Timeline->new($run->{input},
            @{ $run->{reports} });
        return $line->missing // $judge->($run, $line);
    } } keys %parts };
}

sub ticks {
    my ($self, $time) = @_;
    return $time / $TICK - $self->{input}{start};
}

sub turns { return @{ $_[0]{turns} } }
sub hog { return $_[0]{hogs}{ $_[1] } }

# Says what is wrong if the kernel does not know this policy, or a hog is lost.
sub missing {
    my ($self) = @_;
    my $hog = $self->hog(0);
    my $policy = $self->{input}{policy};
    return { expected => "setpolicy($policy) returns 0",
        seen => defined $hog ? "it returned $hog->{set_policy}"
            : 'the first hog never reported',
        cause => 'there is no call 35 yet, or it does not know this policy' }
        if !defined $hog || $hog->{set_policy} != 0;
    for my $n (0 .. $#{ $self->{input}{plans} }) {
        my $tickets = $self->{input}{plans}[$n]{tickets};
        $hog = $self->hog($n);
        return { expected => "settickets($tickets) returns 0",
            seen => defined $hog ? "it returned $hog->{set_tickets}"
                : "the hog with $tickets tickets never ran",
            cause => 'there is no call 31 yet, or it refuses this number' }
            if !defined $hog || $hog->{set_tickets} != 0;
    }
    return undef;
}

# The ticks of a turn that lie between two times.
sub part {
    my ($turn, $from, $to) = @_;
    my ($begin, $end) = @$turn{qw(begin end)};
    return 0 if $end <= $from || $begin >= $to || $begin == $end;
    return $turn->{ticks} * (min($to, $end) - max($from, $begin))
        / ($end - $begin);
}

# How many ticks a hog ran between two times.
sub ran {
    my ($self, $n, $from, $to) = @_;
    return sum0 map { part($_, $from, $to) } grep { $_->{hog} == $n }
        $self->turns;
}

# When hog 0 did what it had to do for others at a time: in its turn then, or in
# the next one.
sub done_at {
    my ($self, $time) = @_;
    my $turn = first { $_->{hog} == 0 && $_->{end} >= $time } $self->turns;
    return $turn ? max($time, $turn->{begin}) : $time;
}

# Whom each tick between two times belongs to: a list of hogs.
sub owners {
    my ($self, $from, $to) = @_;
    return map { ($_->{hog}) x $_->{ticks} }
        grep { $_->{begin} >= $from && $_->{end} <= $to } $self->turns;
}

# Judges whether each hog gets its share of turns at every moment between two
# times.  In turns of one hog with T tickets, a turn of it is worth 1 / T; of
# two that are always ready, what they have got never differs by more than one
# turn of each, as the one behind runs first.  From any moment on it can differ
# by as much again.  So `slack`, 2 turns of each, leaves room for a kernel that
# counts a begun turn otherwise.  Returns nothing, or the worst pair.
our $SLACK = 2;
sub uneven {
    my ($self, $from, $to, @hogs) = @_;
    my %tickets = map { $_ => $self->{input}{plans}[$_]{tickets} } @hogs;
    my %got = map { $_ => 0 } @hogs;
    my $worst;
    for my $turn ($self->turns) {
        my ($n, $ticks) = ($turn->{hog}, part($turn, $from, $to));
        exists $got{$n} && $ticks > 0 or next;
        $got{$n} += $ticks;
        for my $other (grep { $_ != $n } @hogs) {
            my $off = abs($got{$n} / $tickets{$n}
                - $got{$other} / $tickets{$other})
                / (1 / $tickets{$n} + 1 / $tickets{$other});
            $worst = { off => $off, at => min($to, $turn->{end}) - $from,
                pair => [$n, $other], got => [@got{ $n, $other }],
                tickets => [@tickets{ $n, $other }] }
                if $off > $SLACK && (!$worst || $off > $worst->{off});
        }
    }
    return $worst;
}

# That worst pair in words.
sub expected_words {
    my ($worst) = @_;
    my ($a, $b) = @{ $worst->{tickets} };
    my $both = $worst->{got}[0] + $worst->{got}[1];
    return sprintf 'of %d ticks, %.1f to the process with %d tickets and %.1f '
        . 'to the one with %d, within two turns', $both, $both * $a / ($a + $b),
        $a, $both * $b / ($a + $b), $b;
}

sub seen_words {
    my ($worst) = @_;
    return sprintf 'after %d ticks, %.1f and %.1f', $worst->{at},
        @{ $worst->{got} };
}

# ln n!, by Stirling's series, which is good to eight digits from 10 on.
sub log_factorial {
    my ($n) = @_;
    my $less = 0;
    $less += log ++$n while $n < 10;
    return ($n + 0.5) * log($n) - $n + 0.918938533204673 + 1 / (12 * $n)
        - 1 / (360 * $n ** 3) - $less;
}

# The chance that of n draws, each won with chance p, at most k are won, and
# that at least k are: the binomial distribution, summed up.
sub tails {
    my ($n, $p, $k) = @_;
    my @tails = (0, 0);
    for my $won (0 .. $n) {
        my $chance = exp(log_factorial($n) - log_factorial($won)
            - log_factorial($n - $won) + $won * log($p)
            + ($n - $won) * log(1 - $p));
        $tails[0] += $chance if $won <= $k;
        $tails[1] += $chance if $won >= $k;
    }
    return @tails;
}

# Judges the result of draws.  Each of the two tails may have a chance of 5e-8:
# so a right lottery fails one such check with a chance of at most 1e-7, and one
# of five, as many as this lab makes, with less than one in a million.  k is
# rounded towards what is expected.
our $CHANCE = 5e-8;
sub unlikely {
    my ($n, $p, $k) = @_;
    my $rounded = $k > $n * $p ? int $k : int $k + 0.999;
    return min(tails($n, $p, $rounded)) < $CHANCE;
}

1;
