# What worked before any lab: every lab's lab.conf can have its lines `keep
# base.NAME`.
use strict;
use warnings;

use Lab::Room qw(leak);

my $BYTES = 3000;
my @NAMES = qw(file_sum pipe_sum status wrong_pid);

sub seen {
    my ($run) = @_;
    my %seen;
    @seen{@NAMES} = unpack 'l<*', $run->{reports}[0];
    return \%seen;
}

# The sum that the program makes of its bytes, as a 32-bit number.
sub expected_sum {
    my ($run) = @_;
    my $sum = 0;
    for my $i (0 .. $BYTES - 1) {
        my $byte = ($i * $run->{input}{factor} >> 3) & 0xff;
        $sum = ($sum * 31 + $byte) & 0xffffffff;
    }
    return unpack 'l', pack 'L', $sum;
}

sub same {
    my ($what, $expected, $seen, $cause) = @_;
    return $expected == $seen ? undef : { expected => "$what: $expected",
        seen => $seen, cause => $cause };
}

return {
    program => 'base',
    cpus => 2,
    # A small disk is filled soon.
    disk => { blocks => 320, inodes => 40 },
    input => sub {
        my ($draw) = @_;
        return { factor => $draw->(100, 999), status => $draw->(1, 99) };
    },
    pack => sub { return @{ $_[0] }{qw(factor status)} },
    parts => {
        files => sub {
            return same('the sum of a file read back', expected_sum($_[0]),
                seen($_[0])->{file_sum}, 'read, write or open has changed');
        },
        pipes => sub {
            return same('the sum of what came through a pipe',
                expected_sum($_[0]), seen($_[0])->{pipe_sum},
                'read or write of a pipe has changed');
        },
        processes => sub {
            my ($run) = @_;
            my $seen = seen($run);
            return same('wait names the child: the difference is', 0,
                $seen->{wrong_pid}, 'fork or wait has changed')
                // same('the status of the program that a child executes',
                $run->{input}{status}, $seen->{status},
                'exec, exit or wait has changed');
        },
        leaks => sub {
            my $rooms = substr $_[0]{reports}[0], 4 * @NAMES;
            return leak($rooms, substr $rooms, $Lab::Room::SIZE);
        },
    },
};
