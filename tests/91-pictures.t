#!/usr/bin/env perl
# The timelines in the lectures' notes still show what the machine does: each is
# drawn anew and compared.  Times may change with the code, the events may not.
use strict;
use warnings;
use Test::More;
use FindBin;
use List::Util qw(uniq);
use lib "$FindBin::Bin/lib";

use Tree qw($top built capture read_file temp_dir);

# The lecture, the picture's name and what tools/trace runs.  In the lecture's
# folder NAME.svg is the picture, NAME.order the events in their order.  All of
# it must repeat: one CPU, and what the command reads is in the cache.
my @pictures = (
    ['files', 'commit', '--before', 'echo x > g', '--run', 'echo hello > f'],
    ['locks-and-scheduling', 'pipe', '--before', 'ls | wc', '--run', 'ls | wc'],
);
my $TRIES = 6;          # a tick of the clock may fall anywhere

my $build = built('.');
my $dir = temp_dir();

# What the parts of a picture are, without times and numbers.
sub parts {
    my ($svg) = @_;
    my $moves = qr/\b[\d.]+ to [\d.]+|\bat [\d.]+|\+0x[0-9a-f]+| gives \d+/;
    return join '', uniq map { s/$moves//gr . "\n" }
        $svg =~ /<g><title>(.*?)<\/title>/gs;
}

# Events in their order.  Where in a table a process sleeps is of no interest,
# nor how many files ls has to list.
sub order {
    my ($path) = @_;
    return -e $path ? read_file($path) =~ s/\+0x[0-9a-f]+|\d+ times//gr : '';
}

# The names of the rows in a timeline of text.
sub rows {
    my ($text) = @_;
    return join ', ', $text =~ /^((?:[a-z] )?\w+(?: \d+)?) +[a-zA-Z.][a-zA-Z. ]*
        (?:\n|\z)/mxg;
}

sub draw {
    my ($golden, @options) = @_;
    for (1 .. $TRIES) {
        my ($status, $output) = capture("$top/tools/trace", @options,
            (map { ("--$_", "$dir/$_") } qw(svg order text)), $build);
        is($status, 0, 'tools/trace') or diag($output), return;
        return if order("$dir/order") eq $golden;
    }
}

for (@pictures) {
    my ($lecture, $name, @options) = @$_;
    subtest "$lecture: $name" => sub {
        my $path = "lectures/$lecture/$name";
        my $golden = order("$top/$path.order");
        draw($golden, @options);
        my $same = is(order("$dir/order"), $golden, 'the same events');
        $same &&= is(parts(read_file("$top/$path.svg")),
            parts(read_file("$dir/svg")), 'the picture has them');
        my @quoted = map { /[^-\w]/ ? "'$_'" : $_ } @options;
        diag("To draw it anew:\n  tools/trace --settle @quoted --svg $path.svg "
            . "--order $path.order build\nand see what the notes say of it")
            if !$same;

        my $notes = read_file("$top/lectures/$lecture/notes.md");
        like($notes, qr/^!\[\w[^\]]+\]\(\Q$name\E\.svg\)$/m,
            'the notes have it, and say what it is');
        my ($figure) = $notes =~ /\(\Q$name\E\.svg\)\n.*?^```\n(.*?)^```/ms;
        my ($strips) = read_file("$dir/text") =~ /^(microseconds.*?\n)\n/ms;
        is(rows($figure // ''), rows($strips), '  and the same as text');
    };
}

done_testing();
