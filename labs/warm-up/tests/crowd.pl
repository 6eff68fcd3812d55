# The count of reads while four CPUs read.
#
# A lost count is rare, and a machine whose CPUs take turns never shows one that
# is lost inside an instruction.  So the grader looks at how the count is
# written: it finds the count in the kernel's variables, then the instructions
# that write there without locking the bus, and stops a CPU before them.  If
# another CPU gets to such an instruction while this one stands there, no lock
# keeps the two apart.  Where the count is not one variable, the total alone has
# to be right.
use strict;
use warnings;

use Lab::Program qw(kernel_data place plain_writes);

# How many stops at an instruction are looked at, how many nanoseconds others
# get then, and how many variables may be taken for the count: with more of them
# the value says nothing.
my ($STOPS, $TIME, $PLACES) = (60, 1_000_000, 3);

# The addresses of the kernel's variables that have this value.
sub places_of {
    my ($run, $gdb, $value) = @_;
    my ($start, $end) = kernel_data($run->{build});
    my $n = ($end + 3 - $start) & ~3;
    my @words = unpack 'V*', $gdb->read($start, $n) // '';
    return map { $start + 4 * $_ } grep { $words[$_] == $value } 0 .. $#words;
}

# The count is what had the value of both of the first two reports.
sub at_report {
    my ($run, $machine) = @_;
    my $n = @{ $run->{reports} };
    my ($value) = unpack 'l<', $run->{reports}[-1];
    return if $value <= 0 || $n > 2;
    my @places = places_of($run, $machine->gdb, $value);
    if ($n == 1) {
        $run->{places} = { map { $_ => 1 } @places };
        return;
    }
    @places = grep { $run->{places}{$_} } @places;
    return if @places > $PLACES;
    for my $write (map { plain_writes($run->{build}, $_) } @places) {
        my $left = $STOPS;
        $machine->stop_in_kernel($write->{address}, sub {
            my (undef, $stopped) = @_;
            $run->{unsafe} //= $write if $stopped->others_arrive($TIME);
            return --$left > 0 && !$run->{unsafe};
        });
    }
}

sub safe {
    my ($run) = @_;
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
                    : $seen < 20 ? 'each process has a count of its own, so '
                    . 'the reads of the children are not in it'
                    : 'counts are lost when a read waits between the reading '
                    . 'and the writing of the count',
            };
        },
        safe => \&safe,
    },
};
