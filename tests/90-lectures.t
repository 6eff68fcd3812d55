#!/usr/bin/env perl
# Each lecture still shows what its transcript says, and its notes walk through
# the same steps.  Replaying takes some seconds each: 91-lectures.t has the
# others, so that the two can run side by side.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Lectures qw(all_lectures check_lecture difference transcript_of);

my @lectures = all_lectures();
cmp_ok(scalar @lectures, '>=', 9, 'there are lectures');
for my $i (grep { $_ % 3 != 2 } 0 .. $#lectures) {
    subtest $lectures[$i] => sub { check_lecture($lectures[$i]) };
}
isnt(difference("step 1: A\n  1\n", "step 1: A\n  2\n"), '',
    'what a lecture shows is compared');

# What the seeds print must be there to the letter.
subtest 'what the seed lecture shows' => sub {
    my $transcript = transcript_of('first-process');
    my %at;
    $at{$1} = $2 while $transcript =~
        /^(?:step|question) \d+: ([^\n]*)\n(.*?)(?=^step|^question|\z)/msg;
    my $shows = sub {
        my ($title, $pattern, $what) = @_;
        like($at{$title} // 'no such step', $pattern, $what);
    };
    $shows->('switchuvm: before %cr3 is loaded',
        qr/^  Cannot access memory at address 0x0$/m, 'x/5i 0 fails');
    $shows->('switchuvm: after %cr3 is loaded', qr/0x0:\tpush.*0x11:\tint /s,
        'then it shows initcode');
    $shows->('switchuvm: after %cr3 is loaded', qr/\$cs\n  \$ = 8$/m,
        'still in the kernel');
    $shows->('swtch: after it', qr/\t(?:0x00000000\s*){4}\n.*:\t<forkret>\t
        <trapret>$/mx, 'four registers, forkret, trapret');
    $shows->('trapret: the trapframe', qr/\t0x00000000\t
        0x00000023\n.*\t0x00001000\t0x0000002b$/mx, '0x0 0x23, 0x1000 0x2b');
    $shows->('At address 0, in user mode', qr/cs\s+0x23\b.*esp\s+0x1000\b/s,
        'user mode');
};

done_testing();
