#!/usr/bin/env perl
# mkfs makes a sound file system of whatever it is given: for every count of
# files from 1 to 64, and for those around a full directory block, fsck finds
# nothing wrong and every file is there with its contents.  The same input gives
# the same bytes.  Bad input gets one clear line, and no image.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Tree qw(built capture read_file temp_dir write_file);

my $dir = temp_dir();
my ($mkfs, $fsck) = (built('mkfs'), built('fsck'));
my @small = qw(-b 900 -i 400);

# The sources: f1, f2, ... each say which one they are.
my @files = map { "$dir/f$_" } 1 .. 300;
write_file($files[$_ - 1], "this is file $_\n" x $_) for 1 .. 300;

sub sound {
    my ($image, $what) = @_;
    my ($status, $output) = capture($fsck, $image);
    return 1 if $status == 0;
    diag("$what: fsck says:\n$output");
    return 0;
}

# Are f1 to fN on the image, each with its contents?
sub complete {
    my ($image, $n) = @_;
    my $disk = Disk->open($image);
    my @names = sort map { $_->{name} } grep { $_->{inum} } $disk->entries(1);
    return 0 if "@names" ne join ' ', sort '.', '..', map { "f$_" } 1 .. $n;
    my @wrong = grep { $disk->contents($disk->lookup("f$_"))
        ne "this is file $_\n" x $_ } 1 .. $n;
    diag("with $n files, these are wrong: @wrong") if @wrong;
    return !@wrong;
}

subtest 'every count of files' => sub {
    for my $n (1 .. 64, 252 .. 258) {
        my ($status, $output) = capture($mkfs, @small, "$dir/img",
            @files[0 .. $n - 1]);
        is($status, 0, "mkfs takes $n files") or diag($output);
        ok(sound("$dir/img", "$n files") && complete("$dir/img", $n),
            "all $n are there");

        # A file that is added later must not get lost either.
        ($status, $output) = capture($mkfs, '-u', "$dir/img", $files[$n]);
        is($status, 0, 'one more is added') or diag($output);
        ok(sound("$dir/img", "$n files and one") && complete("$dir/img",
            $n + 1),
            "all @{[$n + 1]} are there");
    }
};

subtest 'sizes' => sub {
    capture($mkfs, "$dir/img", $files[0]);
    my $disk = Disk->open("$dir/img");
    is($disk->{ninodes}, 2000, '2,000 inodes unless told otherwise');
    my $size = -s "$dir/img";
    ok($size >= 32 << 20 && $size <= 35 << 20, 'a file system of 32 MB')
        or diag($size);
    ok(sound("$dir/img", 'the default image'), 'it is sound');
    is($disk->{nblocks} * 8, $disk->{nsectors}, 'it fills its partition');
    is(($disk->{base} + $disk->{nblocks} * 4096), $size,
        'which fills the image');

    capture($mkfs, '-b', 600, '-i', 100, "$dir/img", $files[0]);
    $disk = Disk->open("$dir/img");
    is("$disk->{nblocks} $disk->{ninodes}", '600 100',
        'the sizes one asks for');

    # A file with an indirect block, one of the largest size, and an empty one.
    write_file("$dir/large", 'abcdefg' x 20000);
    write_file("$dir/largest", 'x' x (4144 * 1024));
    write_file("$dir/empty", '');
    my ($status, $output) = capture($mkfs, '-b', 2000, "$dir/img",
        map { "$dir/$_" } qw(large largest empty));
    is($status, 0, 'large files') or diag($output);
    ok(sound("$dir/img", 'large files'), 'they are sound');
    $disk = Disk->open("$dir/img");
    for my $name (qw(large largest empty)) {
        ok($disk->contents($disk->lookup($name)) eq read_file("$dir/$name"),
            "$name has its contents");
        my ($code, $bytes) = capture($mkfs, '-g', "/$name", "$dir/img");
        ok($code == 0 && $bytes eq read_file("$dir/$name"),
            "and mkfs -g copies it out");
    }
};

subtest 'folders and names' => sub {
    mkdir $_ or die "$_: $!\n"
        for "$dir/tree", "$dir/tree/sub", "$dir/tree/none";
    write_file("$dir/tree/a", "a\n");
    write_file("$dir/tree/sub/b", "b\n");
    my ($status, $output) = capture($mkfs, @small, "$dir/img", "$dir/tree",
        "$files[0]:fourteen_chars", "$files[1]:deep/er/two");
    is($status, 0, 'a folder, and files under other names') or diag($output);
    ok(sound("$dir/img", 'folders'), 'it is sound');
    my $disk = Disk->open("$dir/img");
    my %want = ('/tree/a' => "a\n", '/tree/sub/b' => "b\n",
        '/fourteen_chars' => "this is file 1\n",
        '/deep/er/two' => "this is file 2\n" x 2);
    for my $path (sort keys %want) {
        my $entry = $disk->entry($path);
        is($entry && $disk->contents($entry->{inum}), $want{$path}, $path);
    }
    is($disk->inode($disk->lookup('/tree/none'))->{type}, Disk::T_DIR,
        'an empty folder');
};

subtest 'the same bytes every time' => sub {
    capture($mkfs, @small, "$dir/$_", @files[0 .. 20], "$dir/tree")
        for qw(one two);
    ok(read_file("$dir/one") eq read_file("$dir/two"), 'two images are equal');
};

