#!/usr/bin/env perl
# fsck finds every kind of damage to a file system, says on a line of its own
# which inode or block it concerns, and with -r leaves a sound file system.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Tree qw(built capture read_file temp_dir write_file);

my $dir = temp_dir();
my $fsck = built('fsck');

# A sound file system: files a (one block), b (with an indirect block), the
# folder d with the file e and the folder sub.
write_file("$dir/a", 'a' x 100);
write_file("$dir/b", 'b' x 100_000);
mkdir $_ or die "$_: $!\n" for "$dir/d", "$dir/d/sub";
write_file("$dir/d/e", 'e' x 5000);
my ($made, $output) = capture(built('mkfs'), '-b', 900, '-i', 400, "$dir/sound",
    map { "$dir/$_" } qw(a b d));
is($made, 0, 'an image to damage') or die($output);
my $sound = read_file("$dir/sound");

# Each kind of damage: what it is, a function that does it and returns a pattern
# that fsck must name, and whether -r can repair it.
my @damages = (
    ['no signature in sector 0', sub {
        my ($disk) = @_;
        $disk->put(510, "\0\0");
        return qr/sector 0|55/;
    }, 1],
    ['two partitions that overlap', sub {
        my ($disk) = @_;
        for my $n (0 .. 3) {
            my $at = 446 + 16 * $n;
            next if ord($disk->bytes($at + 4, 1)) != 0x7e;
            $disk->put($at + 12, pack 'V', 5000);
        }
        return qr/overlap/;
    }],
    ['a partition beyond the image', sub {
        my ($disk) = @_;
        for my $n (0 .. 3) {
            my $at = 446 + 16 * $n;
            next if ord($disk->bytes($at + 4, 1)) != 0x7f;
            $disk->put($at + 12, pack 'V', $disk->{nsectors} + 8);
        }
        return qr/partition/;
    }],
    ['no file system magic',
        sub { $_[0]->put_super(magic => 7); qr/magic|superblock/i }, 1],
    ['more blocks than the partition', sub {
        $_[0]->put_super(nblocks => 1_000_000);
        return qr/block/;
    }],
    ['fewer blocks than the partition', sub {
        $_[0]->put_super(nblocks => 600);
        return qr/superblock.*600 blocks/;
    }],
    ['an inode area in the wrong place', sub {
        my ($disk) = @_;
        $disk->put_super(inode_start => $disk->{inode_start} + 1);
        return qr/superblock|inode/i;
    }, 1],
    ['a data area in the wrong place', sub {
        my ($disk) = @_;
        $disk->put_super(data_start => $disk->{data_start} - 1);
        return qr/superblock|data/i;
    }, 1],
    ['a log in the wrong place', sub {
        $_[0]->put_super(log_start => 2);
        return qr/superblock.*log_start/;
    }, 1],
    ['a bitmap in the wrong place', sub {
        $_[0]->put_super(bitmap_start => 0xffffffff);
        return qr/superblock.*bitmap_start/;
    }, 1],
    ['two places that are wrong', sub {
        $_[0]->put_super(log_start => 2, data_start => 5);
        return qr/superblock.*data_start/;
    }],
    ['no inodes', sub { $_[0]->put_super(ninodes => 0); qr/inode/ }],

    ['an inode of no known type', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put_inode($inum, type => 9);
        return qr/inode $inum\b.*9/;
    }, 1],
    ['a root that is a file', sub {
        $_[0]->put_inode(1, type => Disk::T_FILE);
        return qr/root|inode 1\b/;
    }, 1],
    ['a root that is free', sub {
        $_[0]->put_inode(1, type => 0);
        return qr/root|inode 1\b/;
    }, 1],
    ['an inode 0 in use', sub {
        $_[0]->put_inode(0, type => Disk::T_FILE, nlink => 1);
        return qr/inode 0\b/;
    }, 1],
    ['a size over the largest', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put_inode($inum, size => 4144 * 1024 + 1);
        return qr/inode $inum\b.*size/;
    }, 1],
    ['a folder that ends inside an entry', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('d');
        $disk->put_inode($inum, size => $disk->inode($inum)->{size} + 5);
        return qr/inode $inum\b.*size/;
    }, 1],
    ['a folder with a hole', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('d/sub');
        my $block = $disk->inode($inum)->{addrs}[0];
        $disk->put($disk->addr_at($inum, 0), pack 'V', 0);
        $disk->mark($block, 0);
        return qr/inode $inum\b/;
    }, 1],
    ['a device with a size', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('d/e');
        my @blocks = $disk->blocks($inum);
        $disk->mark($_, 0) for @blocks;
        $disk->put_inode($inum, type => Disk::T_DEV, addrs => [(0) x 13]);
        return qr/inode $inum\b.*size/;
    }, 1],
    ['a block beyond the file system', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->mark($disk->inode($inum)->{addrs}[0], 0);
        $disk->put($disk->addr_at($inum, 0), pack 'V', 123456);
        return qr/inode $inum\b.*\b123456\b/;
    }, 1],
    ['a block in the log', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->mark($disk->inode($inum)->{addrs}[0], 0);
        $disk->put($disk->addr_at($inum, 0), pack 'V', 17);
        return qr/inode $inum\b.*\b17\b/;
    }, 1],
    ['a bad number in an indirect block', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('b');
        my $at = $disk->block_at($disk->inode($inum)->{addrs}[12]);
        $disk->mark(unpack('V', $disk->bytes($at, 4)), 0);
        $disk->put($at, pack 'V', 99999);
        return qr/inode $inum\b.*\b99999\b/;
    }, 1],
    ['a bad indirect block', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('b');
        my @blocks = $disk->blocks($inum);
        $disk->mark($_, 0)
            for @blocks[12 .. $#blocks], $disk->inode($inum)->{addrs}[12];
        $disk->put($disk->addr_at($inum, 12), pack 'V', 4_000_000_000);
        return qr/inode $inum\b.*\b4000000000\b/;
    }, 1],
    ['a block of two files', sub {
        my ($disk) = @_;
        my ($a, $b) = map { $disk->lookup($_) } qw(a b);
        my $block = $disk->inode($b)->{addrs}[3];
        $disk->mark($disk->inode($a)->{addrs}[0], 0);
        $disk->put($disk->addr_at($a, 0), pack 'V', $block);
        return qr/\b$block\b.*twice|twice.*\b$block\b|\b$block\b.*\b$a\b/;
    }, 1],
    ['a block twice in one file', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('b');
        my $block = $disk->inode($inum)->{addrs}[3];
        $disk->mark($disk->inode($inum)->{addrs}[4], 0);
        $disk->put($disk->addr_at($inum, 4), pack 'V', $block);
        return qr/\b$block\b/;
    }, 1],
    ['a block behind the end of its file', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        my $block = $disk->free_block;
        $disk->mark($block, 1);
        $disk->put($disk->addr_at($inum, 5), pack 'V', $block);
        return qr/inode $inum\b.*\b$block\b/;
    }, 1],
    ['a used block marked free', sub {
        my ($disk) = @_;
        my $block = $disk->inode($disk->lookup('a'))->{addrs}[0];
        $disk->mark($block, 0);
        return qr/\b$block\b.*free/;
    }, 1],
    ['a free block marked used', sub {
        my ($disk) = @_;
        my $block = $disk->free_block + 7;
        $disk->mark($block, 1);
        return qr/\b$block\b.*used/;
    }, 1],
    ['the superblock marked free', sub { $_[0]->mark(0, 0); qr/\b0\b.*free/ },
        1],
    ['a block that does not exist marked used', sub {
        my ($disk) = @_;
        $disk->mark($disk->{nblocks}, 1);
        return qr/\b$disk->{nblocks}\b/;
    }, 1],

    ['a folder without .', sub {
        my ($disk) = @_;
        my ($dot) = $disk->entries($disk->lookup('d'));
        $disk->put($dot->{at}, "\0" x 16);
        my $inum = $disk->lookup('d');
        return qr/inode $inum\b/;
    }, 1],
    ['a . that is another folder', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('d');
        my ($dot) = $disk->entries($inum);
        $disk->put($dot->{at}, pack 'v', 1);
        return qr/inode $inum\b/;
    }, 1],
    ['a .. that is not the parent', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('d/sub');
        my (undef, $parent) = $disk->entries($inum);
        $disk->put($parent->{at}, pack 'v', 1);
        return qr/inode $inum\b/;
    }, 1],
    ['an entry of a free inode', sub {
        my ($disk) = @_;
        my $free = $disk->free_inode;
        $disk->put($disk->entry('a')->{at}, pack 'v', $free);
        return qr/\b$free\b.*free|free.*\b$free\b/;
    }, 1],
    ['an entry of an inode that does not exist', sub {
        my ($disk) = @_;
        $disk->put($disk->entry('a')->{at}, pack 'v', 60000);
        return qr/\b60000\b/;
    }, 1],
    ['a name with a slash', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put($disk->entry('a')->{at} + 2, 'x/y');
        return qr/\b$inum\b/;
    }, 1],
    ['an empty name', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put($disk->entry('a')->{at} + 2, "\0" x 14);
        return qr/\b$inum\b/;
    }, 1],
    ['a name with more behind its end', sub {
        my ($disk) = @_;
        $disk->put($disk->entry('a')->{at} + 2, "a\0zz");
        return qr/\ba\b/;
    }, 1],
    ['a name that stands twice', sub {
        my ($disk) = @_;
        $disk->put($disk->entry('b')->{at} + 2, "a\0");
        return qr/\ba\b.*twice|twice.*\ba\b|duplicate/;
    }, 1],
    ['a folder with two names', sub {
        my ($disk) = @_;
        my $sub = $disk->lookup('d/sub');
        $disk->mark($disk->inode($disk->lookup('a'))->{addrs}[0], 0);
        $disk->put_inode($disk->lookup('a'), type => 0, size => 0,
            addrs => [(0) x 13]);
        $disk->put($disk->entry('a')->{at}, pack 'v', $sub);
        return qr/\b$sub\b/;
    }, 1],
    ['a circle of folders cut off from the root', sub {
        my ($disk) = @_;
        my ($d, $sub) = map { $disk->lookup($_) } qw(d d/sub);
        my ($parent) = (($disk->entries($d))[1]);
        my $entry = $disk->entry('d/sub');
        # d is only in sub now, sub only in d.
        $disk->put($disk->entry('d')->{at}, "\0" x 16);
        my $room = $disk->inode($sub)->{size};
        $disk->put($disk->block_at($disk->inode($sub)->{addrs}[0]) + $room,
            pack 'v a14', $d, 'd');
        $disk->put_inode($sub, size => $room + 16);
        $disk->put($parent->{at}, pack 'v', $sub);
        return qr/\b$d\b|\b$sub\b/;
    }, 1],
    ['a file that no name leads to', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put($disk->entry('a')->{at}, "\0" x 16);
        return qr/inode $inum\b/;
    }, 1],
    ['a link count that is too high', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put_inode($inum, nlink => 3);
        return qr/inode $inum\b/;
    }, 1],
    ['a link count that is too low', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('d');
        $disk->put_inode($inum, nlink => $disk->inode($inum)->{nlink} - 1);
        return qr/inode $inum\b/;
    }, 1],
    ['a link count of 0 with a name', sub {
        my ($disk) = @_;
        my $inum = $disk->lookup('a');
        $disk->put_inode($inum, nlink => 0);
        return qr/inode $inum\b/;
    }, 1],
    ['a transaction that is missing in the log', sub {
        my ($disk) = @_;
        # Nothing is home yet; transactions 2 and 4 are there, 3 is not.
        put_transaction($disk, $_, 1) for 2, 4;
        return qr/log|transaction/;
    }, 1],
);

