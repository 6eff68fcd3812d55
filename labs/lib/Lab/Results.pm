# Lab::Results - what grading has found, as plain data for all that shows it.
#
# All texts are UTF-8 without control bytes; whoever shows them only has to
# escape what his own format uses.
package Lab::Results;

use strict;
use warnings;
use Exporter qw(import);
use List::Util qw(sum0);

use Lab::Files qw(read_file write_file);
use Lab::Grade;

our @EXPORT_OK = qw(results write_whole);

# How many notes are shown.
my $MOST_NOTES = 20;

# What the student began with: the lab's version and the base's commit.
sub versions {
    my ($folder) = @_;
    my $path = "$folder/.lab";
    my $text = -f $path && !-l $path ? read_file($path) : '';
    return map { $_ => $text =~ /^$_ = ([\w.-]{1,80})$/m ? $1 : 'unknown' }
        qw(version base);
}

# What was wrong with the files that were handed in.
sub notes {
    my ($grade) = @_;
    my @notes = map { Lab::Grade::printable($_) =~ tr/\n/ /r } $grade->notes;
    my $more = @notes - $MOST_NOTES;
    splice @notes, $MOST_NOTES, $more, "and $more more like these" if $more > 0;
    return @notes;
}

# One test: name, words, kind (test or keep), points, most, state, hidden,
# and of one that did not pass expected, seen, cause, console, seed and debug
# (the command that shows it), as far as they are known.  undef if nobody asked
# for the test.
sub one_test {
    my ($grade, $test, $wrong) = @_;
    my $result = $grade->result($test->{name});
    my $wanted = $grade->{wanted} // {};
    my ($run) = $test->{name} =~ /^(\w+)/;
    return undef if !$result && !$wanted->{$run};
    my $state = $result ? $result->{state} : $wrong ? 'not run' : 'not graded';
    my $passed = $state eq 'passed';
    my %data = (
        name => $test->{name},
        words => $test->{words},
        kind => defined $test->{points} ? 'test' : 'keep',
        points => $passed ? $test->{points} // 0 : 0,
        most => $test->{points} // 0,
        state => $state,
        hidden => $test->{hidden} ? 1 : 0,
    );
    return \%data if $passed;
    $data{seen} = $wrong ? 'there is no build' : 'it has not been run yet'
        if !$result;
    for my $key (grep { defined $result->{$_} }
        qw(expected seen cause console seed)) {
        $data{$key} = Lab::Grade::printable($result->{$key});
    }
    $data{debug} = $grade->rerun($test->{name}) . ' GDB=1'
        if $state eq 'failed' && !$test->{hidden};
    return \%data;
}

# All of it.  `wrong` is why there is no build, or ''.  While grading goes on,
# tests that are still to come are `not graded`.  Besides lab, title, version,
# base, seed, notes, wrong, refused (it was not even tried) and tests there are
# points, most, kept (the share of what worked before and still does), score
# (what points and kept come to), and complete (all tests that were asked for
# have been judged).
sub results {
    my ($grade, $lab, $wrong) = @_;
    my $conf = $grade->{conf};
    my @tests = grep { defined } map { one_test($grade, $_, $wrong) }
        $conf->all;
    my %data = (
        lab => $lab,
        title => $conf->get('title'),
        versions($grade->{student} // $grade->{tree}),
        seed => $grade->{seed},
        notes => [notes($grade)],
        wrong => Lab::Grade::printable($wrong),
        refused => $grade->{refused} ? 1 : 0,
        tests => \@tests,
        complete => (grep { $_->{state} eq 'not graded' } @tests) ? 0 : 1,
    );
    for my $key (qw(points most)) {
        $data{$key} = sum0(map { $_->{$key} } @tests);
    }
    my @keeps = grep { $_->{kind} eq 'keep' && $_->{state} ne 'not graded' }
        @tests;
    my $kept = grep { $_->{state} eq 'passed' } @keeps;
    $data{kept} = @keeps && !$wrong ? $kept / @keeps : 1;
    $data{score} = 0 + sprintf '%.2f', $data{points} * $data{kept};
    return \%data;
}

# Writes a file so that whoever reads it finds the old text or the new one.
sub write_whole {
    my ($path, $bytes) = @_;
    write_file("$path.new", $bytes);
    rename "$path.new", $path or die "$path: $!\n";
}

1;
