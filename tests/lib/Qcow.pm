# Qcow - makes a disk image that only holds what differs from another one.
#
#     Qcow::overlay("$dir/changes.qcow2", "$dir/disk.img");  # in one folder
#
# QEMU writes what a machine changes, and snapshots of the machine, to the first
# and leaves the second as it is.  The format is described in QEMU's
# docs/interop/qcow2.txt; QEMU's own program for it is not part of all its
# packages.
package Qcow;

use strict;
use warnings;
use File::Basename qw(basename);

use constant {
    CLUSTER_BITS => 16,
    CLUSTER => 1 << 16,
    HEADER => 72,                   # bytes in it, in version 2
    BACKING_FORMAT => 0xe2792aca,   # an extension of the header
};

# Big-endian fields.  The image has four clusters: the header, the table of
# tables of reference counts, such a table, and the table of tables of clusters,
# which is empty; it covers 512 MiB, and QEMU makes it larger as needed.
sub overlay {
    my ($path, $backing) = @_;
    my $size = -s $backing or die "$backing: $!\n";
    $size <= 512 << 20 or die "$backing is too large\n";
    # To QEMU this path counts from the image's own folder.
    my $name = basename($backing);
    my $extensions = pack 'N N a8 N N', BACKING_FORMAT, 3, 'raw', 0, 0;
    my $header = pack 'a4 N Q> N N Q> N N Q> Q> N N Q>', "QFI\xfb", 2,
        HEADER + length $extensions, length $name, CLUSTER_BITS, $size,
        0,                          # not encrypted
        1, 3 * CLUSTER,             # tables of clusters: entries, where
        1 * CLUSTER, 1,             # tables of counts: where, clusters
        0, 0;                       # snapshots: how many, where
    my @clusters = ($header . $extensions . $name,
        pack('Q>', 2 * CLUSTER), pack('n4', 1, 1, 1, 1), '');
    open my $file, '>:raw', $path or die "$path: $!\n";
    print $file pack 'a' . CLUSTER, $_ for @clusters;
    close $file or die "$path: $!\n";
}

1;
