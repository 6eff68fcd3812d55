# The power is cut at every moment of a run in which two processes change files.
#
# What goes to the disk is recorded.  Then the disk is made as it is after a cut
# at each moment: what had not been flushed is there or not, in whole or in
# part.  On the host fsck brings home what the log holds, if it is whole, and
# looks at the rest.  Some of the disks are booted, too.
use strict;
use warnings;

use Lab::Calls qw(draw_calls note_call pack_calls);
use Lab::Disk qw(boot look moments odd_end record_of trouble);

# Two processes, calls of each; variants of each cut; how many are booted.
my ($CALLS, $VARIANTS, $BOOTS) = (14, 2, 3);

# The cuts, from the first call on: before that the kernel only mounts.
sub cuts {
    my ($run) = @_;
    return $run->{cuts} //= Lab::Disk->cuts($run, @{ $run->{calls} });
}

sub durable {
    my ($run) = @_;
    my $cuts = cuts($run);
    my ($wrong) = $cuts->wrong_results;
    return { expected => 'each call returns what it should', seen => $wrong,
        cause => 'begin_op or end_op fails without need' } if $wrong;
    my ($n, $trouble) = $cuts->try_bare(moments($run)) or return undef;
    return {
        expected => 'what a call has done is on the disk when it returns',
        seen => 'after a cut behind ' . $cuts->before($n) . ', '
            . trouble($trouble),
        cause => 'a call returns before its transaction, header and contents, '
            . 'has been flushed; or the checksum is not the one of fs.h',
    };
}

sub whole {
    my ($run) = @_;
    my ($n, $trouble) = cuts($run)->try_parts(1, $VARIANTS, 1) or return undef;
    return {
        expected => 'after a cut, be it when it may, each call is on the disk '
            . 'in full or not at all',
        seen => 'after a cut behind ' . cuts($run)->before($n) . ', '
            . trouble($trouble),
        cause => 'between a write and what relies on it there is no flush: '
            . (too_early($run, $n) // 'home only after the log is durable, and '
            . 'the log anew only after all is durable at home'),
    };
}

# What was written too early, if that is seen from the order of writes, to the
# log and home, of which none had been flushed at a cut.
sub too_early {
    my ($run, $n) = @_;
    my $disk = Disk->open("$run->{kept}/first.img");
    my ($from, $to) = map { $disk->block_at($_) / WriteLog::SECTOR() }
        @$disk{qw(log_start inode_start)};
    my @entries = (record_of($run)->entries)[$n - cuts($run)->pending($n)
        .. $n - 1];
    my $order = join '', map { $_->{sector} >= $from && $_->{sector} < $to
        ? 'L' : 'H' } @entries;
    return $order =~ /^L+H+$/ ? 'contents go home before the log that has them '
            . 'is durable'
        : $order =~ /^H+L+$/ ? 'the log is written over before what it held '
            . 'is durable at home'
        : undef;
}

sub booted {
    my ($run) = @_;
    my $cuts = cuts($run);
    # Where nothing of the log is ever torn, any cut will do.
    my @names = $cuts->torn_cuts($BOOTS);
    @names = map { int($cuts->length * $_ / $BOOTS) . ':0' } 1 .. $BOOTS
        if !@names;
    for my $name (@names) {
        my ($n) = $name =~ /^(\d+)/;
        # It is only to mount: it gets no calls.
        my $booted = boot($run, sub { $cuts->save_cut($name, $_[1]); return },
            pack => sub { return (0, 0, 0) });
        my $odd = odd_end($booted, 'after a power cut');
        return $odd if $odd;
        my $trouble = $cuts->judge($n, look($run, "$booted->{folder}/disk.img"))
            // next;
        return {
            expected => 'the next boot finds all that had returned',
            seen => 'after a cut behind ' . $cuts->before($n)
                . ', and a boot, ' . trouble($trouble),
            cause => 'recovery does not bring home what the log holds, or '
                . 'brings home what is not whole',
        };
    }
    return undef;
}

return {
    program => 'calls',
    Lab::Disk::recording(),
    disk => { blocks => 500, inodes => 64 },
    input => sub {
        return { calls => draw_calls($_[0], processes => 2, calls => $CALLS) };
    },
    pack => sub { return pack_calls($_[0]{calls}) },
    at_report => \&note_call,
    parts => { durable => \&durable, whole => \&whole, booted => \&booted },
};
