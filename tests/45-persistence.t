#!/usr/bin/env perl
# What has been written is there after halt and after a cut of the power, and
# the disk is clean: a person finds the files again.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Machine;
use Tree qw(built temp_dir);

my $disk = temp_dir() . '/disk';
File::Copy::copy(built('lectern.img'), $disk);
sub boot { return Machine->boot(disk => $disk, smp => 2, @_) }

my $machine = boot();
$machine->run('mkdir d; echo hello > d/f; ln d/f d/g; cat README > d/copy; mv d/g h');
$machine->run('cat sh sh sh sh sh > large; touch empty; echo gone > gone; rm gone');
my $sums = $machine->run('wc d/f d/copy h large empty; ls -l d');
unlike($sums, qr/cannot/, 'files are made');
$machine->halt;

my $image = Disk->open($disk);
is($image->contents($image->lookup('d/f')), "hello\n", 'they are in the image');
is($image->inode($image->lookup('h'))->{nlink}, 2, 'with their links');
ok(!$image->entry('gone'), 'and without what was removed');

subtest 'after halt' => sub {
    my $machine = boot();
    is($machine->run('wc d/f d/copy h large empty; ls -l d'), $sums,
        'all is there');
    is($machine->run('cat d/f'), "hello\n", 'word for word');
    like($machine->run('cat gone'), qr/gone/, 'what was removed is not');
    is($machine->run('echo again >> d/f; cat h'), "hello\nagain\n",
        'one can go on');
    $machine->halt(5);
};

subtest 'after a cut of the power' => sub {
    # QEMU ends without a word to the machine.  What a command wrote before its
    # prompt came back is durable.
    for my $round (1 .. 4) {
        my $machine = boot();
        $machine->run("echo round $round > r$round; mkdir m$round; echo x > m$round/y");
        $machine->run('rm r' . ($round - 1)) if $round > 1;
        $machine->type('stressfs &') if $round > 2;
        $machine->read_some(0.2);
        $machine->kill;
        $machine->check_disk;
    }
    my $machine = boot();
    is($machine->run('cat r4 m1/y m2/y m3/y m4/y'), "round 4\nx\nx\nx\nx\n",
        'all is there');
    like($machine->run('cat r3'), qr/r3/, 'and what was removed is not');
    is($machine->run('cat h'), "hello\nagain\n", 'old files are, too');
    $machine->halt;
};

subtest 'a file that was open' => sub {
    # Removed while it is open, then the power fails: its blocks come back.
    my $machine = boot();
    $machine->run('cp large doomed');
    $machine->halt;
    my $free = free_blocks();
    $machine = boot();
    $machine->type('(rm doomed; ls -l doomed; loop) < doomed');
    $machine->expect(qr/ls: .*doomed.*\n/);
    $machine->kill;
    $machine = boot();
    $machine->halt;
    my $large = Disk->open($disk);
    my $blocks = grep { $_ } $large->blocks($large->lookup('large'));
    ok(!$large->entry('doomed'), 'it is gone');
    cmp_ok(free_blocks(), '>=', $free + $blocks, 'its blocks are free again');
};

sub free_blocks {
    my $image = Disk->open($disk);
    return scalar grep { !$image->used($_) } $image->{data_start} .. $image->{nblocks} - 1;
}

subtest 'a full disk' => sub {
    my $machine = boot();
    my $got = $machine->run('cat large > fill; cat fill fill fill fill > f1; '
        . join '; ', map { 'cat f1 f1 f1 f1 f1 > f' . ($_ + 1) } 1 .. 12);
    $got .= $machine->run(join '; ', map { "cat f2 > g$_" } 1 .. 16);
    like($got, qr/cat: /, 'a full disk is an error of the program');
    unlike($got, qr/panic/i, 'and not of the kernel');
    like($machine->run('cat d/f'), qr/hello/, 'what is there can be read');
    $machine->run('rm -f ' . join(' ', map { "g$_" } 1 .. 16));
    $machine->run('rm -f fill ' . join(' ', map { "f$_" } 1 .. 13));
    is($machine->run('cat d/f > n; cat n'), "hello\nagain\n",
        'after rm there is room');
    $machine->halt;
};

done_testing();
