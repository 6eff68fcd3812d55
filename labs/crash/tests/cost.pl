# What it costs to make a file: flushes, which are what takes a disk's time.
# And calls that share a transaction must have room in it.
use strict;
use warnings;

use Lab::Disk qw(moment moments record_of);

my ($FILES, $PROCESSES, $SIZE) = (12, 4, 60_000);
my $NO_ROOM = 'a call joins a transaction that has no room for all that it may '
    . 'change: begin_op is told how many blocks that is';
my ($MOST_ALONE, $MOST_TOGETHER) = (2, 1);

# Flushes for each file, between two moments.
sub flushes {
    my ($run, $from, $files) = @_;
    my (undef, $flushes) = record_of($run)->count(
        (moments($run))[$from, $from + 1]);
    return $flushes / $files;
}

# What is wrong with the large writes, whose results come behind the moments.
sub large_writes {
    my ($run) = @_;
    my @results = map { unpack 'l<', $_ } @{ $run->{reports} }[3
        .. $#{ $run->{reports} }];
    return undef if @results == $PROCESSES && !grep { $_ != $SIZE } @results;
    return {
        expected => "$PROCESSES processes write $SIZE bytes each at once: each "
            . "write returns $SIZE",
        seen => "they return: @results",
        cause => $NO_ROOM,
    };
}

return {
    program => 'cost',
    Lab::Disk::recording(),
    disk => { blocks => 500, inodes => 128 },
    input => sub { return {} },
    pack => sub { return ($FILES, $PROCESSES, $SIZE) },
    panics => $NO_ROOM,
    at_report => sub { moment($_[0]) },
    parts => {
        flushes => sub {
            my $seen = flushes($_[0], 0, $FILES);
            return $seen <= $MOST_ALONE ? undef : {
                expected => "one process makes files: at most $MOST_ALONE "
                    . 'flushes for each',
                seen => sprintf('%.1f', $seen),
                cause => 'with a checksum over all of it, header and contents '
                    . 'need no flush between them; and what goes home may be '
                    . 'flushed when the log is written the next time',
            };
        },
        group => sub {
            my $seen = flushes($_[0], 1, $FILES * $PROCESSES);
            return $seen <= $MOST_TOGETHER ? large_writes($_[0]) : {
                expected => "$PROCESSES processes make files at once: at most "
                    . "$MOST_TOGETHER flush for each",
                seen => sprintf('%.1f', $seen),
                cause => 'each call has a transaction of its own: those that '
                    . 'wait can join the next one, and one commit serves them '
                    . 'all',
            };
        },
    },
};
