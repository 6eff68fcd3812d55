# Lab::Junit - results as XML that any system for continuous integration reads:
# labs/lib/junit.xsd describes it.
package Lab::Junit;

use strict;
use warnings;

use Lab::Report;

# Control bytes, which XML cannot even name, are not in results.
my %ENTITY = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;',
    "\n" => '&#10;', "\t" => '&#9;');
sub attribute { return $_[0] =~ s/([&<>"\n\t])/$ENTITY{$1}/gr }
sub content { return $_[0] =~ s/([&<>"])/$ENTITY{$1}/gr }

# <name attribute="value"...>, in pairs and in this order.
sub tag {
    my ($name, @pairs) = @_;
    my $text = "<$name";
    while (my ($key, $value) = splice @pairs, 0, 2) {
        $text .= " $key=\"" . attribute($value) . '"';
    }
    return "$text>";
}

# What a test is that did not pass: its element, and the sentence for it.
my %ELEMENT = (failed => 'failure', 'not run' => 'skipped',
    'not graded' => 'error');

sub one_test {
    my ($lab, $test) = @_;
    my ($run, $part) = $test->{name} =~ /^(\w+)\.(\w+)$/;
    my $text = '    ' . tag('testcase', classname => "$lab.$run",
        name => "$part: $test->{words}");
    my $element = $ELEMENT{ $test->{state} };
    if ($element) {
        my $seen = $test->{hidden} ? '' : $test->{seen} // '';
        my $details = $test->{hidden} ? '' : Lab::Report::details($test);
        $text .= "\n      " . tag($element, message => $seen) . "\n"
            . content($details) . "      </$element>\n    ";
    }
    return "$text</testcase>\n";
}

# The file's text; `seconds` is what grading has taken.
sub text {
    my ($results, $seconds) = @_;
    my $lab = $results->{lab};
    my @tests = @{ $results->{tests} };
    my %count = map { my $state = $_;
        $state => scalar grep { $_->{state} eq $state } @tests } keys %ELEMENT;
    my $build = '    ' . tag('testcase', classname => $lab, name => 'build');
    $build .= "\n      " . tag('failure', message => 'it does not build') . "\n"
        . content($results->{wrong}) . "\n      </failure>\n    "
        if $results->{wrong};
    my @properties = map { '      ' . tag('property', name => $_,
        value => $results->{$_}) =~ s{>$}{/>}r . "\n" }
        qw(lab version base seed points most kept score);
    return join '', qq(<?xml version="1.0" encoding="UTF-8"?>\n),
        "<testsuites>\n",
        '  ', tag('testsuite', name => $lab, tests => 1 + @tests,
            failures => $count{failed} + ($results->{wrong} ? 1 : 0),
            errors => $count{'not graded'}, skipped => $count{'not run'},
            time => sprintf '%.1f', $seconds), "\n",
        "    <properties>\n", @properties, "    </properties>\n",
        "$build</testcase>\n", (map { one_test($lab, $_) } @tests),
        '    <system-out>',
        content(join '', map { "note: $_\n" } @{ $results->{notes} }),
        "</system-out>\n",
        "  </testsuite>\n</testsuites>\n";
}

1;
