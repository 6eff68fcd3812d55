#!/usr/bin/env perl
# The arithmetic behind the verdicts of lab scheduler: who ran when, what a fair
# share is, and what is too unlikely for a lottery.  No machine runs.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/../labs/lib";

use Lab::Timeline qw(hogs_pack tails unlikely);

my $START = 10;

# A timeline in which hogs have the ticks that a string tells, one letter each;
# the changes in between take a little.
sub timeline {
    my ($letters, @tickets) = @_;
    my ($time, @turns) = (0);
    while ($letters =~ /((.)\2*)/g) {
        my $begin = ($START + $time) * $Lab::Timeline::TICK;
        $time += length $1;
        push @{ $turns[ord($2) - ord 'A'] }, int $begin,
            int(($START + $time - 0.05) * $Lab::Timeline::TICK) if $2 ne '-';
    }
    my $input = { policy => $Lab::Timeline::STRIDE, start => $START,
        length => $time, plans => [map { { tickets => $_ } } @tickets] };
    return Lab::Timeline->new($input, map { pack 'l<*', $_, 0, 0, 0, 0, 0, 0,
        @{ $turns[$_] } / 2, @{ $turns[$_] } } grep { $turns[$_] }
        0 .. $#turns);
}

subtest 'who ran when' => sub {
    my $line = timeline('AABAAB--AAB', 2, 1);
    is($line->missing, undef, 'all hogs are there');
    is(join('', map { chr ord('A') + $_ } $line->owners(-1, 20)), 'AABAABAAB',
        'whose each tick was');
    is(sprintf('%.1f', $line->ran(0, 0, 11)), '6.0', 'ticks of one');
    is(sprintf('%.1f', $line->ran(1, 0, 11)), '3.0', 'ticks of the other');
    is(sprintf('%.1f', $line->ran(0, 1, 4.5)), '2.5', 'ticks of a part of it');
    like(timeline('AAA', 2, 1)->missing->{seen}, qr/1 tickets never ran/,
        'one that never ran');
};

subtest 'shares at every moment' => sub {
    my $fair = timeline('ABACBA' x 50, 3, 2, 1);
    is($fair->uneven(0, 300, 0 .. 2), undef, 'a fair order');
    is($fair->uneven(7, 203, 0 .. 2), undef, 'a part of it');
    my $worst = timeline('AAABBC' x 20 . 'A' x 12 . 'BBBBBBBBCCCC', 3, 2, 1)
        ->uneven(0, 144, 0 .. 2);
    ok($worst, 'the right sums, but late');
    like(Lab::Timeline::expected_words($worst), qr/process with 3 tickets/,
        'and it says who');
    ok(timeline('ABC' x 30, 3, 2, 1)->uneven(0, 90, 0 .. 2), 'equal shares');
};

subtest 'chance' => sub {
    my ($low, $high) = tails(10, 0.5, 2);
    is(sprintf('%.6f %.6f', $low, $high), '0.054688 0.989258',
        'both ends of a binomial distribution');
    # Five deviations are a little less than what is refused.
    my ($n, $p) = (3000, 0.25);
    my $deviation = sqrt($n * $p * (1 - $p));
    ok(!unlikely($n, $p, $n * $p + $_ * $deviation), "$_ deviations may be")
        for -5, -2, 0, 2, 5;
    ok(unlikely($n, $p, $n * $p + $_ * $deviation), "$_ are refused")
        for -6, 6;
};

my @packed = hogs_pack({ policy => 1, start => 2, length => 3,
    plans => [{ tickets => 5, born => 4 }] });
is_deeply([@packed[0 .. 5]], [1, 1, (map { int $_ * $Lab::Timeline::TICK } 2,
    3), 5, int 4 * $Lab::Timeline::TICK], 'the inputs as numbers');

done_testing();
