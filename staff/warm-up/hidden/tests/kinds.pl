# The count after reads of several kinds, and of processes that have ended.
use strict;
use warnings;

sub grew {
    my ($run, $from, $to, $expected, $what, $cause) = @_;
    my @seen = unpack 'l<3', $run->{reports}[0];
    my $seen = $seen[$to] - $seen[$from];
    return $seen == $expected && $seen[0] >= 0 ? undef
        : { expected => "$what: the count grows by $expected",
            seen => "it grew by $seen", cause => $cause };
}

return {
    program => 'kinds',
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        return { ends => $draw->(10, 40), folders => $draw->(10, 40),
            wild => $draw->(50, 90), children => $draw->(5, 12) };
    },
    pack => sub { return @{ $_[0] }{qw(ends folders wild children)} },
    parts => {
        nothing => sub {
            my ($run) = @_;
            my $input = $run->{input};
            return grew($run, 0, 1,
                $input->{ends} + $input->{folders} + $input->{wild},
                'reads at the end of a file, of a directory, to a bad address',
                'the count depends on what the read finds');
        },
        dead => sub {
            my ($run) = @_;
            my $n = $run->{input}{children};
            return grew($run, 1, 2, $n * ($n + 1) / 2,
                "$n children read and end",
                'the count lives in the process, and dies with it; or reads at '
                . 'the end of a file do not count');
        },
    },
};
