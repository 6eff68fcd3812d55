# Lab::Markdown - results as a page for GitHub's job summary.
package Lab::Markdown;

use strict;
use warnings;

use Lab::Report;

# What Markdown or HTML could take for more than a character.
my $SPECIAL = qr/[^\w .,;:=+\/\n\x80-\xff-]|_/;
sub escape { return $_[0] =~ s/($SPECIAL)/'&#' . ord($1) . ';'/ger }

sub one_row {
    my ($test) = @_;
    my $worth = $test->{kind} eq 'keep' ? 'before'
        : "$test->{points}/$test->{most}";
    my $state = $test->{state} eq 'failed' ? '**failed**' : $test->{state};
    return "| $state | $worth | " . escape($test->{name}) . ' | '
        . escape($test->{words}) . " |\n";
}

# Text as it is: <pre> begins a line, so that empty lines do not end it.
sub as_it_is { return "<pre>\n" . escape($_[0]) . "</pre>\n\n" }

sub text {
    my ($results) = @_;
    my $text = "## Lab $results->{lab}: " . escape($results->{title})
        . "\n\n**Points: $results->{points} of $results->{most}**\n\n";
    $text .= join '', map { '- note: ' . escape($_) . "\n" }
        @{ $results->{notes} };
    $text .= "\n";
    return $text . as_it_is(Lab::Report::no_build($results))
        if $results->{wrong};
    $text .= escape(Lab::Report::loss($results)
        . Lab::Report::unjudged($results)) . "\n";
    $text .= "| | points | test | |\n|---|---|---|---|\n";
    my @tests = @{ $results->{tests} };
    $text .= one_row($_) for @tests;
    for my $test (grep { $_->{state} eq 'failed' && !$_->{hidden} } @tests) {
        $text .= "\n### " . escape($test->{name}) . "\n\n"
            . as_it_is(Lab::Report::details($test));
    }
    return $text;
}

1;
