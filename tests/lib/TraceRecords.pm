# TraceRecords - what a TRACE kernel has written, record by record.
#
#     my $records = TraceRecords->new($bytes, $symbols);
#     for my $record ($records->all) { ... }
#
# A record has its kind, in small letters, as the kernel names it; its time, in
# nanoseconds; its cpu; two numbers, a and b; and a name, or else the names of
# the callers.  kernel/core/debug_trace.h tells what they mean.
package TraceRecords;

use strict;
use warnings;

use SymbolTable qw(count_up_to symbols_in);
use Tree qw($top capture read_file);

use constant {
    SIZE => 40,                 # bytes; see kernel/core/debug_trace.c
    DISK_WAIT => 50_000,        # nanoseconds
};

my %has_name = map { $_ => 1 } qw(switch return lock);

# The names of an enum, in order.
sub enum {
    my ($file, $name) = @_;
    my ($list) = read_file("$top/$file") =~ /^enum $name \{(.*?)\}/ms
        or die "$file has no enum $name\n";
    return $list =~ /(\w+)/g;
}

my @kinds = map { lc s/^TRACE_//r }
    enum('kernel/core/debug_trace.h', 'trace_kind');
my @states = enum('kernel/sched/proc.h', 'procstate');

# All symbols of an ELF file.
sub symbols {
    my ($elf) = @_;
    my ($status, $listing) = capture($ENV{NM} // 'nm', $elf);
    die "nm $elf failed:\n$listing" if $status;
    return symbols_in($listing, '\w');
}

sub new {
    my ($class, $bytes, $symbols) = @_;
    my $self = bless { symbols => $symbols }, $class;
    $self->{records} = [map { $self->record($bytes, $_) }
        0 .. whole($bytes) - 1];
    $self->even_disk_waits;
    return $self;
}

sub all { return @{ $_[0]{records} } }

# How many whole records there are.
sub whole {
    my ($bytes) = @_;
    return int(length($bytes) / SIZE);
}

# Record n.
sub record {
    my ($self, $bytes, $n) = @_;
    my ($time, $kind, $cpu, $a, $b, $rest) = unpack 'Q<vvVVa*',
        substr $bytes, $n * SIZE, SIZE;
    my %record = (time => $time, cpu => $cpu, a => $a, b => $b,
        kind => $kinds[$kind] // die "The trace has a record of kind $kind\n");
    if ($has_name{ $record{kind} }) {
        $record{name} = unpack 'Z*', $rest;
    }
    else {
        # A return address is that of the instruction after the call.
        $record{callers} = [map { $_ ? $self->symbol($_ - 1) =~ s/\+.*//r : () }
            unpack 'V*', $rest];
    }
    $record{state} = $states[$a] // '?' if $record{kind} eq 'leave';
    return \%record;
}

# An address in words: symbol+offset.
sub symbol {
    my ($self, $address) = @_;
    my $list = $self->{symbols};
    my $n = count_up_to($list, $address);
    # Behind the kernel are the pages that kalloc hands out.
    return sprintf 'page+%#x', $address % 4096 if !$n || $n == @$list;
    my ($start, $name) = @{ $list->[$n - 1] };
    return $address == $start ? $name
        : sprintf '%s+%#x', $name, $address - $start;
}

# When all CPUs wait for the disk, the time that passes is the host's, while all
# other time counts instructions.  It is made DISK_WAIT, every time.
sub even_disk_waits {
    my ($self) = @_;
    my ($last, $shift, $disk, %running, %trapped) = (0, 0, 0);
    for my $record ($self->all) {
        my ($kind, $cpu, $time) = @$record{qw(kind cpu time)};
        $shift += $time - $last - DISK_WAIT
            if $kind eq 'trap' && $disk && !%running && !%trapped;
        $last = $time;
        $record->{time} -= $shift;
        $disk = 1 if $kind eq 'disk';
        $disk = 0 if $kind eq 'disk_end';
        $running{$cpu} = 1 if $kind eq 'switch';
        delete $running{$cpu} if $kind eq 'leave';
        # Traps within a process are no matter here.
        next if $running{$cpu};
        $trapped{$cpu} = 1 if $kind eq 'trap';
        delete $trapped{$cpu} if $kind eq 'return';
    }
}

# ---- The time of one command ----

sub reads_console {
    my ($record) = @_;
    return $record->{kind} eq 'leave' && $record->{state} eq 'SLEEPING'
        && grep { $_ eq 'console_read' } @{ $record->{callers} };
}

# Is the last process that left a CPU the shell, which waits for a line?
sub at_prompt {
    my ($bytes, $symbols) = @_;
    my $self = bless { symbols => $symbols }, __PACKAGE__;
    for my $n (reverse 0 .. whole($bytes) - 1) {
        my $record = $self->record($bytes, $n);
        return reads_console($record) if $record->{kind} eq 'leave';
    }
    return 0;
}

# From when to when a command ran that was typed when there were n records: from
# the interrupt that ended the line until the shell reads the next.
sub command {
    my ($self, $n) = @_;
    my ($shell, @running, @trapped, $begin);
    my $i = 0;
    for my $record ($self->all) {
        my ($kind, $cpu, $time, $a) = @$record{qw(kind cpu time a)};
        $running[$cpu] = $a if $kind eq 'switch';
        $trapped[$cpu] = $time if $kind eq 'trap';
        my $typed = $i++ >= $n;
        if (reads_console($record)) {
            $shell = $running[$cpu] if !$typed;
            return ($begin, $time)
                if defined $begin && $running[$cpu] == $shell;
        }
        $begin //= $trapped[$cpu] if $typed && $kind eq 'runnable'
            && defined $shell && $a == $shell;
    }
    die "The trace does not have the whole command\n";
}

1;
