# Sets that cannot be read.
use strict;
use warnings;

use Lab::TraceLines qw(compare mark trace_line traced_text);

my @BAD = ('0x80000000, the kernel\'s memory', '0x80100000, the kernel\'s text',
    '0xfffffffc', '0x7f000000, where no page is', 'the last 4 bytes of memory',
    'the last byte of memory', 'the end of memory', 'the last 4 bytes below '
    . '0x80000000');
my $TRIED = 3;
my $CAUSE = 'all 8 bytes have to be in the program\'s memory: copyin says';

sub seen {
    my ($run, $part) = @_;
    for my $bytes (@{ $run->{reports} }) {
        my ($id, $good, @values) = unpack 'l<*', $bytes;
        return { good => $good, bad => [splice @values, 0, scalar @BAD],
            tried => \@values } if $id == $part;
    }
}

sub wrong {
    my ($expected, $seen, $cause) = @_;
    return { expected => $expected, seen => $seen, cause => $cause };
}

# What both calls return.
sub results {
    my ($seen, $call) = @_;
    return wrong("$call takes a set at an odd address, in two pages",
        "it returns $seen->{good}", 'a pointer of a program need not be '
        . 'aligned') if $seen->{good} != 0;
    for my $i (0 .. $#BAD) {
        return wrong("$call of a set at $BAD[$i] returns -1",
            "it returns $seen->{bad}[$i]", $CAUSE) if $seen->{bad}[$i] != -1;
    }
    return undef;
}

return {
    program => 'pointers',
    panics => $CAUSE,
    input => sub { return { n => $_[0]->(100, 999) } },
    pack => sub { return $_[0]{n} },
    at_report => \&mark,
    parts => {
        trace => sub {
            my ($run) = @_;
            my $seen = seen($run, 1);
            return results($seen, 'trace')
                // compare('after sets that cannot be read, with the call '
                . 'uptime still', traced_text($run, 0, 1),
                trace_line(1, 'init', 'uptime', [], $seen->{tried}[1]));
        },
        sandbox => sub {
            my ($run) = @_;
            my $seen = seen($run, 2);
            return wrong('a child can be made', 'there was none', 'fork fails')
                if !$seen;
            my $wrong = results($seen, 'sandbox');
            return $wrong if $wrong;
            for my $i (0 .. $TRIED - 1) {
                my $name = (qw(getpid uptime sbrk))[$i];
                return wrong("after sets that cannot be read, $name still "
                    . 'works', "it returns $seen->{tried}[$i]",
                    'nothing may be forbidden before all of the set is read')
                    if $seen->{tried}[$i] == -1;
            }
            return undef;
        },
    },
};
