#!/usr/bin/env perl
# The source keeps its promises: the kernel's folders form layers, and the check
# of that does catch a violation; the kernel stays small; the functions that
# lectures stop at exist; the table of xv6's names is right.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Symbols qw(check_boot_block check_symbols);
use Tree qw(built capture copy_tree read_file write_file);

my $dir = copy_tree(with_build => 1);
sub make { return capture({ dir => $dir }, 'make', @_) }

check_symbols(built(''));
check_boot_block(built(''));

subtest 'layers' => sub {
    my ($status, $output) = make('check-layers');
    is($status, 0, 'every include and symbol goes down') or diag($output);

    # Plants a line in a file, and expects check-layers to name file and reason.
    my $caught = sub {
        my ($what, $file, $line, @reasons) = @_;
        my $text = read_file("$dir/$file");
        write_file("$dir/$file", "$text\n$line\n");
        my ($status, $output) = make('check-layers');
        isnt($status, 0, "$what is caught") or diag($output);
        my ($name) = $file =~ m{kernel/(.*)\.\w+$};
        like($output, qr{\Q$name\E.*$_}, "  and named") for @reasons;
        write_file("$dir/$file", $text);
    };
    $caught->('an upward include', 'kernel/mem/kalloc.c',
        '#include "proc/proc.h"',
        qr{proc/proc\.h});
    $caught->('one in a header', 'kernel/x86/mmu.h', '#include "core/panic.h"',
        qr{core/panic\.h});
    $caught->('an upward call', 'kernel/mem/kalloc.c',
        "extern int devsw_planted;\n"
        . "void *dir_planted(void);\nvoid *dir_planted(void)\n"
        . "{ extern int disk_flush(void); return (void *)disk_flush; }",
        qr{disk_flush});
    mkdir "$dir/kernel/stray";
    write_file("$dir/kernel/stray/x.h", "#pragma once\n");
    ($status, $output) = make('check-layers');
    isnt($status, 0, 'a folder without a place is caught');
    like($output, qr/stray/, '  and named');
    unlink "$dir/kernel/stray/x.h";
    rmdir "$dir/kernel/stray";
    ($status, $output) = make('check-layers');
    is($status, 0, 'after all this it is as before') or diag($output);
};

subtest 'size' => sub {
    my ($status, $output) = make('size');
    my ($lines) = $output =~ /^\s*(\d+)\s+lines of code/m;
    my ($debug) = $output =~ /^\s*(\d+)\s.*debug_/m;
    is($status, 0, 'make size') or diag($output);
    cmp_ok($lines // 99999, '<=', 5200, 'the code stays under its limit');
    cmp_ok($lines // 0, '>', 2000, 'and is counted at all');
    cmp_ok($debug // 99999, '<=', 900, 'so does what only DEBUG=1 compiles');

    # A kernel that outgrows it is told so.
    write_file("$dir/kernel/lib/padding.c", "int padding;\n" x 5300);
    ($status, $output) = make('size');
    isnt($status, 0, 'too much code fails');
    unlink "$dir/kernel/lib/padding.c";
};

subtest 'names of xv6' => sub {
    my ($status, $output) = capture({ dir => $dir }, 'tools/where', '--check');
    is($status, 0, 'the table of names fits the tree') or diag($output);
    ($status, $output) = make('where', 'NAME=ilock');
    is($status, 0, 'make where NAME=ilock');
    like($output, qr{\bkernel/\S+\.[ch]\b}, '  names a file') or diag($output);
};

done_testing();
