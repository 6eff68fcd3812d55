# WriteLog - the writes and flushes that a machine sent to its disk.
#
#     my $machine = Machine->boot(drive => [WriteLog::drive($path)]);
#     my $log = WriteLog->new($path);
#     $log->length;               # entries so far; the machine may be running
#     $log->read;
#     my ($writes, $flushes) = $log->count($from, $to);
#
# QEMU's block driver blklogwrites keeps the log, in the format of the Linux
# kernel's dm-log-writes ("Documentation/admin-guide/device-mapper/log-writes"):
# a first sector, then for each entry a sector, and the data.
package WriteLog;

use strict;
use warnings;

use constant { SECTOR => 512, MAGIC => "rhswfsj\0", FLUSH => 1 };

# Arguments for QEMU; %s will be the disk.  The log's super block always says
# how many entries there are: so whoever knows that the machine has completed
# a request knows that it is counted.  The host need not flush for us: we cut
# the power of the machine only.
sub drive {
    my ($path) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    return ('-blockdev',
        'driver=file,filename=%s,node-name=image,cache.no-flush=on',
        '-blockdev', "driver=file,filename=$path,node-name=writes,"
            . 'cache.no-flush=on',
        '-blockdev', 'driver=blklogwrites,file=image,log=writes,'
            . 'node-name=logged,log-sector-size=512,'
            . 'log-super-update-interval=1',
        '-device', 'ide-hd,drive=logged,bus=ide.0');
}

sub new {
    my ($class, $path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    return bless { file => $file, path => $path }, $class;
}

sub bytes {
    my ($self, $at, $n) = @_;
    sysseek $self->{file}, $at, 0;
    my $got = sysread($self->{file}, my $bytes, $n);
    die "$self->{path} is too short\n" if !defined $got || $got != $n;
    return $bytes;
}

# The number of entries.
sub length {
    my ($self) = @_;
    return unpack 'Q<', $self->bytes(16, 8);
}

# Reads the entries.  An entry is a hash: sector, count (of sectors, 0 for a
# flush), at (where the data is).
sub read {
    my ($self) = @_;
    my ($magic, $length, $size) = unpack 'a8 x8 Q< V', $self->bytes(0, 28);
    $magic eq MAGIC && $size == SECTOR
        or die "$self->{path} is no log of writes\n";
    my @entries;
    my $at = SECTOR;
    while (@entries < $length) {
        my ($sector, $count, $flags) = unpack 'Q<3', $self->bytes($at, 24);
        $flags == ($count ? 0 : FLUSH)
            or die "$self->{path} has an entry that is neither\n";
        $at += SECTOR;
        push @entries, { sector => $sector, count => $count, at => $at };
        $at += $count * SECTOR;
    }
    $self->{entries} = \@entries;
    return $self;
}

sub entries { return @{ $_[0]{entries} } }
sub is_flush { return $_[1]{count} == 0 }

# The data of an entry, or of some of its sectors.
sub data {
    my ($self, $entry, $first, $n) = @_;
    return $self->bytes($entry->{at} + ($first // 0) * SECTOR,
        ($n // $entry->{count}) * SECTOR);
}

# How many writes and flushes there are from one length of the log to another.
sub count {
    my ($self, $from, $to) = @_;
    my @part = @{ $self->{entries} }[$from .. $to - 1];
    my $flushes = grep { $self->is_flush($_) } @part;
    return (@part - $flushes, $flushes);
}

1;
