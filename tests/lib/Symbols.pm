# Symbols - what a built kernel and boot block must look like from outside.
package Symbols;

use strict;
use warnings;
use Exporter qw(import);
use Test::More;

use Tree qw(capture read_file);

our @EXPORT_OK = qw(check_boot_block check_symbols);

# Lectures set breakpoints at these, so each must be a function of its own.
my @OUT_OF_LINE = qw(
    entry main kinit kalloc kfree kvmalloc setupkvm mappages inituvm switchuvm
    switchkvm allocproc userinit forkret trapret swtch scheduler sched sleep wakeup
    trap syscall exec initlog acquire release);

sub nm { return $ENV{NM} // 'nm' }

sub check_symbols {
    my ($build) = @_;
    subtest 'functions that lectures name' => sub {
        my ($status, $list) = capture(nm(), "$build/kernel.elf");
        is($status, 0, 'nm') or diag($list);
        my %type = map { reverse /(\S) (\S+)$/ } split /\n/, $list;
        for my $name (@OUT_OF_LINE) {
            like($type{$name} // 'missing', qr/^[Tt]$/, $name);
            my @parts = grep { /^\Q$name\E\./ } keys %type;
            is("@parts", '', "  whole");
        }
        ok(exists $type{$_}, $_) for qw(entrypgdir ptable nextpid initproc
            _binary_initcode_start _binary_initcode_size);
    };
}

sub check_boot_block {
    my ($build) = @_;
    subtest 'boot block' => sub {
        my $bytes = read_file("$build/boot/bootblock.bin");
        cmp_ok(length $bytes, '<=', 16 * 512,
            'ends before the kernel, sector 16');
        is(substr($bytes, 510, 2), "\x55\xaa", 'has the signature');
        is(substr($bytes, 446, 64), "\0" x 64,
            'leaves room for the partition table');
        note('the boot block has ', length $bytes, ' bytes');
    };
}

1;
