# Lab::Disk - verdicts by the disk, read after the machine was switched off.
#
# No code of the kernel takes part: a disk is read by fsck, which knows the
# log's format and is built from the clean copy, and by modules of the project's
# own tests (tests/lib).  A run whose spec has
#
#     Lab::Disk::recording()
#
# has what goes to its disk recorded.  Then
#
#     moment($run)                in at_report: notes that it was now
#     record_of($run)             a WriteLog, when the machine is off
#     moments($run)               the record's length at each moment
#     Lab::Disk->cuts($run, ...)  the power cuts at all moments: a PowerCut
#     boot($run, sub { ... })     another boot; the function changes the disk
#     look($run, $image)          what is wrong with a disk, and its files
package Lab::Disk;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Copy ();
use File::Path qw(make_path);

use Lab::Files qw(read_file write_file);

# The tests' modules change the environment, for their own commands only.
BEGIN {
    local %ENV = %ENV;
    local @INC = (abs_path(dirname(__FILE__) . '/../../../tests/lib'), @INC);
    require CutDisk;
    require Disk;
    require FileModel;
    require PowerCut;
    require WriteLog;
}

our @ISA = qw(PowerCut);
our @EXPORT_OK = qw(boot keep_files look moment moments odd_end record_of
    trouble);

# What a spec has for a run that is recorded.
sub recording {
    return (tools => ['fsck'], prepare => \&record, at_start => \&watch);
}

# Has what the machine writes recorded, and keeps the disk as it was before.
sub record {
    my ($run, $image) = @_;
    my $kept = "$run->{build}/disks-$run->{spec}{program}";
    make_path($kept);
    copy($image, "$kept/first.img");
    @$run{qw(kept record events)} = ($kept, "$run->{folder}/writes", []);
    my @drive = WriteLog::drive($run->{record});
    $run->{grade}{sandbox}->give($run->{record});
    return (drive => [map { s/%s/$image/r } @drive]);
}

sub copy {
    my ($from, $to) = @_;
    File::Copy::copy($from, $to) or die "$to: $!\n";
}

# Whenever the machine stops for us, QEMU flushes its disk and records that.  So
# the kernel's own flushes are those that are seen at its function disk_flush,
# which no lab lets a student change.
sub watch {
    my ($run, $machine) = @_;
    my ($address) = read_file("$run->{build}/kernel.sym")
        =~ /^(\w+) T disk_flush$/m or die "the kernel has no disk_flush\n";
    $machine->stop_in_kernel(hex $address, sub { note_event($run, 'flush') });
}

# Notes what happens, and how much was recorded by then.
sub note_event {
    my ($run, $what) = @_;
    # Before the first write the record is empty.
    my $length = -s $run->{record} ? WriteLog->new($run->{record})->length : 0;
    push @{ $run->{events} }, [$what, $length];
}

sub moment { note_event($_[0], 'moment') }

# Takes the record, and the disk as the machine has left it, out of the folder
# that the next machine will have.
sub keep_files {
    my ($run) = @_;
    return $run->{kept} if $run->{files_kept}++;
    copy("$run->{folder}/disk.img", "$run->{kept}/last.img");
    # A kernel that has written nothing leaves no record.
    my $log = WriteLog->new($run->{record});
    my @entries = -s $run->{record} ? $log->read->entries : ();
    my ($done, $n, $body) = (0, 0, '');
    for my $event (@{ $run->{events} }, ['end', scalar @entries]) {
        my ($what, $length) = @$event;
        for my $entry (grep { !$log->is_flush($_) }
            @entries[$done .. $length - 1]) {
            $body .= entry(@$entry{qw(sector count)}, 0) . $log->data($entry);
            $n++;
        }
        $done = $length;
        push @{ $run->{moments} }, $n if $what eq 'moment';
        next if $what ne 'flush';
        $body .= entry(0, 0, 1);
        $n++;
    }
    my $head = pack 'a8 Q<2 V x484', WriteLog::MAGIC(), 1, $n,
        WriteLog::SECTOR();
    write_file("$run->{kept}/writes", $head . $body);
    return $run->{kept};
}

