# Lab::Planted - transactions that the host writes to the log of a disk.
#
# Their home is in blocks that no file has, so the host can tell by the bytes
# there what recovery has done.  A run's input says of how many blocks one is
# (count), and what is in them before and after (old, new).
package Lab::Planted;

use strict;
use warnings;
use Exporter qw(import);

use Lab::Disk qw(keep_files);
use Lab::Files qw(read_file);

our @EXPORT_OK = qw(contents count_homes draw_transaction homes plant
    plant_header tear);

# As in include/fs.h of that lab.
my $LOG_MAGIC = 0x4c4f4721;
my ($SECTOR, $BLOCK) = (512, 4096);

sub draw_transaction {
    my ($draw) = @_;
    return { count => $draw->(12, 31), old => chr $draw->(1, 127),
        new => $draw->(130, 255) };
}

# Writes the transaction of the run's input to the log, and what is old to its
# homes.  Returns the disk.
sub plant {
    my ($run, $image) = @_;
    my $disk = Disk->open($image);
    my $input = $run->{input};
    my @homes = homes($disk, $input->{count});
    $disk->put($disk->block_at($_), $input->{old} x $BLOCK) for @homes;
    plant_header($disk, scalar @homes, \@homes, join '',
        map { contents($input, $_) } 0 .. $#homes);
    return $disk;
}

# Writes a log with the right checksum, be its numbers as wrong as they may.
sub plant_header {
    my ($disk, $count, $homes, $contents) = @_;
    my $header = sub { substr pack('V3 V* x4096', $LOG_MAGIC, $count, $_[0],
        @$homes), 0, $BLOCK };
    my $at = $disk->block_at($disk->{log_start});
    $disk->put($at, $header->(crc32($header->(0) . $contents)) . $contents);
}

# The disk's last blocks, from behind.
sub homes {
    my ($disk, $count) = @_;
    return map { $disk->{nblocks} - 1 - $_ } 0 .. $count - 1;
}

# What is to be in the n-th of them: sectors that are all different.
sub contents {
    my ($input, $n) = @_;
    return join '', map { chr(($input->{new} + 8 * $n + $_) % 256) x $SECTOR }
        0 .. 7;
}

# Puts something old, or something else, in the place of a sector of the n-th
# block of the log's contents.
sub tear {
    my ($disk, $n, $sector, $bytes) = @_;
    $disk->put($disk->block_at($disk->{log_start} + 1 + $n)
        + $sector * $SECTOR, $bytes);
}

# How many of the homes on a disk have new contents, and how many the old ones.
# Where they are is asked of the disk as it was: after a boot nothing on it can
# be believed.
sub count_homes {
    my ($run, $image) = @_;
    my ($new, $old) = (0, 0);
    my $disk = Disk->open(keep_files($run) . '/first.img');
    my $bytes = read_file($image);
    my @homes = homes($disk, $run->{input}{count});
    for my $n (0 .. $#homes) {
        my $seen = substr $bytes, $disk->block_at($homes[$n]), $BLOCK;
        $new += $seen eq contents($run->{input}, $n);
        $old += $seen eq $run->{input}{old} x $BLOCK;
    }
    return ($new, $old);
}

# CRC-32, as in include/crc32.h.
my @crc_table;
sub crc32 {
    my ($bytes) = @_;
    if (!@crc_table) {
        for my $byte (0 .. 255) {
            my $crc = $byte;
            $crc = $crc & 1 ? $crc >> 1 ^ 0xedb88320 : $crc >> 1 for 1 .. 8;
            push @crc_table, $crc;
        }
    }
    my $crc = 0xffffffff;
    $crc = $crc >> 8 ^ $crc_table[($crc ^ $_) & 0xff] for unpack 'C*', $bytes;
    return $crc ^ 0xffffffff;
}

1;
