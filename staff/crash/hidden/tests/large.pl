# Power cuts while two processes write as much as one transaction can hold.
use strict;
use warnings;

use Lab::Calls qw(draw_calls note_call pack_calls);
use Lab::Disk qw(trouble);

my ($CALLS, $VARIANTS, $STEP) = (7, 2, 2);

return {
    program => 'calls',
    Lab::Disk::recording(),
    disk => { blocks => 900, inodes => 64 },
    input => sub {
        return { calls => draw_calls($_[0], processes => 2, calls => $CALLS,
            large => 1) };
    },
    pack => sub { return pack_calls($_[0]{calls}) },
    at_report => \&note_call,
    parts => {
        whole => sub {
            my ($run) = @_;
            my $cuts = Lab::Disk->cuts($run, @{ $run->{calls} });
            my ($n, $trouble) = $cuts->try_parts($STEP, $VARIANTS, 1)
                or return undef;
            return {
                expected => 'after a cut, be it when it may, each call is on '
                    . 'the disk in full or not at all',
                seen => 'after a cut behind ' . $cuts->before($n) . ', '
                    . trouble($trouble),
                cause => 'a transaction may be of 31 blocks: all of them are '
                    . 'covered by the checksum, and by the flush',
            };
        },
    },
};
