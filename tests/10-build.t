#!/usr/bin/env perl
# The build works as a newcomer and a teacher expect: no warning, the same bytes
# in every folder, nothing to do the second time, just what is needed after a
# change, nothing outside build/, and one clear line where it cannot work.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Tree qw($top capture copy_tree read_file temp_dir write_file);

# Runs make in a folder; returns its exit code and output.
sub make_in {
    my ($dir, @arguments) = @_;
    return capture({ dir => $dir }, 'make', @arguments);
}

# All files below a folder but those in build/, as one text.
sub listing {
    my ($dir) = @_;
    my (undef, $list) = capture({ dir => $dir }, 'find', '.', '-path',
        './build',
        '-prune', '-o', '-type', 'f', '-print');
    return join "\n", sort split /\n/, $list;
}

# Goes through a build's programs, the kernel and the disk.
sub products {
    my ($dir) = @_;
    opendir my $programs, "$dir/build/user" or return;
    return qw(lectern.img kernel.elf boot/bootblock.bin mkfs fsck),
        map { "user/$_" } sort grep { -f "$dir/build/user/$_"
            && !/\./ } readdir $programs;
}

# Two folders with names of different length; the second build runs in parallel.
my $one = copy_tree(name => 'one');
my $two = copy_tree(name => 'another.folder-2');
unlink "$one/.gdbinit";     # what `make gdb` left, which `make clean` takes
my $before = listing($one);

subtest 'without warnings' => sub {
    my ($status, $output) = make_in($one, 'WERROR=1');
    is($status, 0, 'make WERROR=1') or diag($output);
    unlike($output, qr/warning/i, 'no word of warning');
    is(listing($one), $before, 'it writes into build/ only');
    like(read_file("$top/.gitignore"), qr{^/build/$}m, 'which git ignores');
    my @lines = split /\n/, $output;
    my @long = grep { length > 80 } @lines;
    is(scalar @long, 0, 'its lines are short') or diag(@long);
};

subtest 'the same bytes everywhere' => sub {
    my ($status, $output) = make_in($two, '-j2');
    is($status, 0, 'make -j2 in another folder') or diag($output);
    my @products = products($one);
    cmp_ok(scalar @products, '>', 30, 'there is a number of things to compare');
    my @different = grep {
        !-e "$two/build/$_" || read_file("$one/build/$_") ne read_file("$two/build/$_")
    } @products;
    is("@different", '', 'no difference');
};

subtest 'listings' => sub {
    ok(-s "$one/build/$_", "build/$_")
        for qw(kernel.asm kernel.sym user/sh.asm user/usertests.asm);
    like(read_file("$one/build/kernel.sym"), qr/^[0-9a-f]{8} T kalloc$/m,
        'symbols');
    like(read_file("$one/build/kernel.asm"), qr/<kalloc>:/, 'disassembly');
};

subtest 'a second make' => sub {
    my $times = sub { return join ' ',
        map { (stat "$one/build/$_")[9] } products($one) };
    my $then = $times->();
    my ($status, $output) = make_in($one, 'WERROR=1');
    is($status, 0, 'succeeds');
    unlike($output, qr/^\s*(?:CC|AS|LD|AR|HOSTCC|MKFS|EMBED)\b/m,
        'does nothing')
        or diag($output);
    is($times->(), $then, 'leaves all as it is');
    ($status, $output) = make_in($one);
    unlike($output, qr/^\s*(?:CC|AS|LD|AR|HOSTCC|MKFS)\b/m,
        'nor without WERROR')
        or diag($output);
};

