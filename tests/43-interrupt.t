#!/usr/bin/env perl
# ^C ends whatever runs, a spinning program as well as a sleeping one, a script
# and a fork bomb, jobs in the background too; the shell stays.  At the prompt
# it drops the line.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture temp_dir write_file);

my $dir = temp_dir();
write_file("$dir/script", "echo script runs\nloop\necho NOT REACHED\nloop\n");
write_file("$dir/bomb", "sh bomb & sh bomb & sh bomb | sh bomb\nsh bomb\n");
write_file("$dir/twice", "sleep 1000 | (loop; loop)\necho NOT REACHED\n");
my $image = "$dir/img";
File::Copy::copy(built('lectern.img'), $image);
my ($status, $output) = capture(built('mkfs'), '-u', $image,
    map { "$dir/$_" } qw(script bomb twice));
is($status, 0, 'scripts on the disk') or die($output);

# The processes that ps shows, by name.
sub names {
    my ($machine) = @_;
    $machine->type('ps');
    # A table that shrinks while ps reads it may end inside a line.
    my @rows = grep { /^ *\d+ +\d+ / } split /\n/, $machine->expect(qr/\$ \z/);
    return join ' ', sort map { (split ' ')[4] // '?' } @rows;
}

# Tests that all but those is gone.  A process that spins on another CPU dies at
# its next clock tick, so some may need a moment.
sub all_gone {
    my ($machine, $what) = @_;
    my $names;
    for (1 .. 50) {
        $names = names($machine);
        last if $names eq 'init ps sh';
        select undef, undef, undef, 0.1;
    }
    is($names, 'init ps sh', $what);
}

for my $smp (1, 4) {
    subtest "on $smp CPUs" => sub {
        my $machine = Machine->boot(image => $image, smp => $smp);
        is(names($machine), 'init ps sh', 'before');

        # Each case: the command, what it prints when it is under way.
        my @cases = (
            ['loop', ''], ['cat', ''], ['sleep 1000', ''],
            ['cat | cat | cat', ''], ['loop | cat', ''], ['loop | loop', ''],
            ['cat | wc | loop', ''],
            ['(loop; loop; echo NOT REACHED)', ''],
            ['loop || echo NOT REACHED', ''],
            ['loop; echo NOT REACHED', ''],
            ['sh script', qr/script runs\n/],
            ['sh script | cat', qr/script runs\n/],
            ['sh twice', ''],
            ['loop & loop & sleep 500 & cat', ''],
            ['sh', qr/\$ /],
        );
        for (@cases) {
            my ($command, $under_way) = @$_;
            $machine->type($command);
            $machine->expect($under_way) if $under_way;
            # Once as early as can be, and once when it has settled.
            select undef, undef, undef, 0.3 if $smp == 1;
            $machine->send("\cC");
            my $after = $machine->prompt;
            unlike($after, qr/NOT REACHED/, $command);
            all_gone($machine, '  nothing is left');
        }

        # What a background job prints, and the death of the shell's children,
        # must not make the shell lose a line.
        is($machine->run('echo alive'), "alive\n", 'the shell goes on');
        $machine->halt;
    };
}

subtest 'a fork bomb' => sub {
    my $machine = Machine->boot(image => $image, smp => 2);
    for my $round (1 .. 2) {
        $machine->type('sh bomb');
        # Until it has eaten all there is.
        $machine->expect(qr/cannot make a process/);
        $machine->send("\cC");
        $machine->prompt;
        all_gone($machine, "round $round: nothing is left");
    }
    like($machine->run('forktest'), qr/^fork test OK$/m,
        'and all they held is free');
    $machine->halt;
};

subtest 'at the prompt' => sub {
    my $machine = Machine->boot(image => $image);
    $machine->send('echo BROKEN');
    $machine->expect(qr/BROKEN/);
    $machine->send("\cC");
    $machine->prompt;
    pass('a new prompt');
    is($machine->run('echo fine'), "fine\n", 'the line is dropped');
    $machine->send("\cC\cC\cC");
    # There may be fewer prompts than that.
    $machine->expect(qr/(?:\^C\n(?:\$ )?){3}/);
    $machine->read_some(0.5) for 1 .. 2;
    $machine->unseen =~ /\$ \z/ && $machine->expect(qr/\$ \z/);
    is($machine->run('echo fine'), "fine\n", 'many times');
    $machine->run('loop &');
    $machine->send("\cC");
    $machine->prompt;
    all_gone($machine, 'it ends what is in the background, too');
    # What was typed ahead goes as well.
    $machine->send("loop\necho BROKEN\n");
    $machine->expect(qr/BROKEN\n/);
    $machine->send("\cC");
    is($machine->prompt, "^C\n", 'and lines typed ahead');
    is($machine->run('echo fine'), "fine\n", 'then it goes on');
    $machine->halt;
};

done_testing();