# Writes a valid transaction n whose only block is a copy of the root's inode
# block, all transactions up to `home` being home.
sub put_transaction {
    my ($disk, $n, $home, $block, $bytes) = @_;
    $block //= $disk->{inode_start};
    $bytes //= $disk->bytes($disk->block_at($block), Disk::BSIZE);
    my $header = sub {
        my $h = pack 'V V Q< Q< V V V', 0x4c454c47, 1, $n, $home, @_[0, 1],
            $block;
        return $h . "\0" x (Disk::BSIZE - length $h);
    };
    my ($low, $high) = (0, 0);
    for my $word (unpack 'V*', $header->(0, 0) . $bytes) {
        $low = ($low + $word) & 0xffffffff;
        $high = ($high + $low) & 0xffffffff;
    }
    my $slot = $disk->{log_start} + $n % Disk::LOG_SLOTS * Disk::LOG_SLOT_BLOCKS;
    $disk->put($disk->block_at($slot), $header->($low, $high));
    $disk->put($disk->block_at($slot + 1), $bytes);
}

my $image = "$dir/img";
sub check { return capture($fsck, @_, $image) }

write_file($image, $sound);
my ($status, $said) = check();
is($status, 0, 'a sound image is found sound') or diag($said);
ok(read_file($image) eq $sound, 'and is not touched');
check('-r');
($status) = check();
is($status, 0, 'nor is it spoilt by -r');

