#!/usr/bin/env perl
# Programs that take all there is: a fork bomb, and hogs of memory, pipes, open
# files and the disk, each alone and all together on 4 CPUs.  Beside them the
# shell still answers, ^C ends them, and everything comes back.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture temp_dir);

# A small machine is soon exhausted.
my $image = temp_dir() . '/img';
my ($status, $output) = capture(built('mkfs'), '-b', 600, '-i', 60,
    '-B', built('boot/bootblock.bin'), '-K', built('kernel.stripped'), $image,
    map { built("disk/$_") } qw(init sh hog echo ps halt));
is($status, 0, 'a small disk') or die($output);

# What each hog must find at its end.
my %all_of = (
    fork => 'processes', memory => 'memory', pipes => 'pipes',
    files => 'files', disk => 'disk',
);

# The processes that ps shows, by name.
sub names {
    my ($machine) = @_;
    my @rows = grep { /^ *\d+ +\d+ / } split /\n/, $machine->run('ps');
    return join ' ', sort map { (split ' ')[4] // '?' } @rows;
}

# The shell's answer, while the hog goes on: with no process or memory left the
# command may not run, but the shell says so and asks for the next one.
sub answers {
    my ($machine, $what) = @_;
    $machine->send("echo alive\n");
    my $answer = eval { $machine->expect(qr/^(?:alive|sh: .*)\n/m); 1 };
    ok($answer, "$what: the shell answers") or diag($@);
}

# A pattern for output with all of these messages, in any order.
sub messages {
    my $all = join '', map { "(?=.*hog: no more $_\n)" } @_;
    return qr/\A$all/ms;
}

sub exhaust {
    my ($machine, $what) = @_;
    # Among so many, those that need the disk or more processes may not come to
    # their end; one process alone has too few descriptors for all pipes.
    my @awaited = $what eq 'all' ? @all_of{qw(fork memory)}
        : $all_of{$what};
    $machine->send("hog $what &\n");
    $machine->expect(messages(@awaited));
    # Every process of the hog may say it.
    1 while $machine->read_some(0.3);
    pass("$what: it has all");
    answers($machine, $what);
    $machine->send("\cC");
    $machine->expect(qr/\^C\n/);
    # What dies may still end a line; then the prompt is not the last word.
    1 while $machine->read_some(0.5);
    my $names;
    for (1 .. 100) {
        $names = names($machine);
        last if $names eq 'init ps sh';
        select undef, undef, undef, 0.05;
    }
    is($names, 'init ps sh', "$what: ^C ends them all");
}

my $machine = Machine->boot(image => $image, smp => 4, mem => 24);
my $before = $machine->run('hog count');
like($before, qr/^\d+ pages, .* blocks$/m, 'what there is');
note($before);
for my $what (sort(keys %all_of), 'all') {
    exhaust($machine, $what);
    is($machine->run('hog count'), $before, "$what: everything came back");
}
is($machine->run('echo alive'), "alive\n", 'the machine is well');
$machine->halt;

done_testing();
