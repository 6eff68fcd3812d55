# PowerCut - records a machine that changes files, and cuts its power.
#
#     PowerCut::record($folder, seed => 1, calls => 100, processes => 3);
#     my $cuts = PowerCut->new($folder);     # or with what can mount()
#     my %trouble = $cuts->try_all($variants);
#     my $trouble = $cuts->try($name);
#
# The folder then has
#
#     first.img    the disk before the machine started
#     writes       the log of what it wrote to it
#     calls        what the machine printed of each call, and how many entries
#                  the log had at that moment
#     cut.img      the disk after the last cut that was tried
#
# A cut comes after the first n entries of the log.  A call had returned before
# it if the log had n entries or fewer when the host heard of the return.  The
# next one may have begun before the cut only if the log had fewer than n, as a
# process waits until the host has heard.  Calls that had returned must be
# there; of the next one all or nothing, or of a large write some pieces.
package PowerCut;

use strict;
use warnings;
use File::Copy ();

use CutDisk;
use Disk;
use FileModel;
use Machine;
use Recovery;
use Tree qw(built capture);
use WriteLog;

use constant { NBLOCKS => 4000, NINODES => 300, TOO_MANY => 5,
    VARIANTS_MAX => 1000, LAST => 6 };

# A disk with little on it, so that looking at it is quick.
sub make_image {
    my ($path) = @_;
    my ($status, $output) = capture(built('mkfs'), '-b', NBLOCKS,
        '-i', NINODES, '-B', built('boot/bootblock.bin'),
        '-K', built('kernel.stripped'), $path,
        map { built("disk/$_") } qw(init sh halt powercut));
    die $output if $status;
}

# Runs a machine and fills the folder.  Options:
#   seed, calls     what each process does
#   processes       how many there are
#   first           the number of the first of them (default 0)
#   image           the disk to begin with (default: a new one)
sub record {
    my ($folder, %option) = @_;
    my $first = $option{first} // 0;
    my @processes = ($first .. $first + $option{processes} - 1);
    if ($option{image}) {
        File::Copy::copy($option{image}, "$folder/first.img")
            or die "$folder/first.img: $!\n";
    } else {
        make_image("$folder/first.img");
    }
    File::Copy::copy("$folder/first.img", "$folder/disk.img")
        or die "$folder/disk.img: $!\n";
    my $machine = Machine->boot(disk => "$folder/disk.img", smp => 2,
        drive => [WriteLog::drive("$folder/writes")]);
    my $log = WriteLog->new("$folder/writes");
    $machine->type("powercut $option{seed} $option{calls} @processes");
    open my $file, '>', "$folder/calls" or die "$folder/calls: $!\n";
    while (1) {
        my $line = $machine->expect(qr/\n/);
        # Each line may have the echo of our answers in front of it.
        my ($report, $what, $process)
            = $line =~ /((call|done) (\d) .*|(?:usage|powercut): .*)$/ or next;
        print $file $log->length, " $report\n";
        last if !$what;
        $machine->send("$process\n") if $what eq 'done';
    }
    close $file;
    $machine->output =~ /^powercut: done$/m
        or $machine->fail('powercut did not do all calls');
    $machine->prompt;
    $machine->send("halt\n");
    my $ending = $machine->ending;
    $ending eq '0' or die "the machine does not halt: $ending\n";
    unlink "$folder/disk.img";
}

sub new {
    my ($class, $folder, $recovery) = @_;
    my $log = WriteLog->new("$folder/writes")->read;
    my $disk = CutDisk->new("$folder/first.img", "$folder/cut.img", $log);
    my $self = bless { folder => $folder, length => scalar $log->entries,
        disk => $disk,
        recovery => $recovery // Recovery->new($disk->image),
        wrong_results => [], pieces => 0, kinds => {}, seen => {} }, $class;
    my ($trouble, @list) = $self->{recovery}->mount;
    die "the first image is bad: $trouble\n" if $trouble;
    $self->{states}{none} = [first_state(FileModel::text(@list))];
    $self->read_calls;
    return $self;
}

