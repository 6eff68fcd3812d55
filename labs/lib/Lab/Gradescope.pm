# Lab::Gradescope - results.json, as Gradescope's autograder specification
# describes it (gradescope-autograders.readthedocs.io, "Output Format").
#
# Hidden tests show nothing but whether they passed, and that only once the
# instructor publishes the grades.  As long as such a test is in the file,
# Gradescope keeps the total from the student as well.
package Lab::Gradescope;

use strict;
use warnings;
use JSON::PP ();

use Lab::Report;

# What students read above the tests.
sub summary {
    my ($results) = @_;
    my $text = join '', map { "note: $_\n" } @{ $results->{notes} };
    $text .= Lab::Report::no_build($results);
    # Its figures tell of hidden tests, too, where there are such.
    $text .= Lab::Report::loss($results)
        if !grep { $_->{hidden} && $_->{kind} eq 'keep' }
        @{ $results->{tests} };
    $text .= "Grading has not come to its end: these are not all points.\n"
        if !$results->{complete};
    return $text;
}

# A test that could not be judged has neither status nor score.
sub one_test {
    my ($test, $number) = @_;
    my %data = (name => "$test->{name}: $test->{words}", number => $number,
        max_score => 0 + $test->{most},
        visibility => $test->{hidden} ? 'after_published' : 'visible');
    if ($test->{state} ne 'not graded') {
        $data{status} = $test->{state} eq 'passed' ? 'passed' : 'failed';
        $data{score} = 0 + $test->{points};
    }
    if (!$test->{hidden} && $test->{state} ne 'passed') {
        $data{output} = ucfirst "$test->{state}\n"
            . Lab::Report::details($test);
        $data{output_format} = 'text';
    }
    return \%data;
}

# The file's text; `seconds` is what grading has taken.
sub text {
    my ($results, $seconds) = @_;
    my ($run, $part, $name) = (0, 0, '');
    my @tests;
    for my $test (@{ $results->{tests} }) {
        my ($of) = $test->{name} =~ /^(\w+)/;
        ($run, $part, $name) = ($run + 1, 0, $of) if $of ne $name;
        $part++;
        push @tests, one_test($test, "$run.$part");
    }
    return JSON::PP->new->pretty->canonical->encode({
        score => 0 + $results->{score},
        execution_time => int $seconds,
        output => summary($results),
        output_format => 'text',
        stdout_visibility => 'hidden',
        tests => \@tests,
    });
}

1;
