#!/usr/bin/env perl
# What a disk can hold at most: to take more gives -1 and changes nothing, and
# when all is removed again, as many blocks and inodes are free as before.  The
# tests of usertests run on a small disk here, whose free blocks and inodes are
# counted from outside.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Machine;
use SmallDisk qw(make_disk);
use Tree qw(built capture read_file temp_dir);

my $dir = temp_dir();

# The free blocks and inodes of a disk.
sub free_on {
    my ($path) = @_;
    my $disk = Disk->open($path);
    my $blocks = grep { !$disk->used($_) }
        $disk->{data_start} .. $disk->{nblocks} - 1;
    my $inodes = grep { !$disk->inode($_)->{type} } 1 .. $disk->{ninodes} - 1;
    return "$blocks blocks, $inodes inodes";
}

subtest 'all that was used up comes back' => sub {
    my $disk = "$dir/small";
    make_disk($disk, 1900, 200,
        usertests => read_file(built('disk/usertests')));
    # The folder of usertests, and the devices, stay.
    my $machine = Machine->boot(disk => $disk, smp => 2);
    $machine->run("usertests 'mkdir: makes'");
    $machine->halt;
    my $free = free_on($disk);
    for my $limit ('the largest file', 'a full disk', 'thousands of names',
        'inodes') {
        my $machine = Machine->boot(disk => $disk, smp => 2);
        like($machine->run("usertests 'limits: $limit'"),
            qr/^# [1-9]\d* passed, 0 failed$/m, $limit);
        $machine->halt;
        is(free_on($disk), $free, "  $free are free again");
    }
};

# To make 32,767 names takes half a minute, which `usertests -a` spends; here
# the disk is told that all but the last are there.
subtest 'the most names of a file' => sub {
    my $disk = "$dir/names";
    make_disk($disk, 900, 128, f => 'text', d => undef);
    my $image = Disk->open($disk);
    my ($file, $folder) = map { $image->lookup($_) } qw(f d);
    $image->put_inode($file, nlink => 32_766);
    $image->put_inode($folder, nlink => 32_766);

    my $machine = Machine->boot(disk => $disk);
    my $output = $machine->run('sick link:f:g link:f:h read:h links:f unlink:g'
        . ' links:f rename:f:d/f link:d/f:h links:h mkdir:d/x links:d mkdir:d/y'
        . ' mkdir:y rename:y:d/y links:d unlink:d/x unlink:y links:d');
    is_deeply([$output =~ /^(\w+) .* = (-?\d+)$/mg], [
        link => 0, link => -1, read => -1, links => 32_767, unlink => 0,
        links => 32_766, rename => 0, link => 0, links => 32_767,
        mkdir => 0, links => 32_767, mkdir => -1, mkdir => 0, rename => -1,
        links => 32_767, unlink => 0, unlink => 0, links => 32_766,
    ], 'one more is an error, and one less makes room for one');
    $machine->send("halt\n");
    is($machine->ending, 0, 'halt');

    my (undef, $found) = capture(built('fsck'), $disk);
    is_deeply([$found =~ /^fsck: (.*)$/mg], [
        "inode $folder: link count is 32766, but 1 entries name it",
        "inode $file: link count is 32767, but 2 entries name it",
    ], 'nothing else on the disk is wrong');
};

done_testing();