# An entry of a WriteLog's file, without data.
sub entry { return pack 'Q<4 x480', @_, 0 }

sub moments { keep_files($_[0]); return @{ $_[0]{moments} } }

sub record_of { return WriteLog->new(keep_files($_[0]) . '/writes')->read }

# Boots another machine with the run's program and inputs, on a disk that
# `change` has changed; what it returns are options of Lab::Machine.  Of the
# run's spec some more may differ.  Returns the new run.
sub boot {
    my ($run, $change, %more) = @_;
    keep_files($run) if $run->{record};
    my %spec = (%{ $run->{spec} }, prepare => $change, at_report => undef,
        at_start => undef, %more);
    return $run->{grade}->machine_run(\%spec, $run->{seed});
}

# A part's answer if a boot did not end as it must, or nothing.
sub odd_end {
    my ($run, $what) = @_;
    return if $run->{end} eq 'end';
    return { state => 'not graded', seen => 'this host was too slow to judge' }
        if $run->{end} eq 'slow';
    my @lines = split /\n/, $run->{console};
    return {
        expected => "$what: the kernel starts the first process",
        seen => $Lab::Grade::ENDS{ $run->{end} },
        cause => 'what the kernel read from the disk has to be checked before '
            . 'it is used',
        console => Lab::Grade::printable(join "\n", @lines > 8
            ? @lines[-8 .. -1] : @lines),
    };
}

# Where fsck may write.
sub look_folder {
    my ($run) = @_;
    my $folder = "$run->{build}/look";
    make_path($folder);
    return $folder;
}

# Brings the log of an image in look_folder home.  What a kernel has written
# there is no more to be trusted than the kernel.
sub fsck {
    my ($run, $image) = @_;
    my ($folder, $sandbox) = (dirname($image), $run->{grade}{sandbox});
    $sandbox->give($folder);
    return $sandbox->run({ kind => 'boot', folder => $folder,
        read => ["$run->{tools}/fsck"], write => [$folder] },
        "$run->{tools}/fsck", '-r', $image);
}

# What fsck finds on a disk, once the log has been brought home; and if that is
# nothing, a list of its files as FileModel's texts have it.  The image stays as
# it is.
sub look {
    my ($run, $image) = @_;
    my $copy = look_folder($run) . '/looked-at.img';
    copy($image, $copy);
    my ($status, $output) = fsck($run, $copy);
    return ("fsck says: $output") if $status !~ /^[01]\z/;
    my @wrong = grep { !/^fsck: (?:note: |log: \d+ transactions replayed$)/ }
        $output =~ /^(fsck: .*)$/mg;
    return (join '; ', @wrong > 3 ? (@wrong[0 .. 2], '...') : @wrong) if @wrong;
    my $disk = Disk->open($copy);
    my @list;
    list_folder($disk, 1, '', \@list);
    return (undef, @list);
}

sub list_folder {
    my ($disk, $folder, $path, $list) = @_;
    for my $entry ($disk->entries($folder)) {
        my ($inum, $name) = @$entry{qw(inum name)};
        next if !$inum || $name eq '.' || $name eq '..';
        my $inode = $disk->inode($inum);
        if ($inode->{type} == Disk::T_DIR()) {
            push @$list, "$path/$name directory $inode->{nlink}";
            list_folder($disk, $inum, "$path/$name", $list);
        } elsif ($inode->{type} == Disk::T_FILE()) {
            push @$list, "$path/$name file $inode->{nlink} $inode->{size} "
                . FileModel::sum($disk->contents($inum)) . " $inum";
        }
    }
}

# ---- Power cuts ----

