#!/usr/bin/env perl
# The shell does what its help says: pipes, redirection, ; && || & and
# parentheses, quotes, comments, cd, exit, scripts, and clear words for what is
# wrong.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture temp_dir write_file);

# Scripts that are easier to write here than to type.
my $dir = temp_dir();
write_file("$dir/script",
    "# a comment\necho first\n\n  echo second | cat # another\n"
    . "cd /\ntrue && echo 'third  '\necho no newline at the end");
write_file("$dir/long",
    "echo before\necho " . 'x' x 600 . "; echo BROKEN\necho after\n");
write_file("$dir/status", "false\nexit 7\n");
write_file("$dir/nul", "echo one\n\0\0echo two\n");
my $image = "$dir/img";
File::Copy::copy(built('lectern.img'), $image);
my ($status, $output) = capture(built('mkfs'), '-u', $image,
    map { "$dir/$_" } qw(script long status nul));
is($status, 0, 'scripts on the disk') or die($output);

my $machine = Machine->boot(image => $image, smp => 2);

# Runs each command and compares what it prints: with a text all of it, without
# the last newline; or with a pattern.
sub try {
    my ($topic, @cases) = @_;
    subtest $topic => sub {
        while (my ($command, $expected) = splice @cases, 0, 2) {
            my $got = $machine->run($command);
            ref $expected ? like($got, $expected, $command)
                : is($got, length $expected ? "$expected\n" : '', $command);
        }
    };
}

try('simple commands',
    'echo hello world' => 'hello world',
    'echo    spaces   between ' => 'spaces between',
    '' => '', '   ' => '',
    '/echo by path' => 'by path',
    './echo by path' => 'by path');

try('sequences',
    'echo one; echo two' => "one\ntwo",
    'echo one ;echo two;' => "one\ntwo",
    'true && echo yes' => 'yes',
    'false && echo no' => '',
    'true || echo no' => '',
    'false || echo yes' => 'yes',
    'false && echo no || echo yes' => 'yes',
    'true || echo no && echo yes' => 'yes',
    'false; echo next' => 'next',
    'true && true && echo all' => 'all',
    'false; echo $?' => '1',
    'true; echo $?' => '0');

try('pipes',
    'echo one two three | wc' => qr/^\s*1\s+3\s+14\s*$/,
    'echo a b | cat | cat | cat' => 'a b',
    'ls | grep README' => 'README',
    '(echo b; echo a) | grep a' => 'a',
    'false | true && echo last counts' => 'last counts',
    'true | false || echo last counts' => 'last counts',
    'echo x|cat|cat' => 'x',
    'cat README | true' => '',
    'echo deep | (cat | (cat | cat))' => 'deep');

try('redirection',
    'echo first > f' => '', 'cat f' => 'first',
    'echo second >> f' => '', 'cat f' => "first\nsecond",
    'cat < f' => "first\nsecond",
    'echo third > f' => '', 'cat < f' => 'third',
    '> f' => '', 'cat f' => '',
    '> f echo before' => '', 'cat f' => 'before',
    'echo tight>f;cat<f' => 'tight',
    'cat < f > g; cat g' => 'tight',
    'grep t < f | cat > g; cat g' => 'tight',
    '(echo a; echo b) > f; cat f' => "a\nb",
    'cat < missing' => 'sh: cannot open missing: no such file',
    'echo x > /' => 'sh: cannot open /: is a directory',
    'echo x > no/f' => 'sh: cannot open no/f: no such directory',
    'echo x > a-name-of-15-ch'
        => 'sh: cannot open a-name-of-15-ch: name longer than 14 bytes',
    'echo x > README/f' => 'sh: cannot open README/f: not a directory',
    'echo x > /ptable'
        => 'echo: cannot write the output: this device takes no output',
    'nonsense 2> f; cat f' => qr/nonsense: not found/,
    'rm f g' => '');

try('parentheses',
    '(echo one; echo two)' => "one\ntwo",
    '(cd /; pwd); pwd' => "/\n/",
    '(exit 3) || echo failed' => 'failed',
    '((echo deeper))' => 'deeper',
    '(echo a && false) || echo b' => "a\nb",
    'mkdir sub; (cd sub; pwd); pwd; rm -r sub' => "/sub\n/");