subtest 'after a change' => sub {
    # What make would do if a file had changed: its words, without doing it.
    my $changed = sub {
        my ($file) = @_;
        my @times = (stat "$one/$file")[8, 9];
        my $later = time + 2;
        utime $later, $later, "$one/$file";
        my ($status, $output) = make_in($one, '-n');
        is($status, 0, "$file changes") or diag($output);
        utime @times, "$one/$file";
        return join "\n", $output =~ /echo "([A-Z]+ [^"]+)"/g;
    };
    my $what = $changed->('kernel/dev/disk.h');
    like($what, qr{^CC kernel/dev/disk\.c$}m, '  what includes it is compiled');
    unlike($what, qr{^(?:CC (?:user|bootblock)|HOSTCC)}m, '  and nothing else');
    like($what, qr{^LD build/kernel\.elf$}m, '  the kernel is linked');
    like($what, qr{^MKFS }m, '  and gets to the disk');

    $what = $changed->('include/fs.h');
    like($what, qr{^$_}m, "  $_") for 'HOSTCC mkfs/', 'CC kernel/fs/';
    unlike($what, qr{^CC kernel/dev/uart}m, '  not what does not include it');

    $what = $changed->('user/bin/echo.c');
    is(join(' ', sort $what =~ /^(?:CC|LD) (\S+)$/mg),
        'build/user/echo user/bin/echo.c',
        '  only the program itself');

    $what = $changed->('include/syscall.h');
    like($what, qr{^$_$}m, "  $_")
        for 'AS user/lib/usys\.S', 'CC kernel/syscall/syscall\.c';

    # Other flags make other objects.
    my (undef, $output) = make_in($one, '-n', 'DEBUG=1');
    like($output, qr{build/debug/kernel/main\.o},
        'DEBUG=1 has objects of its own');
};

subtest 'what the disk keeps' => sub {
    # A file that a person made in the machine.
    write_file("$one/note", "keep me\n");
    my ($status, $output) = capture("$one/build/mkfs", '-u',
        "$one/build/lectern.img",
        "$one/note");
    is($status, 0, 'a note on the disk') or diag($output);
    my $note = sub {
        return (capture("$one/build/mkfs", '-g', '/note',
            "$one/build/lectern.img"))[1];
    };

    my $main = read_file("$one/kernel/main.c");
    write_file("$one/kernel/main.c",
        "$main\nextern int planted_in_main;\nint planted_in_main = 1;\n");
    ($status, $output) = make_in($one);
    is($status, 0, 'the kernel changes') or diag($output);
    is($note->(), "keep me\n", 'the note stays');
    write_file("$one/kernel/main.c", $main);

    # A program changes: it is replaced, the note stays.
    my $echo = read_file("$one/user/bin/echo.c");
    my $planted = $echo =~ s/^(main\([^)]*\)\n\{\n)/$1    put("planted ");\n/mr;
    isnt($planted, $echo, 'echo.c has a main');
    write_file("$one/user/bin/echo.c", $planted);
    ($status, $output) = make_in($one);
    is($status, 0, 'a program changes') or diag($output);
    my (undef, $program) = capture("$one/build/mkfs", '-g', '/echo',
        "$one/build/lectern.img");
    like($program, qr/planted /, 'it is replaced on the disk');
    is($note->(), "keep me\n", 'the note stays');
    write_file("$one/user/bin/echo.c", $echo);

    # FILES copies into /, `make get` out again.
    write_file("$one/poem", "roses\n");
    ($status, $output) = make_in($one, "FILES=poem");
    is($status, 0, 'make FILES=poem') or diag($output);
    unlink "$one/poem";
    ($status, $output) = make_in($one, 'get', 'F=/poem');
    is($status, 0, 'make get F=/poem') or diag($output);
    is(-e "$one/poem" && read_file("$one/poem"), "roses\n",
        'the same bytes come out');
    ($status, $output) = make_in($one, 'get', 'F=/nothing');
    isnt($status, 0, 'make get of a missing file fails');
    like($output, qr/nothing/, 'and names it');

    ($status, $output) = make_in($one, 'fresh');
    is($status, 0, 'make fresh') or diag($output);
    my $disk = Disk->open("$one/build/lectern.img");
    ok(!$disk->entry('note'), 'makes it anew');
    ok($disk->entry('README'), 'with a README');
    unlink "$one/note", "$one/poem";
};

