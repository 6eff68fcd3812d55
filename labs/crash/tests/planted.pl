# Recovery of what the host has written to the log: whole transactions, torn
# ones, and numbers that cannot be.
use strict;
use warnings;

use Lab::Disk qw(boot keep_files odd_end record_of);
use Lab::Files qw(read_file);
use Lab::Planted qw(contents count_homes draw_transaction homes plant
    plant_header tear);

sub whole {
    my ($run) = @_;
    my $count = $run->{input}{count};
    my ($new) = count_homes($run, keep_files($run) . '/last.img');
    return $new == $count ? undef : {
        expected => "a whole transaction of $count blocks is in the log: a "
            . 'boot brings them home',
        seen => "$new of them are home",
        cause => 'the format is the one of include/fs.h: header, checksum, '
            . 'contents in the order of the header. ' . checksums($run),
    };
}

# The checksum that was planted, in steps, to compare with one's own in GDB.
sub checksums {
    my ($run) = @_;
    my $disk = Disk->open(keep_files($run) . '/first.img');
    my @blocks = map { $disk->bytes($disk->block_at($disk->{log_start} + $_),
        Disk::BSIZE()) } 0 .. $run->{input}{count};
    my $stored = unpack 'x8 V', $blocks[0];
    substr($blocks[0], 8, 4) = pack 'V', 0;
    return sprintf 'The CRC-32 of the header\'s whole block, its checksum '
        . 'field 0, is %#010x; with the contents behind it, which is what the '
        . 'log has, %#010x: compare yours', Lab::Planted::crc32($blocks[0]),
        $stored;
}

# Ways to tear the log: what is said of it, and a function that does it.
my @TORN = (
    ['a sector of the first block is an old one', sub {
        my ($disk, $input) = @_;
        tear($disk, 0, 3, $input->{old} x 512);
    }],
    ['the last sector is an old one', sub {
        my ($disk, $input) = @_;
        tear($disk, $input->{count} - 1, 7, $input->{old} x 512);
    }],
    ['one bit of the last home block number is another one', sub {
        my ($disk, $input) = @_;
        my $at = $disk->block_at($disk->{log_start}) + 12
            + 4 * ($input->{count} - 1);
        my $home = unpack 'V', $disk->bytes($at, 4);
        $disk->put($at, pack 'V', $home ^ 1);
    }],
    ['only the header got there', sub {
        my ($disk, $input) = @_;
        tear($disk, 0, 0, $input->{old} x (4096 * $input->{count}));
    }],
);

sub torn {
    my ($run) = @_;
    my $count = $run->{input}{count};
    for my $way (@TORN) {
        my ($what, $tear) = @$way;
        my $booted = boot($run, sub {
            $tear->(plant(@_), $run->{input});
            return;
        });
        my $odd = odd_end($booted, "the log is torn, $what");
        return $odd if $odd;
        my (undef, $old) = count_homes($run, "$booted->{folder}/disk.img");
        next if $old == $count;
        return {
            expected => "the log is torn, $what: nothing goes home",
            seen => $count - $old . " of $count blocks have been written",
            cause => 'recovery has to compute the checksum of header and '
                . 'contents, and to refuse all if it is not the stored one',
        };
    }
    return undef;
}

# Numbers that cannot be, though the checksum is right: what is said of them,
# count, and the first home block.
my @HEADERS = (
    ['a count of 32, more than the log has', 32, undef],
    ['a count of 4,000,000,000', 4_000_000_000, undef],
    ['block 0, the superblock, as a home', undef, 0],
    ['a home inside the log', undef, 5],
    ['a home behind the last block', undef, 1_000_000],
);

sub plant_case {
    my ($disk, $input, $case) = @_;
    my (undef, $count, $home) = @$case;
    my @homes = homes($disk, $input->{count});
    $homes[0] = $home if defined $home;
    plant_header($disk, $count // scalar @homes, \@homes,
        join '', map { contents($input, $_) } 0 .. $#homes);
}

sub header {
    my ($run) = @_;
    for my $case (@HEADERS) {
        my ($what) = @$case;
        my $before;
        my $booted = boot($run, sub {
            my ($planted, $image) = @_;
            plant_case(plant($planted, $image), $run->{input}, $case);
            $before = rest_of($run, $image);
            return;
        });
        my $odd = odd_end($booted, "the log's header has $what");
        return $odd if $odd;
        next if rest_of($run, "$booted->{folder}/disk.img") eq $before;
        return {
            expected => "the log's header has $what: nothing goes home",
            seen => 'blocks outside the log have been written',
            cause => 'every number that comes from the disk is checked before '
                . 'it is used, even if the checksum is right',
        };
    }
    return undef;
}

# All of a disk but its log.
sub rest_of {
    my ($run, $image) = @_;
    my $disk = Disk->open(keep_files($run) . '/first.img');
    my ($from, $to) = map { $disk->block_at($_) }
        @$disk{qw(log_start inode_start)};
    my $bytes = read_file($image);
    substr $bytes, $from, $to - $from, '';
    return $bytes;
}

# The first run's recovery was recorded: the power is cut at all moments of it.
sub again {
    my ($run) = @_;
    my $folder = keep_files($run);
    my $count = $run->{input}{count};
    my $log = record_of($run);
    my $disk = CutDisk->new("$folder/first.img", "$folder/cut.img", $log);
    for my $n (0 .. scalar($log->entries)) {
        for my $variant ($disk->pending($n) ? (0 .. 4) : 0) {
            $disk->cut($n, $variant && 5 * $n + $variant);
            my $again = Lab::Disk::look_folder($run) . '/again.img';
            Lab::Disk::copy($disk->image, $again);
            $disk->undo;
            Lab::Disk::fsck($run, $again);
            my ($new) = count_homes($run, $again);
            next if $new == $count;
            return {
                expected => "the power is cut while $count blocks go home: the "
                    . 'next boot can still bring all of them home',
                seen => 'after a cut in the recovery, behind '
                    . PowerCut::before_cut($log, "$folder/first.img", $n)
                    . ", $new of them can be had",
                cause => 'the log is emptied before what it holds is durable '
                    . 'at home: a flush belongs between the two',
            };
        }
    }
    return undef;
}

return {
    program => 'boot',
    Lab::Disk::recording(),
    disk => { blocks => 400, inodes => 64 },
    prepare => sub {
        my ($run, $image) = @_;
        plant($run, $image);
        return Lab::Disk::record($run, $image);
    },
    # The first of the disks that a part plants.
    debug => sub {
        my ($run, $image, $part) = @_;
        my $disk = plant($run, $image);
        $TORN[0][1]->($disk, $run->{input}) if $part eq 'torn';
        plant_case($disk, $run->{input}, $HEADERS[0]) if $part eq 'header';
    },
    input => \&draw_transaction,
    pack => sub { return () },
    parts => { whole => \&whole, torn => \&torn, header => \&header,
        again => \&again },
};
