# Disk - reads and changes a disk image by the format in include/fs.h, without
# any of the project's own code: so tests can look behind mkfs and plant damage.
package Disk;

use strict;
use warnings;

use constant {
    SECTOR => 512, BSIZE => 4096, PART_FS => 0x7f,
    NDIRECT => 12, INODE_SIZE => 64, DIRENT_SIZE => 16,
    T_DIR => 1, T_FILE => 2, T_DEV => 3,
    LOG_SLOTS => 8, LOG_SLOT_BLOCKS => 32,
};
my @SUPER = qw(magic nblocks ninodes log_start inode_start bitmap_start data_start);
my @INODE = qw(type major minor nlink size);

sub open {
    my ($class, $path) = @_;
    CORE::open(my $file, '+<:raw', $path) or die "$path: $!\n";
    my $self = bless { file => $file }, $class;
    for my $n (0 .. 3) {
        my ($type, $start, $count)
            = unpack 'x4 C x3 V2', $self->bytes(446 + 16 * $n, 16);
        @$self{qw(base nsectors)} = ($start * SECTOR, $count)
            if $type == PART_FS;
    }
    defined $self->{base}
        or die "$path has no file system in its partition table\n";
    @$self{@SUPER} = unpack 'V7', $self->bytes($self->{base}, 28);
    return $self;
}

# Bytes at an offset in the image, and storing some there.
sub bytes {
    my ($self, $offset, $n) = @_;
    sysseek $self->{file}, $offset, 0;
    sysread($self->{file}, my $bytes, $n);
    return $bytes;
}

sub put {
    my ($self, $offset, $bytes) = @_;
    sysseek $self->{file}, $offset, 0;
    syswrite($self->{file}, $bytes) == length $bytes
        or die "cannot write: $!\n";
}

# Offset in the image of a block, an inode, an inode's n-th address.
sub block_at { return $_[0]{base} + $_[1] * BSIZE }
sub inode_at { return $_[0]->block_at($_[0]{inode_start}) + $_[1] * INODE_SIZE }
sub addr_at { return $_[0]->inode_at($_[1]) + 12 + 4 * $_[2] }

# Stores a field of the superblock.
sub put_super {
    my ($self, %fields) = @_;
    for my $n (0 .. $#SUPER) {
        $self->put($self->{base} + 4 * $n, pack 'V', $fields{ $SUPER[$n] })
            if exists $fields{ $SUPER[$n] };
    }
}

# The inode as a hash: type, major, minor, nlink, size, addrs (13 of them).
sub inode {
    my ($self, $number) = @_;
    my @fields = unpack 'v4 V14', $self->bytes($self->inode_at($number),
        INODE_SIZE);
    my %inode;
    @inode{@INODE} = splice @fields, 0, 5;
    return { %inode, addrs => \@fields };
}

sub put_inode {
    my ($self, $number, %fields) = @_;
    my $inode = { %{ $self->inode($number) }, %fields };
    $self->put($self->inode_at($number),
        pack 'v4 V14', @$inode{@INODE}, @{ $inode->{addrs} });
}

# The blocks of a file's contents, in order; 0 is a hole.
sub blocks {
    my ($self, $number) = @_;
    my $inode = $self->inode($number);
    my @addrs = @{ $inode->{addrs} };
    my $indirect = pop @addrs;
    push @addrs, unpack 'V*', $self->bytes($self->block_at($indirect), BSIZE)
        if $indirect;
    my $n = int(($inode->{size} + BSIZE - 1) / BSIZE);
    return @addrs[0 .. $n - 1];
}

sub contents {
    my ($self, $number) = @_;
    my $all = join '', map { $_ ? $self->bytes($self->block_at($_), BSIZE)
        : "\0" x BSIZE } $self->blocks($number);
    return substr $all, 0, $self->inode($number)->{size};
}

# A directory's entries, each { inum, name, at }, at being its offset.
sub entries {
    my ($self, $number) = @_;
    my $left = $self->inode($number)->{size} / DIRENT_SIZE;
    my @entries;
    for my $block ($self->blocks($number)) {
        for (my $at = $self->block_at($block);
             $left > 0
                 && $at < $self->block_at($block + 1); $at += DIRENT_SIZE) {
            my ($inum, $name) = unpack 'v Z14', $self->bytes($at,
                DIRENT_SIZE) . "\0";
            push @entries, { inum => $inum, name => $name, at => $at };
            $left--;
        }
    }
    return @entries;
}

# The entry of a path, undef if there is none.
sub entry {
    my ($self, $path) = @_;
    my $number = 1;
    my $found;
    for my $name (grep { length } split m{/}, $path) {
        ($found) = grep { $_->{inum}
            && $_->{name} eq $name } $self->entries($number);
        return undef if !$found;
        $number = $found->{inum};
    }
    return $found;
}

# The inode number of a path.
sub lookup {
    my ($self, $path) = @_;
    my $entry = $self->entry($path) // die "$path is not on the disk\n";
    return $entry->{inum};
}

# Is a block marked as used?  And marking it.
sub used {
    my ($self, $block) = @_;
    my $at = $self->block_at($self->{bitmap_start}) + ($block >> 3);
    return ord($self->bytes($at, 1)) >> ($block & 7) & 1;
}

sub mark {
    my ($self, $block, $used) = @_;
    my $at = $self->block_at($self->{bitmap_start}) + ($block >> 3);
    my $byte = ord $self->bytes($at, 1);
    my $bit = 1 << ($block & 7);
    $self->put($at, chr($used ? $byte | $bit : $byte & ~$bit));
}

# The first block that is free, the first inode that is.
sub free_block {
    my ($self) = @_;
    my ($block) = grep { !$self->used($_) } $self->{data_start} .. $self->{nblocks} - 1;
    return $block;
}

sub free_inode {
    my ($self) = @_;
    my ($inode) = grep { !$self->inode($_)->{type} } 2 .. $self->{ninodes} - 1;
    return $inode;
}

1;
