# SmallDisk - small disks with few files, and what is on them.
package SmallDisk;

use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Exporter qw(import);
use File::Copy ();

use Disk;
use Tree qw(built capture temp_dir write_file);

our @EXPORT_OK = qw(files_on make_disk);

my @PROGRAMS = qw(init sh cat echo halt ls mkdir mv ln rm ps sick);

# Makes a disk that boots, with these folders and files besides programs:
# path => contents, undef for a folder.
sub make_disk {
    my ($image, $nblocks, $ninodes, %files) = @_;
    my $dir = temp_dir();
    for my $path (sort keys %files) {
        if (defined $files{$path}) {
            write_file("$dir/$path", $files{$path});
        } else {
            mkdir "$dir/$path" or die "$dir/$path: $!\n";
        }
    }
    my ($status, $output) = capture(built('mkfs'),
        '-b', $nblocks, '-i', $ninodes, '-B', built('boot/bootblock.bin'),
        '-K', built('kernel.stripped'), $image,
        (map { built("disk/$_") } @PROGRAMS),
        map { "$dir/$_" } grep { !m{/} } sort keys %files);
    die "mkfs: $output" if $status;
}

# What is on a disk: path => type, links, and contents or their checksum.  Of
# devices init makes some; they are left out.  Looks at a copy, in which fsck
# has brought home what the log holds.
sub files_on {
    my ($image) = @_;
    my $copy = temp_dir() . '/copy';
    File::Copy::copy($image, $copy) or die "$image: $!\n";
    my ($status, $output) = capture(built('fsck'), '-r', $copy);
    die "fsck: $output" if $status;
    my %found;
    walk(Disk->open($copy), 1, '', \%found);
    unlink $copy;
    return \%found;
}

sub walk {
    my ($disk, $folder, $path, $found) = @_;
    for my $entry ($disk->entries($folder)) {
        my ($inum, $name) = @$entry{qw(inum name)};
        next if !$inum || $name eq '.' || $name eq '..';
        my $inode = $disk->inode($inum);
        my $what = "$inode->{nlink} names, $inode->{size} bytes";
        if ($inode->{type} == Disk::T_DIR) {
            $found->{"$path/$name"} = "folder, $what";
            walk($disk, $inum, "$path/$name", $found);
        } elsif ($inode->{type} == Disk::T_FILE) {
            $found->{"$path/$name"} = "file, $what, "
                . md5_hex($disk->contents($inum));
        }
    }
}

1;
