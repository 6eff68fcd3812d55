#!/usr/bin/env perl
# The line editor at the console: the keys its header lists do what it says,
# over the serial line and from the PS/2 keyboard, and what it draws can be
# followed in a log: printing characters, \b, \a and newlines alone.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;

my $machine = Machine->boot(monitor => 1);

my %key = (left => "\e[D", right => "\e[C", up => "\e[A", down => "\e[B",
    backspace => "\x7f");

# Types keys and Enter; returns what the command printed, without its echo.
sub typed {
    my ($keys) = @_;
    $keys =~ s/<(\w+)>/$key{$1} \/\/ die "no key $1"/ge;
    $machine->send("$keys\n");
    my $shown = $machine->prompt;
    return $shown =~ s/\A[^\n]*\n//r;
}

sub line {
    my ($what, $keys, $expected) = @_;
    is(typed($keys), "$expected\n", $what);
}

subtest 'erasing' => sub {
    line('DEL', "echo abX\x7fc", 'abc');
    line('^H', "echo abX\x08c", 'abc');
    line('more than there is', "xy\x7f\x7f\x7f\x7fecho ok", 'ok');
    line('^U', "cat /nonsense\cUecho ok", 'ok');
    line('^W', "echo one two three\cW\cWtwo", 'one two');
    line('^W over spaces', "echo one two   \cWx", 'one x');
    line('the prompt stays', "\cW\cU\x7fecho ok", 'ok');
};

subtest 'moving' => sub {
    line('left', 'echo ac<left>b', 'abc');
    line('left and right', 'echo ad<left><right>x<left><left>bc', 'abcdx');
    line('left beyond the start', 'cho x' . '<left>' x 20 . 'e', 'x');
    line('right beyond the end', 'echo x<right><right>y', 'xy');
    line('backspace inside', 'echo abXc<left><backspace>', 'abc');
    line('^W inside',
        "echo one two three<left><left><left><left><left><left>\cW",
            'one three');
    line('Enter inside', 'echo whole line<left><left><left>', 'whole line');
    line('arrows of another kind', "echo ac\eODb", 'abc');
};

subtest 'the last lines' => sub {
    typed("echo line $_") for 1 .. 3;
    line('up', '<up>', 'line 3');
    line('up, up', '<up><up>', 'line 2');
    line('up and down', '<up><up><down>', 'line 2');
    line('edited', '<up><backspace>7', 'line 7');
    line('down to the new line', 'echo new<up><down>er', 'newer');
    line('far beyond the oldest', '<up>' x 50 . "\cUecho ok", 'ok');
    line('far beyond the newest', '<down>' x 50 . 'echo ok', 'ok');
};

subtest 'strange keys' => sub {
    line('an unknown sequence', "echo a\e[5~b\e[1;5Cc", 'abc');
    line('control characters', "echo a\x01\x05\x02\x06\x0b\x0cb", 'ab');
    line('bytes that are not ASCII', "echo \xc3\xa4\xc3\xb6xx<left>\x7f",
        "\xc3\xa4\xc3\xb6x");
};

subtest '^D' => sub {
    $machine->type('cat');
    $machine->send("one\n");
    $machine->expect(qr/\Aone\none\n/);
    $machine->send("\cD");
    $machine->prompt;
    pass('at the start of a line it ends the input');
    $machine->type('cat');
    $machine->send("two\cD");
    $machine->expect(qr/two.*two/s);
    $machine->send("\n");
    $machine->expect(qr/\n/);
    $machine->send("\cD");
    $machine->prompt;
    pass('inside a line it sends what there is');
};

subtest '^P' => sub {
    $machine->send("echo be\cP");
    $machine->expect(qr/PID.*\n.*\b1\b.*\binit\b.*\n.*\bsh\b.*\n/);
    like($machine->output, qr/\bsh\b.*console_read/,
        'shows where each process waits');
    $machine->send("fore\n");
    like($machine->prompt, qr/^before\n\z/m, 'the line that was begun goes on');
};

subtest 'typing ahead' => sub {
    $machine->send("sleep 1\necho one\necho two\n");
    # The prompts come between, as after any command.
    $machine->expect(qr/^(?:\$ )?one\n/m);
    $machine->expect(qr/^(?:\$ )?two\n/m);
    $machine->prompt;
    pass('lines typed while a program runs are run after it');

    # Much at once: nothing gets lost on the way.
    my $long = join ' ', ('abcdefgh') x 6;
    $machine->send("echo $_ $long >> many\n") for 1 .. 40;
    $machine->send("echo done\n");
    $machine->expect(qr/^(?:\$ )*done\n/m);
    $machine->prompt;
    is($machine->run('cat many'), join('', map { "$_ $long\n" } 1 .. 40),
        'forty lines at once');
};

subtest 'the keyboard' => sub {
    my $press = sub { $machine->monitor("sendkey $_") for @_ };
    $press->(qw(e c h o spc shift-h i shift-1 spc x x backspace 7 minus slash ret));
    is($machine->prompt =~ s/\A[^\n]*\n//r, "Hi! x7-/\n",
        'letters, shift, signs');
    $press->('up', 'ret');
    is($machine->prompt =~ s/\A[^\n]*\n//r, "Hi! x7-/\n", 'cursor keys');
    $press->(qw(l o o p ret));
    $machine->expect(qr/loop\n/);
    $press->('ctrl-c');
    $machine->prompt;
    pass('^C');
};

subtest 'the screen' => sub {
    $machine->run('echo on the screen, too');
    # Characters and colours alternate in the text buffer.
    my $dump = $machine->monitor('xp /4000bx 0xb8000');
    my @bytes = map { hex } $dump =~ /0x([0-9a-f]{2})\b/g;
    my $text = join '', map { chr $bytes[2 * $_] } 0 .. $#bytes / 2;
    my @rows = map { s/[\s\0]+\z//r } $text =~ /(.{80})/gs;
    my ($row) = grep { $rows[$_] eq 'on the screen, too' } 0 .. $#rows;
    ok(defined $row, 'VGA text shows what the serial line does');
    is($rows[ ($row // 0) + 1 ], '$', 'with the prompt below');
    $machine->type('clear');
    $machine->expect(qr/\$ \z/);
};

my $drawn = $machine->output =~ s{\e\[(?:H|2?J)}{}gr;       # `clear`
unlike($drawn, qr/[^\n\t\b\a -~\x80-\xff]/,
    'all it draws can be followed in a log');

$machine->halt;
done_testing();
