#!/usr/bin/env perl
# Where the machine cannot start, it says why in words: a bad kernel, a disk
# that fails, too little memory, a file system that is damaged or not there.  Where
# it cannot even do that, make qemu does.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use Machine;
use Tree qw(built capture copy_tree plant read_file temp_dir
    write_file);

my $dir = temp_dir();
my $image = "$dir/img";
my $good = read_file(built('lectern.img'));
my $kernel = 16 * 512;      # offset of the kernel's ELF file

# Boots a bad machine until the whole line with the message is there.  The
# machine then stays as it is, to be read, or turns itself off: it does not
# reset.
sub says {
    my ($what, $pattern, %option) = @_;
    subtest $what => sub {
        my $machine = Machine->start(image => $image, %option);
        $machine->expect(qr/$pattern.*\n/);
        pass("says $pattern");
        $machine->read_some(0.3);
        note($machine->output);
        unlike($machine->output, qr/starting sh|panic/, 'and starts nothing');
        unlike($machine->ending, qr/triple|reset/,
            'it ends by itself, and in order')
            if $machine->{ended};
    };
}

sub with_bytes {
    my (%changes) = @_;
    my $bytes = $good;
    substr $bytes, $_, length $changes{$_}, $changes{$_} for keys %changes;
    write_file($image, $bytes);
}

with_bytes();
says('too little memory', qr/cannot start: .*memory/, mem => 4);

with_bytes($kernel => "\0" x 512);
says('no kernel', qr/cannot start: .*no kernel/);

with_bytes($kernel + 4 => "\2");
says('a 64-bit kernel', qr/cannot start: .*kernel/);

with_bytes($kernel + 18 => pack 'v', 40);
says('a kernel for another machine', qr/cannot start: .*kernel/);

with_bytes($kernel + 44 => pack 'v', 60000);
says('too many program headers', qr/cannot start: .*kernel/);

with_bytes($kernel + 28 => pack 'V', 0x7fffffff);
says('program headers behind the end', qr/cannot start: .*kernel/);

with_bytes($kernel + 24 => pack 'V', 0x500000);
says('an entry outside the kernel', qr/cannot start: .*entry/);

# The first program header: p_paddr, p_filesz, p_memsz.
my $header = $kernel + unpack 'V', substr $good, $kernel + 28, 4;
with_bytes($header + 12 => pack 'V', 0xfffff000);
says('a segment outside memory', qr/cannot start: .*memory/);

with_bytes($header + 16 => pack('V', 0x40000000), $header + 20 => pack 'V',
    0x40000000);
says('a segment larger than memory', qr/cannot start: /);

with_bytes($header + 20 => pack 'V', 1);
says('a segment longer in the file than in memory', qr/cannot start: .*kernel/);

with_bytes(446 => "\0" x 64);
says('an empty partition table', qr/cannot start: .*partition/);

# Sectors that cannot be read: of the boot block, of the kernel.
with_bytes();
sub failing_sector {
    my ($sector) = @_;
    write_file("$dir/blkdebug", qq{[inject-error]\nevent = "read_aio"\n}
        . qq{errno = "5"\nsector = "$sector"\n});
    return drive => ['-drive',
        "file=blkdebug:$dir/blkdebug:%s,format=raw,if=ide,rerror=report,cache=unsafe"];
}
says('a bad sector in the boot block',
    qr/cannot start: the disk cannot be read/,
    failing_sector(3));
says('a bad sector in the kernel', qr/cannot start: .*cannot be read/,
    failing_sector(16));
says('a bad sector in the kernel, further on',
    qr/cannot start: .*cannot be read/,
    failing_sector(80));

# From here on the kernel itself speaks.
my $disk = Disk->open($image);
my $super = $disk->{base};
my $init_entry = $disk->entry('init')->{at};
my $init = $disk->block_at($disk->inode($disk->lookup('init'))->{addrs}[0]);
with_bytes($super => "\0" x 4096);
says('no file system', qr/^(?!\$ ).*file system.*/mi);

with_bytes($super + 4 => pack 'V', 0x7fffffff);
says('a superblock with a wrong size', qr/file system|superblock/i);

says('a superblock that cannot be read', qr/disk|read/i,
    failing_sector($super / 512));

with_bytes($init_entry => "\0" x 16);
says('a disk without init', qr{/init});

with_bytes($init => 'x' x 64);
says('an init that is no program', qr{/init});

# What dies before it can speak at all, or with nobody to call, is explained by
# make qemu.
my $copy = copy_tree(with_build => 1);
sub dies {
    my ($what, $file, $old, $new, @says) = @_;
    subtest $what => sub {
        my $path = "$copy/kernel/$file";
        my $source = read_file($path);
        write_file($path, plant($file, $source, $old => $new));
        my ($status, $output) = capture({ dir => $copy }, 'make', 'qemu');
        write_file($path, $source);
        isnt($status, 0, 'make qemu fails');
        like($output, $_, "says $_") for qr/^The machine reset itself/m, @says;
        unlike($output, qr/^Use of uninit/m, 'and tools/run is in order');
        note($output);
    };
}
my $nobody = qr/^  then, while its handler was called, /m;
my $entry = "    movl %eax, %cr3\n    movl %cr4, %eax\n";
dies('an invalid instruction before there is a handler', 'boot/entry.S',
    $entry => "    ud2\n$entry",
    qr/^  invalid instruction, at 0x10000\w \(entry\+0x\w\)$/m,
    qr{^    kernel/boot/entry\.S:\d+$}m,
    qr/${nobody}general protection fault: the IDT has no handler for exception 6/);
dies('a null pointer before there is a handler', 'main.c',
    "    acpi_init();" => "    *(volatile int *)20 = 1;\n    acpi_init();",
    qr/^  page fault: write to address 0x14, no page there \(null pointer/m,
    qr/, at 0x801\w+ \(main\+0x\w+\)\n    kernel\/main\.c:\d+$/m,
    qr/${nobody}double fault$/m);
dies('the table of handlers lost', 'main.c',
    "    scheduler();                // this CPU too" =>
        "    asm volatile(\"lidt 0x80100000; ud2\");\n    scheduler(); // too",
    qr/^  invalid instruction, at 0x801\w+ \(main\+0x\w+\)$/m, $nobody);

done_testing();
