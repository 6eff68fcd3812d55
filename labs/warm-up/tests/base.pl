# What worked before the lab.
use strict;
use warnings;

my $BYTES = 3000;
my @NAMES = qw(file_sum pipe_sum status wrong_pid);
my @ROOM = qw(pages processes descriptors);

sub seen {
    my ($run) = @_;
    my @values = unpack 'l<*', $run->{reports}[0];
    my %seen;
    @seen{@NAMES} = splice @values, 0, @NAMES;
    @{ $seen{before} }{@ROOM} = splice @values, 0, @ROOM;
    @{ $seen{after} }{@ROOM} = splice @values, 0, @ROOM;
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
                // same('the status of the child', $run->{input}{status},
                $seen->{status}, 'exit or wait has changed');
        },
        leaks => sub {
            my $seen = seen($_[0]);
            for my $what (@ROOM) {
                my $wrong = same("$what to be had after a third round",
                    $seen->{before}{$what}, $seen->{after}{$what},
                    'something is taken in each round and not given back');
                return $wrong if $wrong;
            }
            return $seen->{after}{pages} > 100 && $seen->{after}{processes} > 10
                ? undef : { expected => 'memory and children can be had',
                seen => join(', ', map { "$_: $seen->{after}{$_}" } @ROOM),
                cause => 'sbrk or fork fails much too early' };
        },
    },
};
