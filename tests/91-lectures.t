#!/usr/bin/env perl
# The lectures that 90-lectures.t does not replay; the seeds are covered; and a
# person can play a lecture, forwards, backwards and from any step.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Lectures qw(all_lectures check_lecture text_of titles transcript_of);
use Terminal;
use Tree qw($top capture copy_tree read_file write_file);

my @lectures = all_lectures();
for my $i (grep { $_ % 3 == 2 } 0 .. $#lectures) {
    subtest $lectures[$i] => sub { check_lecture($lectures[$i]) };
}

# lectures/SEEDS.md: its rows are numbered, each names a step, all are there.
sub mistakes_of_seeds {
    my ($text, $steps) = @_;
    my ($row, @mistakes) = (0);
    while ($text =~ /^\| (\d+) \|(.*?)\|([^|]*)\|$/mg) {
        my ($number, $says, $where) = ($1, $2, $3);
        push @mistakes, "row $number comes after $row" if $number != ++$row;
        push @mistakes, "row $number has no step" if $where !~ /: /;
        for my $place (split /; /, $where =~ s/^\s+|\s+$//gr) {
            push @mistakes, "row $number: there is no $place"
                if !$steps->{$place};
        }
    }
    push @mistakes, 'there are no rows' if !$row;
    return join '', map { "$_\n" } @mistakes;
}

subtest 'the seeds' => sub {
    my %steps;
    for my $name (@lectures) {
        $steps{"$name: $_"} = 1 for titles(transcript_of($name));
    }
    my $seeds = text_of('SEEDS.md');
    is(mistakes_of_seeds($seeds, \%steps), '', 'every row has its step');
    my $rows = () = $seeds =~ /^\| \d+ \|/mg;
    cmp_ok($rows, '>=', 42, 'all of them');
    like(mistakes_of_seeds("| 1 | a | |\n", \%steps), qr/row 1 has no step/,
        'a row without a step is seen');
    like(mistakes_of_seeds("| 1 | a | first-process: no |\n", \%steps),
        qr/there is no first-process: no/, 'so is a step that is not there');
};

# A person at a terminal of 80x24.
my $CLEAR = "\e[H\e[2J";

sub play {
    local $ENV{TERM} = 'dumb';
    return Terminal->start($top, 'tools/lecture', 'play', @_);
}

# Types something, and returns the screen that is then drawn.
sub screen {
    my ($player, $line) = @_;
    $player->send("$line\n") if defined $line;
    $player->expect(qr/\Q$CLEAR\E/);
    return $player->expect(qr/^[^\n]* > \z/m);
}

subtest 'a person plays it' => sub {
    my $player = play('first-process');
    my @screens = (screen($player));
    push @screens, screen($player, '') for 1 .. 2;
    for my $screen (@screens) {
        my @lines = split /\n/, $screen, -1;
        is(scalar @lines, 24, 'a screen has 24 lines');
        is(scalar(grep { length > 80 } @lines), 0, '  of 80 columns');
    }
    my ($n) = $screens[0] =~ /^first-process: step 1 of (\d+)/;
    like($screens[2], qr/^first-process: step 3 of $n /, 'step k of n');
    like($screens[2], qr/^load kernel \| \[temporary table\] \|/m,
        'the stage that it is in');
    like($screens[2], qr/^=> +\d+ +cpu_init\(/m, 'the source');
    is(() = $screens[2] =~ /^(?:=>|  ) *\d+  /mg, 7, '  seven lines of it');
    like($screens[2], qr/^\(gdb\) print.*\n\$\d+ = 0x/m, 'what was drawn');
    my $same = sub { return $_[0] =~ s/\$\d+ = /\$ = /gr };
    is(screen($player, 'b'), $screens[1], 'b goes back');
    is($same->(screen($player, '')), $same->($screens[2]),
        'Enter goes on again');

    # Whatever is typed to GDB, the lecture goes on from where it stood.
    $player->send("x/2i \$pc\n");
    like($player->expect(qr/ > \z/), qr/^=> 0x\w+ <main/m, 'GDB answers');
    $player->send("tbreak userinit\n");
    $player->expect(qr/ > \z/);
    $player->send("continue\n");
    $player->expect(qr/userinit \(\).* > \z/s);
    like(screen($player, ''), qr/step 4 of.*--- kvmalloc /s, 'the next step');
    $player->send("q\n");
    is($player->ending, 0, 'q leaves');
};

subtest 'from another step' => sub {
    my $player = play('first-process', 'Why must allocated');
    my $question = screen($player);
    like($question, qr/^Question: Why must allocated pages/m,
        'a question stands there');
    unlike($question, qr/flags|^=>/m, '  alone');
    like(screen($player, ''), qr/^Question: Why.*flags/ms, 'Enter: its answer');
    like(screen($player, ''), qr/: step 12 of/, 'Enter: the next step');
    like(screen($player, 'b'), qr/^Question: Why.*flags/ms, 'back');
    $player->send("q\n");
    is($player->ending, 0, 'that was it');

    $player = play('first-process', 'userinit');
    my $screen = screen($player);
    like($screen, qr/^--- userinit /m, 'AT may be a function');
    unlike($screen, qr/^--- allocproc /m, '  the first step that stops there');
    $player->send("q\n");
    is($player->ending, 0, 'the end');
};

subtest 'pages' => sub {
    my $dir = copy_tree();
    my ($status, $output) = capture({ dir => $dir }, 'make', 'lecture-html');
    is($status, 0, 'make lecture-html') or diag($output);
    for my $name (@lectures) {
        my $page = "$dir/build/lectures/$name.html";
        my $html = -e $page ? read_file($page) : '';
        my @titles = titles(transcript_of($name));
        my @steps = $html =~ /^<section>\n<h3>(?:Step|Question) (\d+): /mg;
        is_deeply(\@steps, [1 .. @titles],
            "$name: all steps, in their order");
        my @left = $html =~
            /<(?:img|link|script|iframe)\b|\{(?:@|step)|^```/mg;
        is("@left", '', '  nothing that is elsewhere, nothing left over');
        like($html, qr/<pre class="source">.*<mark>/s, '  with the source');
    }
};

subtest 'a lecture that fails' => sub {
    my $dir = copy_tree();
    symlink "$top/build", "$dir/build" or die "symlink: $!\n";
    mkdir "$dir/lectures/wrong";
    my @cases = (
        ["pause A\ngo no_such_function\n", qr/step 1, A: go no_such_function/],
        ["pause A\ngo main: no such line\n", qr/no line of main contains/],
        ["pause A\npause A\n", qr/script\.gdb:2: each step has a title/],
        ["say early\n", qr/script\.gdb:1: there is no step yet/],
        ["machine wings=2\npause A\n", qr/a machine has no wings=2/]);
    for (@cases) {
        my ($script, $complaint) = @$_;
        write_file("$dir/lectures/wrong/script.gdb", $script);
        my ($status, $output) = capture({ dir => $dir }, 'tools/lecture',
            'transcript', 'wrong');
        is($status != 0, 1, 'a script that makes no sense fails');
        like($output, $complaint, '  with one clear line');
    }
    write_file("$dir/lectures/wrong/script.gdb", "pause A\ngo main\n");
    my ($status, $output) = capture({ dir => $dir }, 'tools/lecture', 'play',
        'wrong', 'nowhere');
    is($status, 1, 'a step that is not there');
    like($output, qr/No step stops at nowhere/, '  is named');
};

done_testing();
