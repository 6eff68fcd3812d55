# Lab::Summary - what a whole course has done in a lab: a table for
# spreadsheets, and an overview as text and as a page.
#
# Each function's parameter is a list of records, one for a submission: key,
# people, label, state, why, notes, and results (Lab::Results) if it was graded.
package Lab::Summary;

use strict;
use warnings;
use List::Util qw(max sum0);

use Lab::Grade;

# What a state means, for the overview.
my %STATES = (
    graded => 'all that was to be judged',
    'no build' => 'does not build: no points',
    'not graded' => 'some tests could not be judged on this host; run it again',
    refused => 'cannot be graded as it is: no points are given or denied',
    error => 'this host or the grader failed; run it again',
);

# The tests of the lab, in their order, with the words of lab.conf.
sub tests_of {
    my ($conf) = @_;
    return $conf->all;
}

# What a submission has got in a test: a hash of Lab::Results, or undef.
sub result_of {
    my ($record, $name) = @_;
    return undef if !$record->{results};
    return (grep { $_->{name} eq $name } @{ $record->{results}{tests} })[0];
}

# Says of those graded with other tests, points or inputs that they are out of
# date, and returns them.  Records end their digest with that of what counted.
sub mark_old {
    my ($counts, @records) = @_;
    my @old = grep { defined $_->{digest}
        && $_->{digest} !~ / \Q$counts\E\z/ } @records;
    $_->{why} = join '; ', 'out of date: the lab or its tests were others',
        $_->{why} eq '' ? () : $_->{why} for @old;
    return @old;
}

# Are there points that count?
sub has_points { return $_[0]{state} =~ /^(?:graded|no build)$/ }

sub points {
    my ($record) = @_;
    return !has_points($record) ? '' : $record->{results}{score};
}

