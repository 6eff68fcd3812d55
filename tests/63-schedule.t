#!/usr/bin/env perl
# A schedule drawn from a seed finds races: one seed gives one run, to the
# instruction; mistakes planted in a copy of the kernel are found within 100
# seeds; in the kernel as it is, none of them finds anything.
#
# What a seed finds: make qemu SCHED=seed, make qemu-gdb SCHED=seed.  In the
# debugger a run is the same up to the first stop.  At each stop at a
# breakpoint, and each step, the clock ticks at once: QEMU sees that no CPU
# runs, and under sleep=off then moves the time on to what is due next.  So a
# run with stops is another one; but the same stops always give the same one.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;
use Tree qw(built capture copy_tree plant read_file temp_dir write_file);

my $SEEDS = $ENV{LECTERN_SOAK} ? 500 : 50;
my $SEEDS_PLANTED = 100;

# Seconds that a run may take; most need half of one.
my $LIMIT = 60;

my ($MEM, $SEED_ADDRESS, $MAGIC, $DISK_ADDRESS) =
    (24, 0x3ff000, 0x44454553, 0xc00000);

# Each mistake: what it is, a file of kernel/, and what is put in the place of
# which text.  Each text must be there exactly once.
my @mistakes = (
    ['a lost wakeup', 'sched/sleep.c',
        "acquire(&ptable.lock);\n        release(lock);"
            => "release(lock);\n        acquire(&ptable.lock);"],
    ['an `if` for a `while` around sleep', 'file/pipe.c',
        'while (*busy && ok)' => 'if (*busy && ok)'],
    ['an `if` for a `while` in a sleep-lock', 'sched/sleeplock.c',
        'while (lock->serving != ticket)' => 'if (lock->serving != ticket)'],
    ['an unlocked free list', 'mem/kalloc.c',
        "        acquire(&kmem.lock);\n" => '',
        "    if (!alone)\n        release(&kmem.lock);\n" => '',
        "kalloc(void)\n{\n    acquire(&kmem.lock);\n" => "kalloc(void)\n{\n",
        "    release(&kmem.lock);\n    return r;" => '    return r;'],
);

# The memory of the last machine, which has the disk in it.
my $ram = temp_dir() . '/ram';

my $copy = copy_tree(with_build => 1);

# Runs races with a seed on an image.  Returns its last words, or the kernel's,
# and all of the output.  The image itself is not written to.  With commands a
# debugger is there, which has these.
sub run_seed {
    my ($image, $seed, @commands) = @_;
    unlink $ram;
    my $machine = Machine->start(disk => $image, mem => $MEM,
        gdb => scalar @commands, extra => [
        '-icount', 'shift=3,sleep=off',
        '-object', "memory-backend-file,id=ram,size=${MEM}M,share=on,"
            . "mem-path=$ram", '-machine', 'memory-backend=ram',
        '-device', "loader,addr=$SEED_ADDRESS,data=$MAGIC,data-len=4",
        '-device', 'loader,addr=' . ($SEED_ADDRESS + 4)
            . ",data=$seed,data-len=4",
        '-device', "loader,file=$image,addr=$DISK_ADDRESS,force-raw=on"]);
    capture({ limit => $LIMIT }, 'gdb', '-nx', '-batch', '-ex',
        "file $copy/build/debug/kernel.elf", '-ex',
        'target remote ' . $machine->gdb_socket, map { ('-ex', $_) } @commands)
        if @commands;
    my $words = eval {
        $machine->expect(qr/^(?=races: |panic: )/m, $LIMIT);
        $machine->expect(qr/\n/);
    };
    return ("no end: $@", $machine->output) if !defined $words;
    $machine->ending if $words =~ /^races: ok/ && !@commands;
    return ($words, $machine->output);
}

# Tests that fsck finds nothing wrong with the disk in that memory.
sub check_disk {
    my ($image) = @_;
    open my $file, '<:raw', $ram or die "$ram: $!\n";
    seek $file, $DISK_ADDRESS, 0;
    read $file, my $bytes, -s $image;
    write_file("$ram.disk", $bytes);
    my ($status, $output) = capture(built('debug/fsck'), "$ram.disk");
    is($status, 0, '  and leaves a clean disk') or diag($output);
}

sub make_image {
    my ($dir) = @_;
    my ($status, $output) = capture({ dir => $dir }, 'make', 'DEBUG=1',
        'build/debug/schedule.img');
    die "make schedule.img: $output" if $status;
    return "$dir/build/debug/schedule.img";
}

my $image = make_image($copy);

subtest 'one seed, one run' => sub {
    my ($words, $output) = run_seed($image, 1);
    my ($ticks, $instructions) =
        $words =~ /^races: ok, (\d+) ticks, (\d+) instructions$/;
    cmp_ok($ticks // 0, '>', 100, 'there are ticks') or diag($output);
    cmp_ok($instructions // 0, '>', 1_000_000, 'and instructions');
    my ($again, $output_again) = run_seed($image, 1);
    is($output_again, $output, 'both are the same the second time');
    my ($status, $replay) =
        capture({ dir => $copy }, 'make', 'qemu', 'SCHED=1');
    is($status, 0, 'make qemu SCHED=1');
    like($replay, qr{^\Q$words}m, '  gives it, too') or diag($replay);
    my ($other) = run_seed($image, 2);
    isnt($other, $words, 'another seed gives another run');
};

subtest 'the same in the debugger' => sub {
    plan skip_all => 'there is no GDB' if (capture('gdb', '--version'))[0];
    my (undef, $output) = run_seed($image, 2);
    my (undef, $watched) = run_seed($image, 2, 'tbreak main', 'continue',
        'tbreak sys_halt', 'continue', 'detach');
    is($watched, $output, 'up to the first stop after the start');
    my @stops = ('break fork', ('continue') x 5, 'delete', 'detach');
    (undef, my $stopped) = run_seed($image, 2, @stops);
    isnt($stopped, $output, 'stops make it another run');
    (undef, my $again) = run_seed($image, 2, @stops);
    is($again, $stopped, '  but the same stops the same one');
};

subtest 'the kernel as it is' => sub {
    for my $seed (1 .. $SEEDS) {
        my ($words, $output) = run_seed($image, $seed);
        like($words, qr/^races: ok/, "seed $seed finds nothing")
            or diag($output);
        check_disk($image) if $seed % 5 == 0;
    }
};

for (@mistakes) {
    my ($what, $file, @changes) = @$_;
    my $source = read_file("$copy/kernel/$file");
    write_file("$copy/kernel/$file", plant("kernel/$file", $source, @changes));
    $image = make_image($copy);
    my ($seed, $words) = (0, '');
    do {
        ($words) = run_seed($image, ++$seed);
    } while ($words =~ /^races: ok/ && $seed < $SEEDS_PLANTED);
    unlike($words, qr/^races: ok/, "$what is found");
    note("by seed $seed: $words");
    write_file("$copy/kernel/$file", $source);
}

done_testing();