subtest 'replacing in an image' => sub {
    capture($mkfs, @small, "$dir/img", @files[0 .. 2]);
    write_file("$dir/boot", 'B' x 510 . "\x55\xaa" . 'B' x 500);
    write_file("$dir/kernel", 'K' x 5000);
    my ($status, $output) = capture($mkfs, '-u', '-B', "$dir/boot",
        '-K', "$dir/kernel", "$dir/img", "$files[9]:f2", "$files[5]:new/f6");
    is($status, 0, 'boot block, kernel, one old and one new file')
        or diag($output);
    ok(sound("$dir/img", 'replaced'), 'it is sound');
    my $disk = Disk->open("$dir/img");
    is($disk->contents($disk->lookup('f1')), "this is file 1\n", 'others stay');
    is($disk->contents($disk->lookup('f2')), "this is file 10\n" x 10,
        'replaced');
    is($disk->contents($disk->lookup('new/f6')), "this is file 6\n" x 6,
        'added');
    is($disk->bytes(0, 446), 'B' x 446,
        'the boot sector keeps the partition table');
    is($disk->bytes(16 * 512, 5000), 'K' x 5000, 'the kernel is in its place');
};

subtest 'bad input' => sub {
    write_file("$dir/name_of_15_byte", 'x');
    write_file("$dir/too_large", 'x' x (4144 * 1024 + 1));
    write_file("$dir/long_boot", 'x' x 510 . "\x55\xaa" . 'x' x (15 * 512 + 1));
    write_file("$dir/no_boot", 'x' x 1024);
    write_file("$dir/long_kernel", 'x' x (4080 * 512 + 1));
    write_file("$dir/garbage", 'garbage' x 100_000);
    capture($mkfs, @small, "$dir/good", $files[0], "$dir/tree");
    my $good = read_file("$dir/good");
    capture('mkfifo', "$dir/fifo");
    mkdir "$dir/broken" or die "$dir/broken: $!\n";
    symlink 'missing', $_ or die "$_: $!\n"
        for "$dir/nowhere", "$dir/broken/link";

    my @bad = (
        ['no arguments'],
        ['an unknown option', '-z', "$dir/bad"],
        ['an option without its value', '-b'],
        ['a missing source', "$dir/bad", "$dir/missing"],
        ['a missing folder', "$dir/bad", "$dir/missing/"],
        ['a file in a missing folder', "$dir/bad", "$dir/missing/f:g"],
        ['a link to nothing', "$dir/bad", "$dir/nowhere"],
        ['a folder with a link to nothing', "$dir/bad", "$dir/broken"],
        ['a source that is no file', "$dir/bad", "$dir/fifo"],
        ['a name of 15 bytes', "$dir/bad", "$dir/name_of_15_byte"],
        ['a new name of 15 bytes', "$dir/bad", "$files[0]:name_of_15_byte"],
        ['an empty name', "$dir/bad", "$files[0]:"],
        ['the name ..', "$dir/bad", "$files[0]:.."],
        ['a name below a file', "$dir/bad", $files[0], "$files[1]:f1/x"],
        ['a file over 4,144 KiB', "$dir/bad", "$dir/too_large"],
        ['the same name twice', "$dir/bad", "$files[0]:x", "$files[1]:x"],
        ['more files than inodes', '-i', 20, "$dir/bad", @files[0 .. 29]],
        ['more bytes than blocks', '-b', 700, "$dir/bad", "$dir/largest"],
        ['no blocks', '-b', 0, "$dir/bad", $files[0]],
        ['negative blocks', '-b', -5, "$dir/bad", $files[0]],
        ['too few blocks for the log', '-b', 200, "$dir/bad", $files[0]],
        ['over 1 GiB', '-b', 262145, "$dir/bad", $files[0]],
        ['blocks in words', '-b', 'many', "$dir/bad", $files[0]],
        ['a number with a tail', '-b', '900x', "$dir/bad", $files[0]],
        ['no inodes', '-i', 0, "$dir/bad", $files[0]],
        ['inodes beyond 16 bits', '-i', 65536, "$dir/bad", $files[0]],
        ['a boot block over 16 sectors', '-B', "$dir/long_boot", "$dir/bad"],
        ['a boot block without its signature', '-B', "$dir/no_boot",
            "$dir/bad"],
        ['a kernel over its partition', '-K', "$dir/long_kernel", "$dir/bad"],
        ['a missing kernel', '-K', "$dir/missing", "$dir/bad"],
        ['a missing boot block', '-B', "$dir/missing", "$dir/bad"],
        ['a folder for a kernel', '-K', "$dir/broken", "$dir/bad"],
        ['an image in a missing folder', "$dir/missing/bad", $files[0]],
        ['updating a missing image', '-u', "$dir/bad", $files[0]],
        ['updating what is no image', '-u', "$dir/garbage", $files[0]],
        ['updating with a missing source', '-u', "$dir/good", "$dir/missing"],
        ['updating with too large a file', '-u', "$dir/good", "$dir/too_large"],
        ['replacing a folder by a file', '-u', "$dir/good", "$files[1]:tree"],
        ['getting a missing file', '-g', '/missing', "$dir/good"],
        ['getting a folder', '-g', '/tree', "$dir/good"],
        ['getting from what is no image', '-g', '/f1', "$dir/garbage"],
        ['getting from a missing image', '-g', '/f1', "$dir/missing"],
    );
    for (@bad) {
        my ($what, @arguments) = @$_;
        unlink "$dir/bad";
        my ($status, $output) = capture($mkfs, @arguments);
        ok($status > 0 && $status < 128, "$what is refused")
            or diag("exit code $status, and it says: $output");
        if (@arguments) {
            like($output, qr/\Amkfs: [^\n]{5,}\n\z/, '  with one line');
        } else {
            like($output, qr/usage/i, '  with the usage');
        }
        ok(!-e "$dir/bad", '  and no image is left');
    }
    ok(read_file("$dir/good") eq $good,
        'what cannot be updated stays as it was');
};

done_testing();
