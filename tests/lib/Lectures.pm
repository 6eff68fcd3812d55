# Lectures - what the tests of the lectures share.
package Lectures;

use strict;
use warnings;
use Exporter qw(import);
use Test::More;

use Tree qw($top capture read_file);

our @EXPORT_OK = qw(all_lectures check_lecture difference text_of titles
    transcript_of);

# Seconds that a lecture may take on a busy host.
use constant { LIMIT => 300, REPLAY_LIMIT => 60 };

# The names of all lectures.
sub all_lectures {
    return map { m{lectures/(.*)/script} } sort
        glob "$top/lectures/*/script.gdb";
}

# What is in a file below lectures/; nothing if it is not there.
sub text_of {
    my ($path) = @_;
    return -e "$top/lectures/$path" ? read_file("$top/lectures/$path") : '';
}
sub transcript_of { return text_of("$_[0]/transcript.txt") }

# The titles in a transcript.
sub titles { return $_[0] =~ /^(?:step|question) \d+: (.*)$/mg }

# Returns what differs in two texts, from the first such line on.
sub difference {
    my ($is, $expected) = map { [split /\n/] } @_;
    my $i = 0;
    $i++ while $i < @$is && $i < @$expected && $is->[$i] eq $expected->[$i];
    return '' if $i >= @$is && $i >= @$expected;
    my ($step) = grep { /^(?:step|question) / } reverse @{$expected}[0 .. $i];
    return "in $step\n" . join '', map { "  it shows: $_\n" }
        grep { defined } @{$is}[$i .. $i + 4], "but the transcript has: "
        . ($expected->[$i] // 'no more');
}

# What a lecture shows.  Returns the exit code and the output.
sub replay {
    my ($name) = @_;
    my @command = ('tools/lecture', 'transcript', $name);
    return capture({ dir => $top, limit => LIMIT }, @command)
        if text_of("$name/script.gdb") !~ /^machine replay/m;
    # As with recording (Recording.pm), at times QEMU does not go on.
    my ($status, $output);
    for (1 .. 3) {
        ($status, $output) = capture({ dir => $top }, 'timeout', REPLAY_LIMIT,
            @command);
        last if $status != 124;     # the time was over
        note('QEMU hangs: once more');
    }
    return ($status, $output);
}

# Replays a lecture.  It must show what its transcript has, and its notes must
# walk through the same steps.
sub check_lecture {
    my ($name) = @_;
    my ($status, $output) = replay($name);
    is($status, 0, 'every step can be done') or diag($output);
    my $expected = transcript_of($name);
    is(difference($output, $expected), '', 'it shows what it should');

    my $notes = text_of("$name/notes.md");
    is_deeply([$notes =~ /^\{step: (.*)\}$/mg], [titles($expected)],
        'its notes have the same steps');
    like($notes, qr/\A# \S/, '  a title');
    like($notes, qr/^- Time: \d+ minutes$/m, '  the time it takes');
    like($notes, qr/^## Goals$/m, '  goals');
    for my $part ('Check yourself', 'Answers') {
        my ($text) = $notes =~ /^## $part\n(.*?)(?=^## |\z)/ms;
        my $n = () = ($text // '') =~ /^\d\. /mg;
        is($n, 5, "  five items under $part");
    }
}

1;