# The cuts of a run that was recorded.  `calls` is a list of the calls, one for
# each moment: [process, number, words, result].
sub cuts {
    my ($class, $run, @calls) = @_;
    my $folder = keep_files($run);
    my @moments = moments($run);
    write_file("$folder/calls", join '', map {
        my $moment = shift @moments;
        my ($process, $number, $words, $result) = @$_;
        "$moment call $process $number $words\n"
            . "$moment done $process $number $result\n" } @calls);
    return bless PowerCut->new($folder, Lab::Disk::Look->new($run,
        "$folder/cut.img")), $class;
}

# What is wrong after a cut, given what was found on the disk.  After a cut that
# may forget, any earlier state is as good as the last.
sub judge {
    my ($self, $n, @found) = @_;
    return $self->SUPER::judge($n, @found) if !$self->{may_forget};
    local $self->{states} = { map { my $states = $self->{states}{$_};
        ($_ => [map { { %$_, until => undef } } @$states]) }
        keys %{ $self->{states} } };
    return $self->SUPER::judge($n, @found);
}

# Cuts the power at these moments, when nothing is on the disk that was not
# flushed.  Returns the first trouble: the moment, and what is wrong.
sub try_bare {
    my ($self, @moments) = @_;
    for my $n (@moments) {
        my $trouble = $self->try("$n:" . nothing_left());
        return ($n, $trouble) if $trouble;
    }
    return;
}

# A variant of CutDisk's that leaves nothing.
my $nothing_left;
sub nothing_left {
    return $nothing_left //= do {
        my @run = ([{ at => 0 }, 0, 8]) x 40;
        my $variant = 1;
        $variant++ while CutDisk::survivors($variant, @run);
        $variant;
    };
}

# Cuts the power after each n-th entry, with so many variants of what is left,
# and asks for a disk that is as it was after some calls, be they too few.
sub try_parts {
    my ($self, $step, $variants, $first) = @_;
    local $self->{may_forget} = 1;
    for (my $n = $first; $n <= $self->length; $n += $step) {
        for my $name (grep { !/twice/ } $self->names($n, $variants)) {
            my $trouble = $self->try($name);
            return ($n, $trouble) if $trouble;
        }
    }
    return;
}

# At most so many cuts that leave the log's header and not all of what was
# written with it, as names for `try`.
sub torn_cuts {
    my ($self, $most) = @_;
    my $disk = Disk->open("$self->{folder}/first.img");
    my $header = $disk->block_at($disk->{log_start}) / WriteLog::SECTOR();
    my @names = map { $self->torn_cut($_, $header) } 0 .. $self->length;
    my $step = @names / $most;
    return @names <= $most ? @names
        : map { $names[$step * $_ + $step / 2] } 0 .. $most - 1;
}

sub torn_cut {
    my ($self, $n, $header) = @_;
    my $log = $self->{disk}{log};
    my @pending = ($log->entries)[$n - $self->pending($n) .. $n - 1];
    return if !grep { $_->{sector} == $header } @pending;
    my @written = map { [$_, 0, $_->{count}] } @pending;
    for my $variant (map { $n * PowerCut::VARIANTS_MAX() + $_ } 1 .. 50) {
        my @left = CutDisk::survivors($variant, @written);
        my ($first) = grep { $_->[0]{sector} + $_->[1] == $header } @left;
        my $sectors = 0;
        $sectors += $_->[2] for @left;
        $sectors -= $_->{count} for @pending;
        return "$n:$variant" if $first && $sectors < 0;
    }
    return;
}

# A trouble in few words.
sub trouble {
    my ($text) = @_;
    $text =~ s/\n.*//s;
    return length $text > 300 ? substr($text, 0, 297) . '...' : $text;
}

# What PowerCut asks for the state of a disk: ours does not mount it.
package Lab::Disk::Look;

sub new {
    my ($class, $run, $image) = @_;
    return bless { run => $run, image => $image }, $class;
}

sub mount { return Lab::Disk::look(@{ $_[0] }{qw(run image)}) }

1;
