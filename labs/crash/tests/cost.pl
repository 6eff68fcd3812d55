# What it costs to make a file: flushes, which are what takes a disk's time.
use strict;
use warnings;

use Lab::Disk qw(moment moments record_of);

my ($FILES, $PROCESSES) = (12, 4);
my ($MOST_ALONE, $MOST_TOGETHER) = (2, 1);

# Flushes for each file, between two moments.
sub flushes {
    my ($run, $from, $files) = @_;
    my (undef, $flushes) = record_of($run)->count(
        (moments($run))[$from, $from + 1]);
    return $flushes / $files;
}

return {
    program => 'cost',
    Lab::Disk::recording(),
    disk => { blocks => 500, inodes => 128 },
    input => sub { return {} },
    pack => sub { return ($FILES, $PROCESSES) },
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
            return $seen <= $MOST_TOGETHER ? undef : {
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
