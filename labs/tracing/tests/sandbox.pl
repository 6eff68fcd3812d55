# What processes in a sandbox can do.
use strict;
use warnings;

# The calls that the test program tries, in its order.
my @KINDS = ([11, 'getpid'], [14, 'uptime'], [12, 'sbrk'], [10, 'dup'],
    [20, 'mkdir'], [9, 'chdir']);
my $MKDIR = 20;

# What the program reported at each moment.
sub at {
    my ($run, $moment) = @_;
    for my $bytes (@{ $run->{reports} }) {
        my ($id, $result, @results) = unpack 'l<*', $bytes;
        return { result => $result, results => \@results } if $id == $moment;
    }
    return { result => undef };
}

sub wrong {
    my ($expected, $seen, $cause) = @_;
    return { expected => $expected, seen => $seen // 'it never came so far',
        cause => $cause };
}

# Judges which calls failed at a moment.
sub tried {
    my ($run, $moment, $when, $forbidden, $cause) = @_;
    my $seen = at($run, $moment);
    return wrong("$when, calls can be tried", undef, 'fork or exec fails that '
        . 'the sandbox does not forbid, or the process was ended')
        if !$seen->{results};
    my %set = map { $_ => 1 } @$forbidden;
    for my $i (0 .. $#KINDS) {
        my ($number, $name) = @{ $KINDS[$i] };
        my $result = $seen->{results}[$i];
        next if ($result == -1) == !!$set{$number};
        return wrong("$when, $name "
            . ($set{$number} ? 'is forbidden: it returns -1' : 'works'),
            "it returns $result", $cause);
    }
    return undef;
}

sub forbid {
    my ($run) = @_;
    my $input = $run->{input};
    my $result = at($run, 1)->{result};
    return wrong('sandbox returns 0', $result, 'there is no call 29 yet, or it '
        . 'refuses a good pointer') if ($result // -1) != 0;
    my $bad = tried($run, 1, 'in a sandbox', $input->{first},
        'look at the bit of the number in syscall(), before the call is '
        . 'carried out');
    return $bad if $bad;
    my $made = at($run, 9)->{result} >> 1 & 1;
    my $may = !grep { $_ == $MKDIR } @{ $input->{first} };
    return undef if $made == $may;
    return wrong('the directory that mkdir was to make is '
        . ($may ? '' : 'not ') . 'there', $made ? 'it is' : 'it is not',
        'a forbidden call must do nothing: decide before it is carried out, '
        . 'not after');
}

sub narrow {
    my ($run) = @_;
    my $input = $run->{input};
    my @both = (@{ $input->{first} }, @{ $input->{second} });
    my $cause = 'a set only ever adds to what is forbidden: |=, not =';
    my $bad = tried($run, 4, 'after a second sandbox', \@both, $cause)
        // tried($run, 5, 'after a sandbox that forbids nothing', \@both,
        $cause)
        // tried($run, 6, 'where all is forbidden', [map { $_->[0] } @KINDS],
        'all bits are set: every call but exit fails');
    return $bad if $bad;
    my $status = at($run, 7)->{result};
    return undef if defined $status && $status == $input->{status};
    return wrong('where all is forbidden, exit still ends the process, with '
        . "status $input->{status}", $status,
        'exit returns -1 to a program that does not expect it to return: '
        . 'leave its bit out');
}

sub inherit {
    my ($run) = @_;
    my $first = $run->{input}{first};
    return tried($run, 2, 'in a child of a process in a sandbox', $first,
        'fork must copy what is forbidden')
        // tried($run, 3, 'after exec in that child', $first,
        'exec replaces the program, not the process')
        // tried($run, 7, 'in the parent, which is in no sandbox', [],
        'what is forbidden belongs to one process, not to all')
        // tried($run, 8, 'in a new child of that parent', [],
        'a new process has what its parent has, not what the last user of '
        . 'its entry in the table had');
}

return {
    program => 'sandbox',
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        my @kinds = map { $_->[0] } @KINDS;
        my @first = map { splice @kinds, $draw->(0, $#kinds), 1 }
            1 .. $draw->(2, 3);
        my @second = map { splice @kinds, $draw->(0, $#kinds), 1 } 1 .. 2;
        return { first => \@first, second => \@second,
            status => $draw->(10, 99) };
    },
    pack => sub {
        my ($input) = @_;
        my @sets = map {
            my $set = 0;
            $set |= 1 << $_ for @$_;
            ($set, 0)
        } @{$input}{qw(first second)};
        return (@sets, $input->{status});
    },
    parts => { forbid => \&forbid, narrow => \&narrow, inherit => \&inherit },
};
