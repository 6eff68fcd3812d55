# The programs trace and sandbox.
use strict;
use warnings;

use Lab::TraceLines qw(compare mark trace_line traced_text);

# What the program `other` calls, and what its status tells of, bit by bit.  The
# program that starts it calls read as well, and is not traced.
my $READ = [5, 'read'];
my @TRACED = ([10, 'dup'], [6, 'kill'], [24, 'lseek']);
my @PROBED = ([11, 'getpid'], [14, 'uptime'], [12, 'sbrk'], [10, 'dup']);

# The longest list of calls, with its zero.
my $LIST = 40;

sub seen {
    my ($run, $part) = @_;
    for my $bytes (@{ $run->{reports} }) {
        my ($id, $pid, $status, $complaint) = unpack 'l<4', $bytes;
        return { pid => $pid, status => $status, complaint => $complaint }
            if $id == $part;
    }
}

# Some of the kinds.
sub draw_kinds {
    my ($draw, $n, @kinds) = @_;
    return map { splice @kinds, $draw->(0, $#kinds), 1 } 1 .. $n;
}

# A list of their names or numbers.
sub draw_list {
    my ($draw, @some) = @_;
    return { numbers => [map { $_->[0] } @some],
        text => join ',', map { $_->[ $draw->(0, 1) ] } @some };
}

sub status_of {
    my ($run, $part, $what, $expected) = @_;
    my $seen = seen($run, $part);
    return undef if $seen->{status} == $expected;
    return { expected => "$what ends with status $expected",
        seen => $seen->{status}, cause => $seen->{status} == 254
            ? 'the program is not on the disk: user/bin/NAME.c'
            : $seen->{status} == 255 ? 'the command got other arguments than '
            . 'the ones behind it'
            : 'the call first, then exec in the same process: it keeps the '
            . 'set, and the status is the command\'s' };
}

# What cannot be done is said on file 2, and is status 1.
sub refused {
    my ($run, $part, $what) = @_;
    my $wrong = status_of($run, $part, $what, 1);
    return $wrong if $wrong;
    return seen($run, $part)->{complaint} > 0 ? undef : {
        expected => "$what says so on file 2", seen => 'nothing',
        cause => 'dprintf(STDERR_FILENO, ...)' };
}

sub trace {
    my ($run) = @_;
    my ($input, $pid) = ($run->{input}, seen($run, 1)->{pid});
    my ($n, $status) = @{ $input->{digits} };
    my $what = "trace $input->{trace}{text} /other $n $status";
    my $wrong = status_of($run, 1, $what, $status);
    return $wrong if $wrong;
    my %set = map { $_ => 1 } @{ $input->{trace}{numbers} };
    my @all = ([10, 'dup', [-$n], -1], [6, 'kill', [1000 * $n], -1],
        [5, 'read', [-$n, $n, 0], -1], [24, 'lseek', [-$n, $n, 2], -1]);
    return compare($what, traced_text($run, 0, 1),
        map { trace_line($pid, 'other', @$_[1 .. 3]) }
        grep { $set{ $_->[0] } } @all)
        // refused($run, 3, "trace $input->{wrong} /other 1 7")
        // refused($run, 4, 'trace of a command that is not there');
}

sub sandbox {
    my ($run) = @_;
    my $input = $run->{input};
    my %set = map { $_ => 1 } @{ $input->{sandbox}{numbers} };
    my $expected = 0;
    for my $i (0 .. $#PROBED) {
        $expected |= 1 << $i if $set{ $PROBED[$i][0] };
    }
    return status_of($run, 2, "sandbox $input->{sandbox}{text} /other probe, "
        . 'where bits 0 to 3 stand for getpid uptime sbrk dup,', $expected)
        // refused($run, 5, "sandbox $input->{wrong} /other 1 7");
}

return {
    program => 'program',
    helpers => ['other'],
    system => ['trace', 'sandbox'],
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        return {
            trace => draw_list($draw, $READ, draw_kinds($draw, 1, @TRACED)),
            sandbox => draw_list($draw, draw_kinds($draw, 2, @PROBED)),
            wrong => 'dup,no' . $draw->(100, 999),
            digits => [$draw->(100, 999), $draw->(100, 199)],
        };
    },
    pack => sub {
        my ($input) = @_;
        my @lists = ($input->{trace}{text}, $input->{sandbox}{text},
            $input->{wrong});
        return unpack 'l<*', join '', (map { pack "a$LIST", $_ } @lists),
            map { pack 'a4', $_ } @{ $input->{digits} };
    },
    at_report => \&mark,
    parts => { trace => \&trace, sandbox => \&sandbox },
};
