# Lab::TraceLines - the lines that trace prints, for lab tracing.
#
#     PID NAME: CALL(ARGUMENT, ...) = RESULT
#
# Only lines with a word before a parenthesis are compared: what else a student
# prints while he looks for a mistake costs nothing.
package Lab::TraceLines;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(compare mark trace_line traced_text values_of);

# How many parameters the calls of the base have that tests make.
my %PARAMETERS = (fork => 0, exit => 1, read => 3, kill => 1, exec => 2,
    dup => 1, getpid => 0, sbrk => 1, sleep => 1, uptime => 0, write => 3,
    close => 1, lseek => 3, fsync => 1, wait => 1, trace => 1, sandbox => 1,
    callcount => 1);

# For at_report: keeps how much of the console's text came before the report.
sub mark {
    my ($run, $machine) = @_;
    $machine->read_console;
    push @{ $run->{marks} }, length $machine->console;
}

# The console's text between two reports, or from one on.
sub traced_text {
    my ($run, $from, $to) = @_;
    my $begin = $run->{marks}[$from];
    my $end = defined $to ? $run->{marks}[$to] : length $run->{console};
    return substr $run->{console}, $begin, $end - $begin;
}

# The numbers in the reports of one part.  Each report begins with the part's.
sub values_of {
    my ($run, $part) = @_;
    my @reports = map { [unpack 'l<*', $_] } @{ $run->{reports} };
    return map { [@$_[1 .. $#$_]] } grep { $_->[0] == $part } @reports;
}

# The line of one call.  Of the arguments, as many count as the call has.
sub trace_line {
    my ($pid, $name, $call, $arguments, $result) = @_;
    my @arguments = grep { defined } @$arguments[0 .. $PARAMETERS{$call} - 1];
    return "$pid $name: $call(" . join(', ', @arguments) . ") = $result";
}

sub shown {
    my ($line) = @_;
    return defined $line ? '`' . Lab::Grade::printable($line) . '`'
        : 'no more lines';
}

# What is wrong with the lines of a text: nothing, or a hash as a part returns.
# The lines of each process must come in their order.
sub compare {
    my ($what, $text, @expected) = @_;
    my @seen = grep { /\w\(/ } split /\n/, $text;
    my @pids = do { my %seen; grep { !$seen{$_}++ } map { /^(\d+) /
        ? $1 : 'none' } @expected, @seen };
    for my $pid (@pids) {
        my @want = grep { /^\Q$pid\E / } @expected;
        my @have = grep { $pid eq 'none' ? !/^\d+ / : /^\Q$pid\E / } @seen;
        for my $i (0 .. (@want > @have ? $#want : $#have)) {
            my ($want, $have) = ($want[$i], $have[$i]);
            next if defined $want && defined $have && $want eq $have;
            return {
                expected => "$what: " . shown($want) . ($i > 0 ? ' after '
                    . shown($want[$i - 1] // $have[$i - 1]) : ''),
                seen => shown($have),
                cause => cause($want, $have, @seen),
            };
        }
    }
    return undef;
}

my $FORM = 'the form is PID NAME: CALL(ARGUMENT, ...) = RESULT';

# What it tells that a line is not there.
sub cause_of_none {
    my ($want, @seen) = @_;
    my ($pid) = $want =~ /^(\d+) /;
    return 'a call whose bit is set is not printed: each process has a set of '
        . 'its own, which no other process changes' if grep { /^$pid / } @seen;
    return $FORM if grep { !/^\d+ / } @seen;
    return "of process $pid nothing is printed: a child begins with a copy of "
        . "its parent's set (fork, in kernel/proc/proc.c), and each process "
        . 'has a set of its own, which no other process changes';
}

# What a difference between two lines tells.
sub cause {
    my ($want, $have, @seen) = @_;
    return 'nothing is printed at all: there is no call 28 yet, or the set '
        . 'is not looked at in syscall()' if !@seen;
    return 'a call is printed whose bit is not set, in this process or at '
        . 'this time; or one call twice' if !defined $want;
    return cause_of_none($want, @seen) if !defined $have;
    return 'the lines of two processes are mixed: print a line by one call of '
        . 'printf, when the call is over (for exit: before it)'
        if $have =~ /\w\(.*\w\(/ || $have !~ /=/;
    my $form = qr/^(\d+) (\S+): (\w+)\((.*)\) = (\S+)$/;
    my @want = $want =~ $form;
    my @have = $have =~ $form or return $FORM;
    return 'a call whose bit is not set is printed, or one whose bit is set '
        . 'is not' if $want[2] ne $have[2];
    return 'whether a call of trace is printed is decided by the set that was '
        . 'there before it' if $have[2] eq 'trace';
    return 'after exec the name is that of the new program: write it down '
        . 'before the call' if $want[1] ne $have[1];
    return 'as many arguments as the call has parameters in '
        . 'include/syscall.h, as signed decimal numbers; of what cannot be '
        . 'read, a question mark; read them before the call, as exec takes '
        . 'away the memory that they are in' if $want[3] ne $have[3];
    return 'the result is what the process gets in %eax, as a signed decimal '
        . 'number; exit has none, so its line comes before the call, with a '
        . 'question mark';
}

1;