subtest 'names that scripts know' => sub {
    for my $target (qw(xv6.img fs.img)) {
        my ($status, $output) = make_in($one, $target);
        is($status, 0, "make $target") or diag($output);
        ok(-s "$one/build/$target" || -s "$one/$target", '  makes it');
    }
    rename "$one/Makefile", "$one/Makefile.course" or die "rename: $!\n";
    my ($status, $output) = make_in($one, '-f', 'Makefile.course', 'xv6.img');
    is($status, 0, 'the Makefile may have another name') or diag($output);
    rename "$one/Makefile.course", "$one/Makefile";
    ($status, $output) = make_in($one, 'help');
    is($status, 0, 'make help');
    like($output, qr/\b$_\b/, "  lists $_")
        for qw(setup qemu qemu-gdb gdb test bench size clean FILES EXTRA CPUS DEBUG);
};

subtest 'clear words' => sub {
    my $dir = copy_tree(name => 'a folder');
    my ($status, $output) = make_in($dir);
    isnt($status, 0, 'a folder with a space is refused');
    like($output, qr/\A[^\n]*space[^\n]*\n\z/, 'with one line')
        or diag($output);

    ($status, $output) = make_in($one, 'CC=no-such-compiler');
    isnt($status, 0, 'a compiler that is not there');
    like($output, qr/no-such-compiler/, 'is named');
    like($output, qr/make setup/, 'with what to do');

    # What is typed wrongly gets one line, which names it.
    mkdir "$one/$_" for qw(nothing none);
    write_file("$one/nothing/empty.c", '');
    my @cases = (
        ['EXTRA=missing.c', qr/missing\.c/],
        ['EXTRA=tests/xv6/maze,missing.c', qr/no missing\.c/],
        ['EXTRA=nothing/empty.c', qr/nothing in nothing\/empty\.c/],
        ['EXTRA=nothing', qr/nothing in nothing\/empty\.c/],
        ['EXTRA=none', qr/none is no \.c or \.S file/],
        ['EXTRA=README.md', qr/README\.md is no \.c/],
        ['EXTRA=tests/xv6/plain.c plain:tests/xv6/maze', qr/two .*plain/],
        ['FILES=missing', qr/no missing/],
        ['qemu', 'CPUS=x', qr/CPUS=x.*number/],
        ['qemu-nox', 'CPUS=0', qr/CPUS=0.*number/],
        ['qemu', 'CPUS=', qr/CPUS=.*number/],
        ['qemu-gdb', 'CPUS=300', qr/CPUS=300.*255/],
        ['qemu-vga', 'MEM=x', qr/MEM=x.*number/],
        ['setup', 'qemu', 'MEM=1G', qr/MEM=1G.*number/],
        ['test', 'TESTS=nofile', qr/no file nofile/],
        ['halp', qr/halp.*make help/],
        ['get', qr/make get F=/],
        ['where', qr/make where NAME=/]);
    for (@cases) {
        my @arguments = @$_;
        my $pattern = pop @arguments;
        ($status, $output) = make_in($one, @arguments);
        isnt($status, 0, "make @arguments fails");
        like($output, qr/\A[^\n]*$pattern[^\n]*\n\z/, '  with one line');
    }
    ($status) = make_in($one, '-n', 'qemu', 'CPUS=4,sockets=2,cores=2');
    is($status, 0, "CPUS in QEMU's own words are fine");
    unlink "$one/nothing/empty.c";
    rmdir "$one/$_" for qw(nothing none);

    write_file("$one/my program.c", "int main(void) { return 0; }\n");
    ($status, $output) = make_in($one);
    isnt($status, 0, 'a program with a space in its name');
    like($output, qr/\A[^\n]*space[^\n]*my program\.c[^\n]*\n\z/,
        '  gets one line');
    ($status) = make_in($one, 'EXTRA=');
    is($status, 0, '  unless the folder does not matter');
    unlink "$one/my program.c";
};

subtest 'make clean' => sub {
    my ($status) = make_in($one, 'clean');
    is($status, 0, 'succeeds');
    ok(!-e "$one/build", 'build/ is gone');
    is(listing($one), $before, 'and all else is as it was');
};

done_testing();
