# Trace - what the records of a TRACE kernel tell: what ran, where and when.
#
#     my $trace = Trace->new($records);           # of TraceRecords
#     $trace->clip($records->command($n));
#     for my $track ($trace->tracks) { ... }
#
# The records are in order, and each names its CPU; which process ran there
# follows from those before.  A track belongs to a CPU, to a process or to the
# disk, and is a list of slices in the order of their begin:
#
#     { begin, end, depth, kind, name, note, ... }    times in nanoseconds
#
# A slice lies within the one of a smaller depth before it.  The kinds are: run
# (on a CPU's track); user, call, trap, interrupt, sleep, ready, lock (what a
# process does); disk.  Records that do not fit together are an error.
package Trace;

use strict;
use warnings;

use Tree qw($top read_file);

# Of the kinds of records.
my %handlers = (switch => \&on_switch, leave => \&on_leave,
    runnable => \&on_runnable, trap => \&on_trap, return => \&on_return,
    lock => \&on_lock, disk => \&on_disk, disk_end => \&on_disk_end,
    alloc => \&on_alloc, free => \&on_free);

# Vectors, as in kernel/x86/traps.h and kernel/intr/apic.h.
my $SYSCALL = 64;
my %vectors = (7 => 'first use of the FPU', 14 => 'page fault',
    33 => 'keyboard', 36 => 'serial line', 46 => 'disk interrupt',
    48 => 'clock tick', 49 => 'woken by a CPU');

# Commands to the disk, as in kernel/dev/disk.c.
my %commands = (0xc8 => 'read', 0xca => 'write', 0xe7 => 'flush');

# These only lead to a sleep: who called them is of interest.
my %sleepers = map { $_ => 1 } qw(sched sleep sleep_killable sleeplock_acquire
    request);