# A field of a table.  No spreadsheet shall take a text for a formula.
sub field {
    my ($text) = @_;
    $text = Lab::Grade::printable($text) =~ s/\s+/ /gr;
    return $text if $text =~ /^-?\d+(?:\.\d+)?\z/;
    $text = "'$text" if $text =~ /^[=+\-@]/;
    return $text =~ /[",]/ ? '"' . $text =~ s/"/""/gr . '"' : $text;
}

sub row { return join(',', map { field($_) } @_) . "\r\n" }

sub csv {
    my ($conf, @records) = @_;
    my @tests = tests_of($conf);
    my $most = sum0(map { $_->{points} // 0 } @tests);
    my $text = row(qw(student id points of state why),
        map { $_->{name} } @tests);
    for my $record (@records) {
        my @got = map {
            my $result = result_of($record, $_->{name});
            !$result || !has_points($record) ? ''
                : defined $_->{points} ? $result->{points} : $result->{state}
        } @tests;
        $text .= row(@$_{qw(name id)}, points($record), $most,
            @$record{qw(state why)}, @got) for @{ $record->{people} };
    }
    return $text;
}

# For each test: how many were judged, passed it, and the commonest cause of
# those that did not.
sub rates {
    my ($conf, @records) = @_;
    my @rates;
    for my $test (tests_of($conf)) {
        my @judged = grep { $_ && $_->{state} ne 'not graded' }
            map { result_of($_, $test->{name}) } @records;
        my $passed = grep { $_->{state} eq 'passed' } @judged;
        my %causes;
        $causes{ $_->{state} eq 'failed' ? $_->{cause} // $_->{seen} // ''
            : $_->{state} . ': ' . ($_->{seen} // '') }++
            for grep { $_->{state} ne 'passed' } @judged;
        my ($commonest) = sort { $causes{$b} <=> $causes{$a} || $a cmp $b }
            keys %causes;
        push @rates, { test => $test, judged => scalar @judged,
            passed => $passed,
            percent => @judged ? int(100 * $passed / @judged + 0.5) : 0,
            times => defined $commonest ? $causes{$commonest} : 0,
            cause => ($commonest // '') =~ s/\s+/ /gr };
    }
    return @rates;
}

# How many submissions are in each state, in words.
sub states {
    my %n;
    $n{ $_->{state} }++ for @_;
    return map { "$n{$_} $_: $STATES{$_}" } sort keys %n;
}

sub title { my ($conf, $lab) = @_; return "Lab $lab: " . $conf->get('title') }

sub name_of { return join ', ', map { Lab::Grade::printable($_->{name})
    =~ s/\s+/ /gr } @{ $_[0]{people} } }

sub text {
    my ($conf, $lab, @records) = @_;
    my $text = title($conf, $lab) . "\n\n"
        . join('', map { "$_\n" } states(@records)) . "\nTests\n";
    for my $rate (rates($conf, @records)) {
        $text .= sprintf "%4d %%  %3d of %-3d  %-18s %s\n",
            @$rate{qw(percent passed judged)},
            @{ $rate->{test} }{qw(name words)};
        $text .= sprintf "%20s%d times: %s\n", '', @$rate{qw(times cause)}
            if $rate->{times};
    }
    $text .= "\nSubmissions\n";
    for my $record (@records) {
        $text .= sprintf "%6s  %-11s %s\n", points($record), $record->{state},
            name_of($record);
        $text .= "        $record->{why}\n" if $record->{why} ne '';
    }
    return $text;
}

# Text for a page.
sub html {
    my ($text) = @_;
    my %names = ('&' => 'amp', '<' => 'lt', '>' => 'gt', '"' => 'quot',
        "'" => '#39');
    return $text =~ s/([&<>"'])/&$names{$1};/gr;
}

sub cells { my ($kind, @texts) = @_;
    return join '', map { "<$kind>$_</$kind>" } @texts }

sub table {
    my ($caption, $heads, @rows) = @_;
    my $heading = join '', map { qq{<th scope="col">} . html($_) . '</th>' }
        @$heads;
    return "<table>\n<caption>" . html($caption) . "</caption>\n"
        . "<thead><tr>$heading</tr></thead>\n<tbody>\n"
        . join('', map { my ($first, @others) = @$_;
            qq{<tr><th scope="row">$first</th>} . cells('td', @others)
                . "</tr>\n" } @rows)
        . "</tbody>\n</table>\n";
}

my $STYLE = <<'END_OF_STYLE';
body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto;
    padding: 0 1rem; color: #111; background: #fff; }
table { border-collapse: collapse; margin: 2rem 0; width: 100%; }
caption { text-align: left; font-weight: bold; font-size: 1.2rem; }
th, td { border-bottom: 1px solid #666; padding: 0.3rem 0.6rem;
    text-align: left; vertical-align: top; overflow-wrap: anywhere; }
END_OF_STYLE

sub page {
    my ($conf, $lab, @records) = @_;
    my $title = html(title($conf, $lab));
    my @tests = map {
        my $test = $_->{test};
        [html($test->{name}), html($test->{words}), $test->{points} // 'before',
            "$_->{passed} of $_->{judged} ($_->{percent} %)",
            $_->{times} ? "$_->{times} times: " . html($_->{cause}) : '']
    } rates($conf, @records);
    my @submissions = map {
        my $key = html($_->{key});
        [$_->{results} ? qq{<a href="reports/$key.txt">} . html(name_of($_))
            . '</a>' : html(name_of($_)),
            points($_), html($_->{state}), html($_->{why})]
    } @records;
    my $states = join '', map { '<li>' . html($_) . "</li>\n" }
        states(@records);
    return <<"END_OF_PAGE" . table('Tests',
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$title</title>
<style>
$STYLE</style>
</head>
<body>
<h1>$title</h1>
<ul>
$states</ul>
END_OF_PAGE
        ['Test', 'What it is about', 'Points', 'Passed', 'Commonest cause'],
        @tests) . table('Submissions', [qw(Student Points State Why)],
        @submissions) . "</body>\n</html>\n";
}

1;
