# Lab::Report - what a student's tree is, and what he reads after grading.
package Lab::Report;

use strict;
use warnings;

use Lab::Files qw(read_file run);
use Lab::Results qw(results);

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

# The commit that a tree's lab was handed out with.  Whoever cloned the tree may
# have no branch for it, but its history has the commits that tools/lab made.
sub handout_commit {
    my ($tree, $lab) = @_;
    for my $name (qw(handout origin/handout)) {
        my ($status) = run($tree, 'git', 'rev-parse', '-q', '--verify',
            "$name^{commit}");
        return $name if !$status;
    }
    my ($status, $commit) = run($tree, 'git', 'log', '-1', '--format=%H',
        '--author=<lectern@localhost>', '-E',
        "--grep=^Lab $lab(, newer| as handed out)\$");
    return $commit =~ s/\s+$//r if !$status && $commit =~ /^\w+$/m;
    die "Git cannot tell what the lab was handed out as.  Its history is "
        . "needed: in the tree\nthat `make lab` made, git push origin main "
        . "handout; a clone must not be shallow.\n$commit";
}

# Lines of text below a heading, all behind an indent.
sub block {
    my ($heading, $text) = @_;
    my @lines = split /\n/, $text;
    return join '', map { sprintf "      %-9s %s\n", $_ ? '' : $heading,
        $lines[$_] } 0 .. $#lines;
}

# What is known of a test that did not pass, for people.
sub details {
    my ($test) = @_;
    return join '', map { block($_, $test->{$_}) }
        grep { defined $test->{$_} } qw(expected seen cause console debug);
}

sub one_result {
    my ($test) = @_;
    my $worth = $test->{kind} eq 'keep' ? 'before'
        : "$test->{points}/$test->{most}";
    return sprintf("%-10s %6s  %-16s %s\n",
        $test->{state} eq 'failed' ? 'FAILED' : $test->{state}, $worth,
        $test->{name}, $test->{words}) . details($test);
}

# Why there are no points if there is no build, or ''.
sub no_build {
    my ($results) = @_;
    return '' if !$results->{wrong};
    my $what = $results->{refused} ? 'It cannot be graded'
        : 'It does not build';
    return "$what, so there are no points."
        . ($results->{refused} ? '' : '  The first error:')
        . "\n$results->{wrong}\n";
}

# What `keep` tests do to the points, or ''.
sub loss {
    my ($results) = @_;
    return '' if $results->{kept} == 1;
    return sprintf "Some of what worked before is broken: %d %% of it works, "
        . "which leaves %s points.\n", 100 * $results->{kept},
        $results->{score};
}

sub unjudged {
    my ($results) = @_;
    return '' if $results->{complete};
    return "Some tests could not be judged: that costs nothing; grade again "
        . "when this host is less busy.\n";
}

# The whole report; `wrong` is why there is no build, or ''.
sub text {
    my ($grade, $lab, $wrong) = @_;
    return of_results(results($grade, $lab, $wrong));
}

sub of_results {
    my ($results) = @_;
    my $text = "Lab $results->{lab}: $results->{title}\n";
    $text .= "note: $_\n" for @{ $results->{notes} };
    return "$text\n" . no_build($results) . "\nPoints: 0\n"
        if $results->{wrong};
    $text .= "Inputs are drawn from SEED=$results->{seed}.\n\n";
    $text .= one_result($_) for @{ $results->{tests} };
    return "$text\nPoints: $results->{points} of $results->{most}\n"
        . loss($results) . unjudged($results);
}

1;
