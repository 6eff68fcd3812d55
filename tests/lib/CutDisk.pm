# CutDisk - a disk as it is when the power has gone, again and again.
#
#     my $disk = CutDisk->new($first, $image, WriteLog->new($log)->read);
#     $disk->cut($n, $variant);       # the image is now that of this cut
#     $disk->undo;
#
# At a cut the machine had issued the first n entries of the log.  What a flush
# followed is on the disk.  Of what was written since then, any sector may be
# there or not, in any combination: that is all that reordering by the disk, or
# a write torn at a sector, can lead to.  Variant 0 has all of it; each other
# variant draws its own part.
#
# One image serves all cuts: what a cut adds is taken away by undo.  It is quick
# if the cuts are made in the order of n.
package CutDisk;

use strict;
use warnings;
use Digest::MD5 ();

use Tree qw(read_file);

use constant SECTOR => 512;

sub new {
    my ($class, $first, $image, $log) = @_;
    open my $file, '+>:raw', $image or die "$image: $!\n";
    my $self = bless { file => $file, image => $image, first => $first,
        log => $log, changed => [] }, $class;
    $self->rewind;
    # Where the last flush among the first n entries ends, for each n.
    my ($n, $flushed) = (0, 0);
    $self->{flushed} = [0, map { $n++; $flushed = $n if $log->is_flush($_);
        $flushed } $log->entries];
    return $self;
}

sub image { return $_[0]{image} }

# Makes the disk what it was before the first entry.
sub rewind {
    my ($self) = @_;
    $self->{durable} = read_file($self->{first});
    $self->{done} = 0;             # entries in {durable}
    $self->put(0, $self->{durable});
}

# How many entries since the last flush a cut after n entries has.
sub pending {
    my ($self, $n) = @_;
    return $n - $self->{flushed}[$n];
}

sub put {
    my ($self, $sector, $bytes) = @_;
    sysseek $self->{file}, $sector * SECTOR, 0;
    syswrite($self->{file}, $bytes) == length $bytes
        or die "$self->{image}: $!\n";
}

# Brings to the disk for ever what was flushed among the first n entries.
sub advance {
    my ($self, $n) = @_;
    my @entries = $self->{log}->entries;
    $self->rewind if $self->{flushed}[$n] < $self->{done};
    for my $entry (@entries[$self->{done} .. $self->{flushed}[$n] - 1]) {
        my $bytes = $self->{log}->data($entry);
        $self->put($entry->{sector}, $bytes);
        substr($self->{durable}, $entry->{sector} * SECTOR, length $bytes)
            = $bytes;
    }
    $self->{done} = $self->{flushed}[$n];
}

# Cuts after n entries.  Returns a name of what is on the disk.
sub cut {
    my ($self, $n, $variant) = @_;
    $self->advance($n);
    my @pending = ($self->{log}->entries)[$self->{done} .. $n - 1];
    return "$self->{done} " . $self->add($self->{log}, \@pending, $variant);
}

# Adds a part of some entries of any log.  Returns a name of that part.
sub add {
    my ($self, $log, $entries, $variant) = @_;
    my @runs = map { [$_, 0, $_->{count}] } @$entries;
    @runs = survivors($variant, @runs) if $variant;
    for my $run (@runs) {
        my ($entry, $first, $n) = @$run;
        $self->put($entry->{sector} + $first, $log->data($entry, $first, $n));
        push @{ $self->{changed} }, [$entry->{sector} + $first, $n];
    }
    return Digest::MD5::md5_base64(join ' ',
        map { "$_->[0]{at} $_->[1] $_->[2]" } @runs);
}

# Cuts the power again: after n entries of a log of writes that came later.
sub cut_again {
    my ($self, $log, $n, $variant) = @_;
    my @entries = ($log->entries)[0 .. $n - 1];
    my @pending;
    unshift @pending, pop @entries
        while @entries && !$log->is_flush($entries[-1]);
    $self->add($log, [grep { !$log->is_flush($_) } @entries], 0);
    $self->add($log, \@pending, $variant);
}

sub undo {
    my ($self) = @_;
    for my $run (splice @{ $self->{changed} }) {
        my ($sector, $n) = @$run;
        $self->put($sector,
            substr $self->{durable}, $sector * SECTOR, $n * SECTOR);
    }
}

# Of runs of sectors, each [entry, first, count], those that the cut leaves.
sub survivors {
    my ($variant, @runs) = @_;
    srand($variant);
    my $kind = int rand 5;
    return () if $kind == 0;
    # Whole writes are lost: those on the disk may be later ones.
    return grep { rand() < 0.5 } @runs if $kind == 1;
    # The last write is torn.
    if ($kind == 2) {
        my ($entry, $first, $n) = @{ pop @runs // return () };
        my $left = int rand $n;
        return (@runs, $left ? [$entry, $first, $left] : ());
    }
    # Sectors are lost: half of them, or a few only.
    my $loss = $kind == 3 ? 0.5 : 1 / (1 + int rand 64);
    return map { pick($loss, @$_) } @runs;
}

# Cuts a run into those parts of it that are not lost.
sub pick {
    my ($loss, $entry, $first, $n) = @_;
    my @runs;
    for my $sector ($first .. $first + $n - 1) {
        next if rand() < $loss;
        if (@runs && $runs[-1][1] + $runs[-1][2] == $sector) {
            $runs[-1][2]++;
        } else {
            push @runs, [$entry, $sector, 1];
        }
    }
    return @runs;
}

1;