sub length { return $_[0]{length} }         # of the log
sub kinds { return $_[0]{kinds} }           # how often each call was made
sub wrong_results { return @{ $_[0]{wrong_results} } }
sub distinct { return scalar keys %{ $_[0]{seen} } }
sub pending { return $_[0]{disk}->pending($_[1]) }
sub pieces { return $_[0]{pieces} }         # cuts that left a part of a write

# What went to the disk before a cut, in words: how many writes and flushes, and
# what the last of them are.
sub before {
    my ($self, $n) = @_;
    return before_cut($self->{disk}{log}, "$self->{folder}/first.img", $n);
}

# The same of any log of writes, and the disk as it was before the first.
sub before_cut {
    my ($log, $first, $n) = @_;
    my $text = sprintf '%d writes and %d flushes', $log->count(0, $n);
    return $text if $n == 0;
    my $disk = Disk->open($first);
    my $from = $n > LAST ? $n - LAST : 0;
    return "$text (the last are: " . join(', ', map { request($log, $disk, $_) }
        ($log->entries)[$from .. $n - 1]) . ')';
}

sub request {
    my ($log, $disk, $entry) = @_;
    return 'flush' if $log->is_flush($entry);
    my $block = int(($entry->{sector} * Disk::SECTOR - $disk->{base})
        / Disk::BSIZE);
    my $count = $entry->{count} * Disk::SECTOR / Disk::BSIZE;
    return 'write ' . ($block >= $disk->{inode_start} ? 'home' : 'log')
        . " $block" . ($count > 1 ? '-' . ($block + $count - 1) : '');
}

sub first_state {
    my ($text) = @_;
    return { text => $text, from => 0, when => 'before all calls' };
}

# Makes all calls in the models.  For each process there is then a list of
# states, each with two numbers: after how many entries of the log it may be
# seen, and after how many it may not be seen any more.
sub read_calls {
    my ($self) = @_;
    my %announced;
    open my $file, '<', "$self->{folder}/calls" or die "calls: $!\n";
    while (my $line = <$file>) {
        my ($length, $what, $process, $number, $text)
            = $line =~ /^(\d+) (call|done) (\d+) (\d+) (.*)$/ or next;
        if ($what eq 'call') {
            $announced{$process} = $text;
        } else {
            $self->add_call($length, $process, $number, $announced{$process},
                $text);
        }
    }
}

