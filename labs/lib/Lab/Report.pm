# Lab::Report - what a student reads after grading.
package Lab::Report;

use strict;
use warnings;

use Lab::Files qw(read_file);
use Lab::Grade;

# The lab that a tree was made for.
sub lab_of {
    my ($tree) = @_;
    -f "$tree/.lab" or die "This tree is no lab's: make lab L=warm-up makes "
        . "one\n"
        . "(or, for a student's folder: make grade L=warm-up IN=folder).\n";
    my ($lab) = read_file("$tree/.lab") =~ /^lab = (\S+)$/m
        or die "$tree/.lab names no lab\n";
    return $lab;
}

# Lines of text below a heading, all behind an indent.
sub block {
    my ($heading, $text) = @_;
    my @lines = split /\n/, Lab::Grade::printable($text);
    return join '', map { sprintf "      %-9s %s\n", $_ ? '' : $heading,
        $lines[$_] } 0 .. $#lines;
}

sub one_result {
    my ($grade, $test) = @_;
    my $result = $grade->result($test->{name}) // return '';
    my $passed = $result->{state} eq 'passed';
    my $worth = defined $test->{points}
        ? ($passed ? $test->{points} : 0) . "/$test->{points}" : 'before';
    my $text = sprintf "%-10s %6s  %-16s %s\n",
        $result->{state} eq 'failed' ? 'FAILED' : $result->{state},
        $worth, $test->{name}, $test->{words};
    return $text if $passed;
    $text .= block($_, $result->{$_}) for grep { defined $result->{$_} }
        qw(expected seen cause console);
    $text .= block('debug',
        "make grade T=$test->{name} SEED=$result->{seed} GDB=1")
        if $result->{state} eq 'failed' && !$test->{hidden};
    return $text;
}

# The whole report; `wrong` is why there is no build, or ''.
sub text {
    my ($grade, $lab, $wrong) = @_;
    my $conf = $grade->{conf};
    my $text = "Lab $lab: " . $conf->get('title') . "\n";
    $text .= "note: $_\n" for $grade->notes;
    if ($wrong) {
        return "$text\nIt does not build, so there are no points.  The first "
            . "error:\n" . Lab::Grade::printable($wrong) . "\n\nPoints: 0\n";
    }
    $text .= "Inputs are drawn from SEED=$grade->{seed}.\n\n";
    $text .= one_result($grade, $_) for $conf->all;
    my ($points, $most, $kept) = $grade->points;
    $text .= "\nPoints: $points of $most\n";
    $text .= sprintf "Some of what worked before is broken: %d %% of it works, "
        . "which leaves %.1f points.\n", 100 * $kept, $points * $kept
        if $kept < 1;
    $text .= "Some tests could not be judged: that costs nothing; grade again "
        . "when this host is less busy.\n"
        if grep { ($grade->result($_->{name}) // { state => '' })->{state}
            eq 'not graded' } $conf->all;
    return $text;
}

1;
