#!/usr/bin/env perl
# A damaged disk, whatever is wrong with it, does not bring the kernel down: it
# says that it cannot mount it and stops, or it starts, and calls that meet the
# damage return errors.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use File::Copy qw(copy);
use Machine;
use SmallDisk qw(make_disk);
use Tree qw(built capture temp_dir);

my $dir = temp_dir();
my $large = join '', map { chr(97 + $_ % 26) x 1000 } 1 .. 100;

# A disk that was halted in order, and one with transactions in its log.
my ($halted, $cut) = ("$dir/halted", "$dir/cut");
make_disk($halted, 900, 192, README => "read me\n", d => undef,
    'd/a' => "a\n", 'd/b' => "b\n", 'd/c' => 'c' x 20_000,
    'd/large' => $large x 3, e => undef, 'e/x' => "x\n");
Machine->boot(disk => $halted)->halt;
# What the log would replay, would be as it was.
capture(built('fsck'), '-r', $halted);
copy($halted, $cut) or die "$cut: $!\n";
{
    my $machine = Machine->boot(disk => $cut);
    $machine->run('sick mkdir:f create:f/g append:f/g:50000 rename:f/g:g'
        . ' unlink:d/b link:README:r');
    $machine->kill;
}

# ---- Damage ----

# Without these nothing could be said: init gets no further, or is mute.
my %NEEDED = map { $_ => 1 } qw(init sh console);

# The parts of a disk, each a list of [offset, length in bytes]; only what is
# in use, where damage matters.
my %parts = (
    superblock => sub { [$_[0]{base}, 28] },
    log => sub {
        my ($disk) = @_;
        return map { my $at = $disk->block_at(1 + 32 * $_);
            ([$at, 64], [$at, 64], [$at + 4096, 4096]) } 0 .. 7;
    },
    inodes => sub {
        my ($disk) = @_;
        my %needed = map { $disk->lookup($_) => 1 } keys %NEEDED;
        return map { [$disk->inode_at($_), 64] }
            grep { !$needed{$_} && $disk->inode($_)->{type} }
            1 .. $disk->{ninodes} - 1;
    },
    folders => sub {
        my ($disk) = @_;
        return map { [$_->{at}, 16] } grep { !$NEEDED{ $_->{name} } }
            map { $disk->entries($_) }
            1, map { $disk->lookup($_) } qw(d e);
    },
    bitmap => sub {
        my ($disk) = @_;
        return [$disk->block_at($disk->{bitmap_start}), $disk->{nblocks} / 8];
    },
    'indirect block' => sub {
        my ($disk) = @_;
        my $block = $disk->inode($disk->lookup('d/large'))->{addrs}[12];
        return [$disk->block_at($block), 4 * 60];
    },
);

# Numbers that mean something to a file system, besides random ones.
sub tempting_number {
    my ($disk) = @_;
    my @numbers = (0, 1, 2, 0x7f, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff,
        @$disk{qw(nblocks ninodes log_start inode_start bitmap_start
            data_start)}, $disk->{nblocks} - 1, 4144 * 1024,
        int rand $disk->{ninodes}, int rand $disk->{nblocks},
        int rand 0xffffffff);
    return $numbers[rand @numbers];
}

# Damages one place, and returns words that say which.
sub damage {
    my ($disk, @places) = @_;
    my ($start, $length) = @{ $places[rand @places] };
    my $size = (1, 2, 4)[rand 3];
    my $at = $start + $size * int(rand($length) / $size);
    my $bytes = $disk->bytes($at, $size);
    if (rand() < 0.5) {
        vec($bytes, int rand 8 * $size, 1) ^= 1;
    } else {
        $bytes = substr pack('V', tempting_number($disk)), 0, $size;
    }
    $disk->put($at, $bytes);
    return sprintf '0x%x: %s', $at, unpack 'H*', $bytes;
}

# ---- What the machine does with it ----

my @commands = (
    'ls -l',
    'ls -l d e',
    # Not to the console: by their damaged sizes they may be long.
    'cat README d/a e/x > copy; rm copy',
    'sick read:d/large read:d/c links:d read:g',
    'sick append:d/a:5000 append:d/large:9000 write:d/c:9000 create:e/new '
        . 'append:e/new:60000 mkdir:q create:q/f',
    'sick rename:d/b:e/b link:README:q/r rename:q:e/q unlink:d/a '
        . 'unlink:d/large truncate:d/c unlink:e/q/f unlink:d/c unlink:d',
    'mkdir new; echo text > new/f; cat new/f; mv new/f e/f; rm e/f; rm new',
    'rm e/x e/new README',
    'ls -l',
);

# What a machine says that cannot start anything.
my $REFUSAL = qr{^fs:\ .*\ stopped\..*\n | ^.*/init.*\n
    | ^init:\ cannot\ run\ sh\n}mx;

my %outcomes;
sub boot_damaged {
    my ($image) = @_;
    my $machine = Machine->start(image => $image);
    $machine->expect(qr/$REFUSAL|$Conversation::PROMPT/);
    if ($machine->output =~ $REFUSAL) {
        $outcomes{refused}++;
        pass('the machine says why it cannot start');
    } else {
        $outcomes{started}++;
        for my $command (@commands) {
            $machine->type($command);
            # A damaged file may end without the end of a line.
            $machine->expect(qr/\$ \z/);
        }
        pass('the machine starts, and all commands come to an end');
        $machine->send("halt\n");
        # Damage may have taken even this program away.
        $machine->expect(qr{halt\n});
        eval { $machine->expect(qr/\$ \z/); 1 }
            or ok($machine->{ended}, 'halt ends it');
    }
    $machine->read_some(0) while !$machine->{ended} && $machine->read_some(0);
    unlike($machine->output, qr/panic|assert|bug in the kernel/i,
        'the kernel finds no bug in itself');
    $machine->kill;
    my ($status) = capture({ limit => 60 }, built('fsck'), '-r',
        $machine->disk);
    cmp_ok($status, '<', 128, 'fsck -r comes to an end, too');
}

my $rounds = $ENV{LECTERN_SOAK} ? 100 : 4;
for my $round (1 .. $rounds) {
    for my $part (sort keys %parts) {
        srand $round;
        my $image = "$dir/damaged";
        copy($part eq 'log' ? $cut : $halted, $image) or die "$image: $!\n";
        my $disk = Disk->open($image);
        my @places = $parts{$part}->($disk);
        my @damages = map { damage($disk, @places) } 1 .. 1 << rand 5;
        subtest "$part, seed $round" => sub {
            eval { boot_damaged($image); 1 } or fail($@);
            diag("damaged: @damages")
                if !Test::More->builder->is_passing;
        };
    }
}
cmp_ok($outcomes{$_} // 0, '>=', $rounds, "many machines $_")
    for qw(refused started);

done_testing();