# A call of a process returned when the log had that length.
sub add_call {
    my ($self, $length, $process, $number, $call, $result) = @_;
    my $model = $self->{models}{$process} //= FileModel->new;
    my $states = $self->{states}{$process}
        //= [first_state($model->states)];
    my $nstates = () = $model->states;
    my $right = $model->call($process, $number, $call);
    push @{ $self->{wrong_results} }, "process $process, call $number, "
        . "$call: returned $result, must be $right" if $result != $right;
    my @new = ($model->states)[$nstates .. $model->states - 1];
    for my $n (0 .. $#new) {
        $states->[-1]{until} = $length;
        push @$states, { text => $new[$n], piece => $n < $#new,
            from => 1 + ($self->{returned}{$process} // 0),
            call => "call $number, $call",
            when => "after call $number, $call" };
    }
    $self->{returned}{$process} = $length;
    my ($kind) = $call =~ /^(\w+)/;
    $kind = 'unlink while open' if $call =~ /while open$/;
    $self->{kinds}{$kind}++ if @new;
}

# Tries one cut, called N:VARIANT, or N:VARIANT:twice for one with a second cut
# during recovery; see CutDisk for the variant.  Returns undef, or what is
# wrong with the disk after recovery.
sub try {
    my ($self, $name) = @_;
    my ($n, $variant, $twice) = parse($name);
    my $key = $self->{disk}->cut($n, $variant);
    $key .= $self->cut_again($variant) if $twice;
    $self->{seen}{$key} = 1;
    my $trouble = $self->judge($n, $self->{recovery}->mount);
    $self->{disk}->undo;
    return $trouble;
}

sub parse {
    my ($name) = @_;
    return $name =~ /^(\d+):(\d+)(:twice)?$/ ? ($1, $2, $3)
        : die "$name is no cut: it must be N:VARIANT or N:VARIANT:twice\n";
}

# Recovers from the cut that was made, and cuts the power meanwhile.
sub cut_again {
    my ($self, $variant) = @_;
    my $path = "$self->{folder}/recovery";
    my ($trouble) = $self->{recovery}->mount_logged($path);
    return " $trouble" if $trouble;         # a second try will find it too
    my $log = WriteLog->new($path)->read;
    srand($variant);
    my $n = int rand 1 + $log->length;
    return " $n " . $self->{disk}->cut_again($log, $n, $variant);
}

# Tries all cuts: after each number of entries, once with all that was written
# before, and if not all of that had been flushed, with some variants and once
# with a second cut.  Returns the names of the bad ones and what is wrong; there
# is no point in finding more than a few.
sub try_all {
    my ($self, $variants) = @_;
    my %trouble;
    for my $n (0 .. $self->length) {
        for my $name ($self->names($n, $variants)) {
            my $trouble = $self->try($name) // next;
            $trouble{$name} = $trouble;
            return %trouble if keys %trouble == TOO_MANY;
        }
    }
    return %trouble;
}

sub names {
    my ($self, $n, $variants) = @_;
    return "$n:0" if !$self->{disk}->pending($n);
    my @variants = map { $n * VARIANTS_MAX + $_ } 1 .. $variants;
    return map({ "$n:$_" } 0, @variants), "$n:$variants[-1]:twice";
}

# Leaves in a file the disk after a cut.
sub save_cut {
    my ($self, $name, $path) = @_;
    my ($n, $variant, $twice) = parse($name);
    $self->{disk}->cut($n, $variant);
    $self->cut_again($variant) if $twice;
    File::Copy::copy($self->{disk}->image, $path) or die "$path: $!\n";
    $self->{disk}->undo;
}

# What is wrong after a cut with a disk that somebody else recovered.
sub judge_image {
    my ($self, $name, $path) = @_;
    return $self->judge((parse($name))[0], Recovery->new($path)->look);
}

# Given what was found on a disk after a cut: undef, or what is wrong with it.
sub judge {
    my ($self, $n, $trouble, @list) = @_;
    return $trouble if $trouble;
    my %found;
    for my $line (@list) {
        my ($process) = $line =~ m{^/p(\d)[/ ]};
        $process = 'none'
            if !defined $process || !$self->{states}{$process};
        push @{ $found{$process} }, $line;
    }
    for my $process (sort keys %{ $self->{states} }) {
        my $text = FileModel::text(@{ $found{$process} // [] });
        my @allowed = grep { $_->{from} <= $n
            && (!defined $_->{until} || $n < $_->{until}) }
            @{ $self->{states}{$process} };
        my ($state) = grep { $_->{text} eq $text } @allowed;
        $self->{pieces}++ if $state && $state->{piece};
        next if $state;
        return $self->explain($n, $process, $text, @allowed);
    }
    return undef;
}

sub explain {
    my ($self, $n, $process, $text, @allowed) = @_;
    # No state is right where two calls have returned and nothing was written
    # between: what the second did can be on no disk.
    my ($lost) = grep { $_->{from} > $n } @{ $self->{states}{$process} };
    return "process $process: $lost->{call}, has returned, and nothing was "
        . 'written since the call before it returned' if !@allowed;
    my ($found) = grep { $_->{text} eq $text } @{ $self->{states}{$process} };
    my $message = "the files of process $process must be as "
        . join ' or ', map { $_->{when} } @allowed;
    return "$message, but are as $found->{when}" if $found;
    return "$message, but are:\n$text"
        . join '', map { "must be:\n$_->{text}" } @allowed;
}

1;