try('quotes and comments',
    q{echo 'a  b' "c  d"} => 'a  b c  d',
    q{echo "a;b|c>d&e" '(x)'} => 'a;b|c>d&e (x)',
    q{echo "it's" '"so"'} => q{it's "so"},
    q{echo ''} => qr/^\n$/,
    q{echo a"b"'c'} => 'abc',
    'echo shown # not shown' => 'shown',
    '# nothing at all' => '',
    'echo a#b' => 'a#b',
    q{echo '# quoted'} => '# quoted',
    'echo a\;b' => 'a;b',
    q{echo '*'} => '*',
    q{echo "unfinished} => qr/quote|"/);

try('folders',
    'mkdir d; cd d; pwd' => '/d',
    'echo here > f; ls' => 'f',
    'mkdir e; cd e; pwd' => '/d/e',
    'cd ..; pwd' => '/d',
    'cat f' => 'here',
    'cd nowhere' => 'cd: cannot go to nowhere: no such directory',
    'pwd' => '/d',
    'cd /d/e; pwd' => '/d/e',
    'cd; pwd' => '/',
    'cd d/f' => 'cd: cannot go to d/f: not a directory',
    'rm -r d' => '');

try('patterns',
    'mkdir p; cd p; touch a1 a2 b1' => '',
    'echo a*' => 'a1 a2',
    'echo ?1' => 'a1 b1',
    'echo *' => 'a1 a2 b1',
    'echo z*' => 'z*',
    'cd /; rm -r p' => '');

try('scripts',
    'sh script' => "first\nsecond\nthird  \nno newline at the end",
    'sh status; echo $?' => '7',
    'sh < script' => qr/first\nsecond\n/,
    q{sh -c 'echo one; echo two'} => "one\ntwo",
    'sh nul' => qr/^(?!.*two)/s);

try('what is wrong',
    'foo' => 'sh: foo: not found (help lists commands)',
    'foo a b | cat' => 'sh: foo: not found (help lists commands)',
    '/foo' => 'sh: /foo: not found (help lists commands)',
    'foo; echo $?' => qr/not found.*\n127$/,
    'README' => qr/README: cannot run/,
    q{""} => 'sh: an empty name is no command',
    'exit abc; echo $?' => "usage: exit [NUMBER]\n2",
    'sh missing' => 'sh: cannot open missing: no such file',
    'sh /' => 'sh: cannot run /: is a directory',
    '/' => qr/directory/,
    '(' => qr/^sh: /, ')' => qr/^sh: /, '| x' => qr/^sh: /, 'x |' => qr/^sh: /,
    '; x' => qr/^sh: /, 'echo >' => qr/^sh: /, 'echo x (' => qr/^sh: /,
    '&& x' => qr/^sh: /, 'a ;; b' => qr/^sh: /,
    'echo ' . join(' ', 1 .. 90) => qr/arguments/,
    'echo still here' => 'still here');

subtest 'long lines' => sub {
    my $got = $machine->run('sh long');
    like($got, qr/\Abefore\nsh: .*\nafter\n\z/, 'in a script: refused whole');
    unlike($got, qr/BROKEN|xxx/, 'no part of it runs');

    my $longest = 'echo ' . 'y' x 500;
    is($machine->run($longest), 'y' x 500 . "\n",
        'at the prompt: 505 characters run');
    $machine->send('echo ' . 'z' x 600 . "; echo BROKEN\n");
    $machine->expect(qr/too long/);
    $got = $machine->prompt;
    unlike($got, qr/^(?:BROKEN|z)/m,
        'one of 620 does not run, not in part either');
    is($machine->run('echo next'), "next\n", 'the next line does');
};

subtest 'background' => sub {
    my $got = $machine->run('sleep 2 && echo late & echo soon');
    is($got, "soon\n", 'the prompt comes at once');
    $machine->expect(qr/^late\n/m);
    pass('what is in the background goes on');
    # Its output has gone between the prompt and what is typed next.
    is($machine->run('echo on'), "on\n", 'and the shell is there all the time');
    is($machine->run('(sleep 1; echo x > bg) & sleep 2; cat bg; rm bg'), "x\n",
        'a group in the background');
    $machine->run('true &') for 1 .. 20;
    $machine->run('sleep 1');
    unlike($machine->run('ps'), qr/zombie/,
        'nothing is left of those that ended');
};

subtest 'exit' => sub {
    $machine->type('exit');
    $machine->expect(qr/^init: sh has ended \(.*halt\)\ninit: starting sh\n/m);
    $machine->prompt;
    is($machine->run('echo back'), "back\n", 'init starts another shell');
    is($machine->run('sh -c "exit 5"; echo $?'), "5\n", 'exit with a status');
    is($machine->run('sh -c "false; exit"; echo $?'), "1\n",
        'or with the last one');
    $machine->send("\cD");
    $machine->expect(qr/^init: starting sh\n/m);
    $machine->prompt;
    pass('^D at the prompt ends the shell, too');
};

is($machine->run('cat README | cat | wc -c'), $machine->run('wc -c < README'),
    'a longer text goes through pipes unharmed');
$machine->halt;
done_testing();