for (@damages) {
    my ($what, $damage, $repairable) = @$_;
    write_file($image, $sound);
    my $disk = Disk->open($image);
    my $pattern = $damage->($disk);
    undef $disk;
    my $damaged = read_file($image);
    subtest $what => sub {
        my ($status, $said) = check();
        ok($status == 1 || $status == 2 && !$repairable, 'fsck finds it')
            or diag("exit code $status");
        ok((grep { /$pattern/ } split /\n/, $said), 'and names it')
            or diag("expected $pattern in: $said");
        ok(read_file($image) eq $damaged, 'it changes nothing');
        return if !$repairable;
        ($status, $said) = check('-r');
        my ($again, $left) = check();
        is($again, 0, '-r repairs it')
            or diag("-r said:\n$said\nand then:\n$left");
    };
}

subtest 'several at once' => sub {
    write_file($image, $sound);
    my $disk = Disk->open($image);
    my ($a, $e) = map { $disk->lookup($_) } qw(a d/e);
    my $block = $disk->free_block + 3;
    $disk->put_inode($a, nlink => 5);
    $disk->put_inode($e, nlink => 0);
    $disk->mark($block, 1);
    my ($status, $said) = check();
    is($status, 1, 'three violations');
    like($said, qr/inode $a\b/, 'the first is named');
    like($said, qr/inode $e\b/, 'the second');
    like($said, qr/\b$block\b/, 'the third');
    cmp_ok(scalar(split /\n/, $said), '>=', 3, 'each on a line');
};