# The system calls by number.
sub calls {
    my $list = read_file("$top/include/syscall.h");
    return $list =~ /^SYSCALL\((\d+), [^,]+, (\w+),/mg;
}

sub new {
    my ($class, $records) = @_;
    my $self = bless { records => $records, calls => {calls()}, cpus => [],
        processes => {}, pages => 0, counts => [], wakeups => [],
        disk => track('disk', 'disk') }, $class;
    for my $record ($records->all) {
        my $cpu = $self->{cpus}[$record->{cpu}]
            //= track('cpu', "cpu$record->{cpu}");
        end_lock_wait($record, $cpu);
        my $handler = $handlers{ $record->{kind} }
            // die "Nothing is known of trace($record->{kind})\n";
        $handler->($self, $record, $cpu);
    }
    return $self;
}

# ---- Tracks ----

sub track {
    my ($what, $title) = @_;
    return { what => $what, title => $title, slices => [], stack => [] };
}

sub begin {
    my ($track, $time, $kind, $name, %more) = @_;
    my $cpu = $track->{what} eq 'cpu' ? $track : $track->{cpu};
    my $slice = { begin => $time, kind => $kind, name => $name,
        depth => scalar @{ $track->{stack} }, cpu => $cpu && $cpu->{title},
        title => $track->{title}, %more };
    push @{ $track->{slices} }, $slice;
    push @{ $track->{stack} }, $slice;
    return $slice;
}

# Ends the innermost slice, which is of that kind.
sub finish {
    my ($track, $time, $kind) = @_;
    my $slice = pop @{ $track->{stack} }
        // die "$track->{title}: there is no $kind to end at $time\n";
    die "$track->{title}: the end of a $slice->{kind} at $time, not $kind\n"
        if $slice->{kind} ne $kind;
    $slice->{end} = $time;
    return $slice;
}

# The kind of the innermost slice.
sub doing {
    my ($track) = @_;
    return @{ $track->{stack} } ? $track->{stack}[-1]{kind} : '';
}

# What a CPU does goes to the track of the process that runs there, or to its
# own.
sub actor {
    my ($cpu) = @_;
    return $cpu->{process} // $cpu;
}

sub rename_process {
    my ($process, $name) = @_;
    return if $name eq $process->{name};
    $process->{name} = $name;
    push @{ $process->{names} }, $name;
    $process->{title} = "$name $process->{pid}";
}

# ---- What each kind of record means ----

sub process {
    my ($self, $pid) = @_;
    return $self->{processes}{$pid} if $self->{processes}{$pid};
    my $process = $self->{processes}{$pid} = track('process', "process $pid");
    @$process{qw(pid name names)} = ($pid, '', []);
    return $process;
}

sub on_switch {
    my ($self, $record, $cpu) = @_;
    my $process = $self->process($record->{a});
    my $time = $record->{time};
    die "$cpu->{title}: two processes at once, at $time\n" if $cpu->{process};
    die "$process->{title} runs on two CPUs, at $time\n" if $process->{cpu};
    rename_process($process, $record->{name});
    finish($process, $time, 'ready') if doing($process) eq 'ready';
    begin($process, $time, 'user', 'user mode') if !@{ $process->{stack} };
    begin($cpu, $time, 'run', $process->{title}, pid => $process->{pid});
    $process->{cpu} = $cpu;
    $cpu->{process} = $process;
    my $wakeup = delete $process->{wakeup};
    $wakeup->{runs} = $time if $wakeup;
}

sub on_leave {
    my ($self, $record, $cpu) = @_;
    my ($state, $time) = @$record{qw(state time)};
    my $process = delete $cpu->{process}
        // die "$cpu->{title}: nobody leaves it at $time\n";
    delete $process->{cpu};
    finish($cpu, $time, 'run');
    if ($state eq 'SLEEPING') {
        my ($where) = grep { !$sleepers{$_} } @{ $record->{callers} };
        begin($process, $time, 'sleep', $where,
            note => $self->{records}->symbol($record->{b}));
    }
    elsif ($state eq 'RUNNABLE') {
        begin($process, $time, 'ready', 'waits for a CPU');
    }
    else {
        die "$process->{title}: state $state\n" if $state ne 'ZOMBIE';
        finish($process, $time, doing($process)) while doing($process);
        $process->{ended} = $time;
    }
}

sub on_runnable {
    my ($self, $record, $cpu) = @_;
    my $time = $record->{time};
    my $process = $self->process($record->{a});
    return if $process->{cpu};      # it only yields
    my $what = doing($process) eq 'sleep' ? 'wakes' : 'starts';
    finish($process, $time, 'sleep') if $what eq 'wakes';
    my $by = actor($cpu);
    # A new process begins as a copy of the one that forked it.
    rename_process($process, $by->{name}) if $what eq 'starts' && $by->{pid};
    begin($process, $time, 'ready', 'waits for a CPU');
    my $wakeup = { time => $time, what => "$what $process->{title}",
        by => $by, title => $by->{title}, cpu => $cpu->{title},
        process => $process };
    $_->{wakes} = 1 for @{ $by->{stack} };
    push @{ $self->{wakeups} }, $wakeup;
    $process->{wakeup} = $wakeup;
}

sub on_trap {
    my ($self, $record, $cpu) = @_;
    my ($time, $vector) = @$record{qw(time a)};
    my $actor = actor($cpu);
    finish($actor, $time, 'user') if doing($actor) eq 'user';
    my $slice = $vector == $SYSCALL
        ? begin($actor, $time, 'call',
            $self->{calls}{ $record->{b} } // "no call $record->{b}")
        : begin($actor, $time, $vector < 32 ? 'trap' : 'interrupt',
            $vectors{$vector} // "vector $vector");
    @$slice{qw(vector pages)} = ($vector, 0);
}

sub on_return {
    my ($self, $record, $cpu) = @_;
    my ($time, $vector) = @$record{qw(time a)};
    my $actor = actor($cpu);
    my $slice = finish($actor, $time, doing($actor));
    die "$actor->{title}: a return from vector $vector at $time\n"
        if ($slice->{vector} // -1) != $vector;
    $slice->{result} = unpack 'l', pack 'L', $record->{b}
        if $vector == $SYSCALL;
    return if $actor == $cpu || @{ $actor->{stack} };
    begin($actor, $time, 'user', 'user mode');
    $slice->{became} = $record->{name}
        if $slice->{name} eq 'exec' && $slice->{result} == 0;
    if ($record->{name} ne $actor->{name}) {
        # exec: another program runs from here on.
        rename_process($actor, $record->{name});
        finish($cpu, $time, 'run');
        begin($cpu, $time, 'run', $actor->{title}, pid => $actor->{pid});
    }
}

# A record for each look at the lock: the wait lasts to the last one.
sub on_lock {
    my ($self, $record, $cpu) = @_;
    my $actor = actor($cpu);
    begin($actor, $record->{time}, 'lock', $record->{name})
        if doing($actor) ne 'lock';
    $cpu->{last_look} = $record->{time};
}

sub end_lock_wait {
    my ($record, $cpu) = @_;
    my $actor = actor($cpu);
    return if doing($actor) ne 'lock' || ($record->{kind} eq 'lock'
        && $record->{name} eq $actor->{stack}[-1]{name});
    finish($actor, $cpu->{last_look}, 'lock');
}

sub on_disk {
    my ($self, $record, $cpu) = @_;
    my ($command, $pages) = ($record->{b} >> 8, $record->{b} & 0xff);
    my $name = $commands{$command} // "command $command";
    # A block of the file system is a page.
    my $block = $record->{a} / 8;
    begin($self->{disk}, $record->{time}, 'disk', $name, command => $name,
        note => !$pages ? '' : $pages == 1 ? "block $block"
            : sprintf('blocks %d to %d', $block, $block + $pages - 1),
        by => actor($cpu));
}

sub on_disk_end {
    my ($self, $record) = @_;
    my $slice = finish($self->{disk}, $record->{time}, 'disk');
    $slice->{note} .= ', failed' if $record->{a};
}

sub on_alloc {
    my ($self, $record, $cpu) = @_;
    $self->count_pages($record, $cpu, 1) if $record->{a};
}

sub on_free {
    my ($self, $record, $cpu) = @_;
    $self->count_pages($record, $cpu, -1);
}

sub count_pages {
    my ($self, $record, $cpu, $difference) = @_;
    $self->{pages} += $difference;
    push @{ $self->{counts} }, [$record->{time}, $self->{pages}];
    my ($slice) = grep { exists $_->{pages} }
        reverse @{ actor($cpu)->{stack} };
    $slice->{pages} += $difference if $slice;
}

# ---- What there is to see ----

# Keeps what is between two times, counted from the first.
sub clip {
    my ($self, $from, $to) = @_;
    my $inside = sub { $_[0] >= $from && $_[0] <= $to };
    for my $track ($self->all_tracks) {
        my @slices;
        for my $slice (@{ $track->{slices} }) {
            my $end = $slice->{end} // $to;
            next if $end < $from || $slice->{begin} > $to
                || ($end == $from && $slice->{begin} < $from);
            $slice->{early} = 1 if $slice->{begin} < $from;
            $slice->{late} = 1 if !defined $slice->{end} || $end > $to;
            $slice->{begin} = $slice->{early} ? 0 : $slice->{begin} - $from;
            $slice->{end} = ($end > $to ? $to : $end) - $from;
            push @slices, $slice;
        }
        $track->{slices} = \@slices;
    }
    $self->{wakeups} = [grep { $inside->($_->{time}) } @{ $self->{wakeups} }];
    for my $wakeup (@{ $self->{wakeups} }) {
        delete $wakeup->{runs}
            if defined $wakeup->{runs} && !$inside->($wakeup->{runs});
        $wakeup->{$_} -= $from for grep { defined $wakeup->{$_} } qw(time runs);
    }
    $self->{counts} = [map { [$_->[0] - $from, $_->[1]] }
        grep { $inside->($_->[0]) } @{ $self->{counts} }];
    $self->{duration} = $to - $from;
}

sub all_tracks {
    my ($self) = @_;
    my $processes = $self->{processes};
    return (grep { defined } @{ $self->{cpus} }), $self->{disk},
        map { $processes->{$_} } sort { $a <=> $b } keys %$processes;
}

# The tracks on which something happens: a process that only sleeps or waits is
# left out.
sub tracks {
    my ($self) = @_;
    return grep {
        my $track = $_;
        $track->{what} ne 'process'
            || grep { $_->{kind} ne 'sleep' && !($_->{early} && $_->{late}) }
                @{ $track->{slices} };
    } $self->all_tracks;
}

# What a track is doing, piece by piece: a list of [begin, end, slice], where
# the slice is the innermost one.
sub pieces {
    my ($track) = @_;
    my (@pieces, @open);
    my $at = 0;
    my $advance = sub {
        my ($time) = @_;
        push @pieces, [$at, $time, $open[-1]] if @open && $time > $at;
        $at = $time if $time > $at;
    };
    my $end = sub {
        $advance->($open[-1]{end});
        pop @open;
    };
    for my $slice (@{ $track->{slices} }) {
        $end->() while @open && ends_before($open[-1], $slice);
        $advance->($slice->{begin});
        push @open, $slice;
    }
    $end->() while @open;
    return @pieces;
}

# Does a slice end before a later one of its track begins?
sub ends_before {
    my ($slice, $later) = @_;
    return $slice->{depth} >= $later->{depth}
        || $slice->{end} < $later->{begin};
}

sub wakeups { return @{ $_[0]{wakeups} } }
sub counts { return @{ $_[0]{counts} } }
sub duration { return $_[0]{duration} }

1;
