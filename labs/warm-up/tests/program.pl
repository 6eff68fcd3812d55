# The program reads: runs a command and prints how many reads it made.
use strict;
use warnings;

sub seen {
    my ($run) = @_;
    my ($status, $n, $text) = unpack 'l<2 a200', $run->{reports}[0];
    return ($status, $n > 0 ? substr $text, 0, $n : '');
}

return {
    program => 'program',
    helpers => ['reader'],
    system => ['reads'],
    cpus => 2,
    input => sub {
        my ($draw) = @_;
        return { times => $draw->(100, 900), status => $draw->(2, 99) };
    },
    pack => sub { return @{ $_[0] }{qw(times status)} },
    parts => {
        output => sub {
            my ($run) = @_;
            my ($status, $text) = seen($run);
            my $n = $run->{input}{times};
            return undef if $text eq "$n reads\n";
            return {
                expected => "reads reader $n: prints `$n reads` and a newline",
                seen => $text eq '' ? 'nothing on its standard output'
                    : '`' . Lab::Grade::printable($text =~ s/\n/\\n/gr) . '`',
                cause => $status == 255 ? 'user/bin/reads.c is not there'
                    : $text eq "0 reads\n" ? "the command's reads fail, and "
                    . 'another process makes them: both have to be counted '
                    . '(count.failing and crowd.total show whether they are). '
                    . 'If they are: ask before fork, and again after wait'
                    : 'ask for the count before fork and after wait, and '
                    . 'print the difference on file 1',
            };
        },
        status => sub {
            my ($run) = @_;
            my ($status) = seen($run);
            my $expected = $run->{input}{status};
            return undef if $status == $expected;
            return {
                expected => "reads ends with the command's status, $expected",
                seen => "its status is $status",
                cause => 'wait(&status) tells it; main returns it',
            };
        },
    },
};