subtest 'the log' => sub {
    write_file($image, $sound);
    my $disk = Disk->open($image);
    # A transaction that is not home counts: it gives file a two links more.
    my $a = $disk->lookup('a');
    my $block = $disk->{inode_start} + int($a / 64);
    my $bytes = $disk->bytes($disk->block_at($block), Disk::BSIZE);
    substr $bytes, $a % 64 * 64 + 6, 2, pack 'v', 3;
    my $old = $disk->bytes($disk->block_at($block), Disk::BSIZE);
    put_transaction($disk, 1, 0, $block, $bytes);
    my ($status, $said) = check();
    is($status, 1, 'what is in the log is seen');
    like($said, qr/inode $a\b/, 'as if it were home');
    is($disk->bytes($disk->block_at($block), Disk::BSIZE), $old,
        'but it is not written');

    # A torn one does not.
    my $at = $disk->block_at($disk->{log_start} + Disk::LOG_SLOT_BLOCKS + 1) + 99;
    $disk->put($at, 'torn');
    ($status, $said) = check();
    is($status, 0, 'a torn transaction does not count') or diag($said);

    # Nor one whose number leaves none for those that follow.
    put_transaction($disk, ~0 - 1, ~0 - 2, $block, $bytes);
    ($status, $said) = check();
    is($status, 0, 'nor does one with a number out of reach') or diag($said);
};

subtest 'what is no image' => sub {
    for (['an empty file', ''], ['one sector', 'x' x 512],
         ['text', "hello\n" x 1000], ['half an image', substr $sound, 0,
             3 << 20]) {
        my ($what, $bytes) = @$_;
        write_file($image, $bytes);
        for my $options ([], ['-r']) {
            my ($status, $said) = check(@$options);
            ok($status == 1 || $status == 2, "$what (@$options)")
                or diag($status);
            like($said, qr/\A[^\n]+\n/, '  gets a message');
        }
    }
    my ($status, $said) = capture($fsck, "$dir/missing");
    is($status, 2, 'a missing file');
    like($said, qr/missing/, '  is named');
    ($status) = capture($fsck);
    is($status, 2, 'no argument');
    ($status) = capture($fsck, '-z', $image);
    is($status, 2, 'an unknown option');
};

done_testing();
