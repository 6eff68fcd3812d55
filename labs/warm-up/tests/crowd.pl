# The count of reads while four CPUs read.
#
# A lost count is rare, and a machine whose CPUs take turns never shows one that
# is lost inside an instruction.  So the grader looks at how the count is
# written: it finds the count in the kernel's variables, then the instructions
# that write there without locking the bus, and stops a CPU before them.  If
# another CPU gets to such an instruction while this one stands there, no lock
# keeps the two apart.  Of a count that is split up, such as an array with an
# element for each CPU, it is only found that it is there.
use strict;
use warnings;

use Lab::Program qw(kernel_data place plain_writes);

# How many stops at an instruction are looked at, how many nanoseconds others
# get then, and how many of the variables that may be the count.
my ($STOPS, $TIME, $PLACES) = (60, 1_000_000, 8);

# Into how many variables a count may be split, and how many words from one to
# the next: an element for each CPU may have a cache line of its own.
my ($ELEMENTS, @DISTANCES) = (8, 1 .. 16, 32);

# The words of the kernel's variables; the first of them lies at the address.
sub variables {
    my ($run, $gdb) = @_;
    my ($start, $end) = kernel_data($run->{build});
    my $n = ($end + 3 - $start) & ~3;
    return ($start, [unpack 'V*', $gdb->read($start, $n) // '']);
}

# Do neighbours add up to the first value before, and to the second one after?
# One of them has changed at least.
sub is_split {
    my ($before, $after, $first, $second, @changed) = @_;
    for my $distance (@DISTANCES) {
        for my $begin (map { my $changed = $_;
            map { $changed - $_ * $distance } 0 .. $ELEMENTS - 1 } @changed) {
            my ($old, $new) = (0, 0);
            for my $word (map { $begin + $_ * $distance } 0 .. $ELEMENTS - 1) {
                next if $word < 0 || $word > $#$after;
                $old += $before->[$word];
                $new += $after->[$word];
                return 1 if $old == $first && $new == $second;
            }
        }
    }
    return 0;
}

# The count is what had the value of both of the first two reports.
sub at_report {
    my ($run, $machine) = @_;
    my $n = @{ $run->{reports} };
    return if $n > 2;
    my ($start, $after) = variables($run, $machine->gdb);
    if ($n == 1) {
        $run->{before} = $after;
        return;
    }
    my $before = delete $run->{before};
    my ($first, $second) = map { unpack 'l<', $_ } @{ $run->{reports} };
    my @changed = grep { $before->[$_] != $after->[$_] } 0 .. $#$after;
    my @places = grep { $before->[$_] == $first && $after->[$_] == $second }
        @changed;
    $run->{found} = @places
        || is_split($before, $after, $first, $second, @changed);
    splice @places, $PLACES if @places > $PLACES;
    for my $write (map { plain_writes($run->{build}, $start + 4 * $_) }
        @places) {
        my $left = $STOPS;
        $machine->stop_in_kernel($write->{address}, sub {
            my (undef, $stopped) = @_;
            $run->{unsafe} //= $write if $stopped->others_arrive($TIME);
            return --$left > 0 && !$run->{unsafe};
        });
    }
}

sub not_found {
    my ($run) = @_;
    my ($first, $second) = map { unpack 'l<', $_ } @{ $run->{reports} };
    return {
        expected => "the count is a variable of the kernel, or an array whose "
            . "elements add up to it: $first at first, and $second after more "
            . 'reads',
        seen => 'there is none',
        cause => 'the test looks at static variables only, for their value or '
            . 'the sum of neighbours; it does not find memory that a pointer '
            . 'leads to',
    };
}

sub safe {
    my ($run) = @_;
    return not_found($run) if !$run->{found};
    my $write = $run->{unsafe} // return undef;
    my $place = place($run->{build}, sprintf '%#x', $write->{address});
    return {
        expected => 'each write to the count is one step for all CPUs, or is '
            . 'made under a lock',
        seen => "$write->{function} writes it with `$write->{text}`"
            . ($place ? " ($place)" : '') . ', and while one CPU stands before '
            . 'it, another gets there, too',
        cause => 'two CPUs can read the same old value, and both write back '
            . 'one more: acquire a spinlock around it, or use '
            . '__atomic_fetch_add',
    };
}

return {
    program => 'crowd',
    cpus => 4,
    input => sub {
        my ($draw) = @_;
        return {
            alone => [map { $draw->(1000, 1900) } 1 .. 2],
            loops => [map { $draw->(1000, 1900) } 1 .. 4],
            spin => [map { $draw->(0, 2000) } 1 .. 4],
            order => [map { $draw->(0, 3) } 1 .. 16],
        };
    },
    pack => sub { return map { @$_ } @{ $_[0] }{qw(alone loops spin order)} },
    at_report => \&at_report,
    parts => {
        total => sub {
            my ($run) = @_;
            my @seen = map { unpack 'l<', $_ } @{ $run->{reports} };
            my $expected = 4 + 16;      # each pipe's end, and each byte
            $expected += $_ for @{ $run->{input}{loops} };
            my $seen = $seen[2] - $seen[1];
            return undef if $seen == $expected && $seen[1] >= 0;
            return {
                expected => "four processes make $expected reads: the count "
                    . 'grows by as much',
                seen => "it grew by $seen",
                cause => $seen[1] < 0 ? 'there is no call 26 yet'
                    : $seen == 0 ? 'each process has a count of its own, so '
                    . 'the reads of the children are not in it'
                    : $seen == 16 || $seen == 20 ? 'reads that fail are not in '
                    . 'it: 16 reads move a byte, 4 find the end of a pipe, '
                    . 'the others fail'
                    : 'counts are lost when a read waits between the reading '
                    . 'and the writing of the count; or what other CPUs count '
                    . 'is not in it',
            };
        },
        safe => \&safe,
    },
};
