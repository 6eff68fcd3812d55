#!/usr/bin/env perl
# A disk that fails harms nothing but the call that meets the failure: that one
# returns -1.  When a write fails, no file can be changed until the next boot;
# then each call is there in full or not at all.  The kernel never panics.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Disk;
use File::Copy qw(copy);
use Machine;
use SickDisk;
use SmallDisk qw(files_on make_disk);
use Time::HiRes qw(sleep time);
use Tree qw(temp_dir write_file);

my $dir = temp_dir();
my $READ_ONLY = qr/fs: the disk failed to write: no file can be changed/;
my $SECTORS = 8;                # in a block

# Two folders, files of all sizes, and so many others that the inodes of folder
# z are in the second block of inodes.
my $large = join '', map { chr(97 + $_ % 26) x 1000 } 1 .. 100;
my %files = (README => "read me\n", d => undef, 'd/a' => "a\n", 'd/b' => "b\n",
    'd/c' => 'c' x 20_000, 'd/gap' => 'g' x 90_000,
    'd/large' => $large, 'd/larger' => $large x 3,
    e => undef, 'e/x' => "x\n", m => undef, z => undef, 'z/f' => "f\n",
    map { ("m/$_" => '') } 10 .. 69);
my $well = "$dir/well";
make_disk($well, 900, 192, %files);
my $image = Disk->open($well);

# Where read-ahead cannot get to it: in the last block is what is in e/x.
my $last = $image->{nblocks} - 1;
{
    my $inum = $image->lookup('e/x');
    my $old = $image->inode($inum)->{addrs}[0];
    $image->put($image->block_at($last),
        $image->bytes($image->block_at($old), 4096));
    $image->put($image->addr_at($inum, 0), pack 'V', $last);
    $image->mark($old, 0);
    $image->mark($last, 1);
}
my $files = files_on($well);

# Sectors of the file system: the first, and the first behind the log.
my $first = $image->{base} / 512;
my $log_end = $image->block_at($image->{inode_start}) / 512;

my $ndisks = 0;
sub new_disk {
    my ($from) = @_;
    my $disk = "$dir/disk" . ++$ndisks;
    copy($from // $well, $disk) or die "$disk: $!\n";
    return $disk;
}

# Has the machine make calls, and returns their results, call => number.
sub results {
    my ($machine, @calls) = @_;
    my $output = $machine->run("sick @calls");
    return map { $_ // 'nothing' } $output =~ /^\w+ .* = (-?\d+)$/mg;
}

sub count {
    my ($text, $pattern) = @_;
    return scalar(() = $text =~ /$pattern/g);
}

# Ends a machine in order, and tests what has to be so after all that happened.
sub end_well {
    my ($machine, $nmessages) = @_;
    $machine->halt(3);
    unlike($machine->output, qr/panic|assertion/i, 'the kernel does not panic');
    is(count($machine->output, $READ_ONLY), $nmessages,
        $nmessages ? 'one message says that it is read-only'
        : 'it is not read-only');
}

# Boots a well disk, and returns what is on it then.
sub files_after_boot {
    my ($disk) = @_;
    Machine->boot(disk => $disk)->halt;
    return files_on($disk);
}

# ---- Reading ----

# Where the blocks are of: a file's contents, ...
sub block_of {
    my ($path, $n) = @_;
    return $image->inode($image->lookup($path))->{addrs}[$n];
}
my $inodes = $image->lookup('z/f') / 64;
die "z/f has its inode in the wrong block\n" if $inodes < 1;

# What cannot be read, its block; calls, and results while that is so.
my @reads = (
    ['a block of a file', block_of('d/large', 2),
        'read:d/large' => -1, 'begin:d/large:9000' => 8192,
        'begin:d/large:4096' => 4096, 'read:d/a' => 2],
    ['an indirect block', block_of('d/larger', 12),
        'read:d/larger' => -1, 'begin:d/larger:49152' => 49152,
        'append:d/larger:10' => -1, 'truncate:d/larger' => -1,
        'unlink:d/larger' => -1, 'links:d/larger' => 1],
    ['a folder', block_of('e', 0),
        'read:e/x' => -1, 'create:e/new' => -1, 'mkdir:e/new' => -1,
        'unlink:e/x' => -1, 'link:README:e/x' => -1, 'rename:e/x:new' => -1,
        'rename:README:e/new' => -1, 'unlink:e' => -1, 'links:e' => 1,
        'read:README' => 8],
    ['the bitmap', $image->{bitmap_start},
        'append:d/c:480' => 480, 'append:d/c:1' => -1,
        'truncate:d/c' => -1, 'unlink:d/c' => -1, 'mkdir:new' => -1,
        'read:d/c' => 20_480, 'links:d/c' => 1],
    ['a block of inodes', $image->{inode_start} + int $inodes,
        'read:z/f' => -1, 'links:z/f' => -1, 'unlink:z/f' => -1,
        'link:z/f:new' => -1, 'rename:z/f:new' => -1, 'create:z/f' => -1,
        'rename:README:z/f' => -1, 'unlink:z' => -1, 'links:README' => 1],
);

subtest 'errors when reading' => sub {
    my $disk = new_disk();
    my $sick = SickDisk->new($disk);
    # Inodes are read at mount; so this error must be there from the start.
    my $nameless = $reads[-1][1];
    $sick->fault(on => 'read', from => $first + $nameless * $SECTORS,
        count => $SECTORS);
    my $machine = Machine->boot(disk => $disk, drive => $sick->drive);
    for my $case (reverse @reads) {
        my ($what, $block, @rest) = @$case;
        my (@calls, @expected);
        while (my ($call, $result) = splice @rest, 0, 2) {
            push @calls, $call;
            push @expected, $result;
        }
        my $hits = $sick->hits;
        $sick->fault(on => 'read', from => $first + $block * $SECTORS,
            count => $SECTORS) if $block != $nameless;
        is_deeply([results($machine, @calls)], \@expected, $what);
        cmp_ok($sick->hits, '>', $hits, '  is asked for');
        $sick->heal;
    }
    is_deeply([results($machine, 'read:d/large', 'read:d/larger', 'read:e/x',
        'read:z/f', 'append:d/c:1')], [100_000, 300_000, 2, 2, 1],
        'when the disk is well again, all is');

    $sick->fault(on => 'read',
        from => $first + block_of('mv', 0) * $SECTORS, count => $SECTORS);
    like($machine->run('mv README r'), qr/^sh: mv: /m,
        'a program that cannot be read cannot be run');
    $sick->heal;
    unlike($machine->run('mv README r'), qr/sh: /, '  but once more');
    end_well($machine, 0);
    my $now = files_on($disk);
    delete @$now{qw(/r /d/c)};
    is_deeply($now, { map { $_ => $files->{$_} }
        grep { !m{^/(README|d/c)$} } keys %$files },
        'nothing but what was changed has changed');
};

# ---- Writing ----

my @calls = qw(mkdir:e/s create:e/f append:e/f:50000 write:d/a:3000
    rename:e/f:g link:d/b:h unlink:d/b truncate:d/c rename:e/s:d/s unlink:d/s
    append:g:60000 rename:g:d/a unlink:d/large mknod:n:7);

# What is on the disk after 0, 1, 2 ... of the calls, and the writes and flushes
# that they led to.
my (@states, @requests);
subtest 'a disk without errors' => sub {
    my $disk = new_disk();
    my $sick = SickDisk->new($disk);
    my $machine = Machine->boot(disk => $disk, drive => $sick->drive);
    $sick->requests;
    @states = files_on($disk);
    for my $call (@calls) {
        cmp_ok((results($machine, $call))[0], '>=', 0, $call);
        push @states, files_on($disk);
    }
    @requests = grep { $_->[0] ne 'read' } $sick->requests;
    end_well($machine, 0);
};

# What a request is for: to write a transaction, to make sure that it is on the
# medium, to bring blocks home.
sub purpose {
    my ($kind, $sector) = @{ $_[0] };
    return 'flush' if $kind eq 'flush';
    return $sector < $log_end ? 'log' : 'home';
}

# The n-th write or flush fails, and perhaps all that follow.
sub fail_at {
    my ($n, $how, $times) = @_;
    my $purpose = purpose($requests[$n]);
    my $title = 'request ' . ($n + 1) . " ($purpose) fails ($how), "
        . ($times ? 'once' : 'and all that follow');
    subtest $title => sub {
        my $disk = new_disk();
        my $sick = SickDisk->new($disk);
        my $machine = Machine->boot(disk => $disk, drive => $sick->drive);
        $sick->fault(on => 'write,flush', from => $first, skip => $n,
            how => $how, $times ? (times => $times) : ());
        my @results = results($machine, @calls);
        is($sick->hits, 1, 'one request fails, and none is made after that');
        my $done = grep { $_ >= 0 } @results;
        is_deeply([@results[$done .. $#calls]], [(-1) x (@calls - $done)],
            "$done calls return, and then each returns -1");
        is(join(' ', results($machine, 'mkdir:q', 'read:d/larger', 'read:e/x')),
            '-1 300000 2', 'one can go on reading');
        end_well($machine, 1);

        # The call that failed is there if what the log needs is on the disk.
        my $whole = $purpose eq 'flush' || $purpose eq 'log' && $how eq 'done';
        is_deeply(files_after_boot($disk), $states[$done + $whole],
            'after the next boot it is '
            . ($whole ? 'there in full' : 'not there at all'));
        unlink $disk;
    };
}

# Three of each purpose; with LECTERN_SOAK all, in all ways.
srand 25;
my @ways = map { [$_, 1], [$_, 0] } qw(fail torn done);
for my $purpose (qw(log flush home)) {
    my @places = grep { purpose($requests[$_]) eq $purpose } 0 .. $#requests;
    cmp_ok(scalar @places, '>', 2, "there are requests: $purpose");
    @places = @places[0, @places / 2, -1] if !$ENV{LECTERN_SOAK};
    for my $place (@places) {
        fail_at($place, @$_)
            for $ENV{LECTERN_SOAK} ? @ways : $ways[rand @ways];
    }
}

# Waits until something holds.
sub wait_for {
    my ($what, $test) = @_;
    my $deadline = time + $Conversation::LIMIT;
    until ($test->()) {
        die "$what does not happen\n" if time > $deadline;
        sleep 0.02;
    }
}

subtest 'several calls in one commit that fails' => sub {
    my $disk = new_disk();
    my $sick = SickDisk->new($disk);
    my $machine = Machine->boot(disk => $disk, drive => $sick->drive, smp => 2);
    # All that these calls read is in memory then.
    $machine->run('sick mkdir:p; ps');
    $sick->requests;
    $sick->fault(on => 'write', from => $first, how => 'hold', times => 1);
    $machine->run('sick mkdir:q0 &');
    wait_for('a commit', sub { $sick->holding });
    $machine->run("sick mkdir:q$_ &") for 1 .. 3;
    wait_for('that all wait', sub {
        return count($machine->run('ps'), qr/ sleeping .* sick /) == 4;
    });
    $sick->fault(on => 'write', from => $first);
    $sick->release;
    # Their output comes in any order, and behind any prompt.
    wait_for('the end of all', sub {
        $machine->read_some(0.1);
        return count($machine->output, qr/mkdir q\d +=/) == 4;
    });
    my %result = $machine->output =~ /mkdir (q\d) += (-?\d+)/g;
    is_deeply(\%result, { q0 => 0, q1 => -1, q2 => -1, q3 => -1 },
        'each returns -1');
    is(join(' ', map { $_->[0] } $sick->requests), 'write flush write',
        'there was one commit of all three');
    is_deeply([results($machine, 'mkdir:q4', 'read:README')], [-1, 8],
        'nobody can write any more, but read');
    end_well($machine, 1);
    my $after = files_after_boot($disk);
    is(join(' ', sort grep { m{^/[pq]} && $_ ne '/ps' } keys %$after), '/p /q0',
        'after the next boot they are not there');
};

subtest 'the disk is unplugged' => sub {
    my $disk = new_disk();
    my $sick = SickDisk->new($disk);
    my $machine = Machine->boot(disk => $disk, drive => $sick->drive);
    is_deeply([results($machine, 'read:README', 'links:d/a')], [8, 1],
        'some of it has been read');
    $machine->run('ls; cat README');
    $machine->type('halt 300');     # a wrong number, but halt is in memory then
    $machine->prompt;
    $sick->unplug;
    is_deeply([results($machine, 'mkdir:q', 'mkdir:q', 'read:d/larger',
        'read:README')], [-1, -1, -1, 8], 'what is in memory can be read');
    is($machine->run('cat README'), "read me\n", 'programs go on');
    end_well($machine, 1);
};

# ---- QEMU's own faults ----

# The same by QEMU's blkdebug driver.  Events are counted by changing a state
# with each.
subtest 'errors by blkdebug' => sub {
    my $disk = new_disk();
    my $sector = sub { return $first + block_of(@_) * $SECTORS };
    my ($always, $once) = ($sector->('d/large', 2), $sector->('e/x', 0));
    # States 1, 2, ...: as many writes have begun.  Init makes two files.
    my $nth = 5;
    write_file("$dir/faults",
        qq([inject-error]\nevent = "read_aio"\nsector = "$always"\n)
        . qq([inject-error]\nevent = "read_aio"\nsector = "$once"\n)
        . qq(once = "on"\n)
        . join('', map { qq([set-state]\nevent = "write_aio"\n)
            . qq(state = "$_"\nnew_state = ") . ($_ + 1) . qq("\n) } 1 .. $nth)
        . qq([inject-error]\nevent = "write_aio"\nstate = "$nth"\n));
    my $machine = Machine->boot(disk => $disk, drive => ['-drive',
        "file=blkdebug:$dir/faults:%s,format=raw,if=ide,"
        . 'rerror=report,werror=report']);
    is_deeply([results($machine,
        qw(read:d/large read:d/large read:e/x read:e/x))], [-1, -1, -1, 2],
        'reading: always, and once');
    my @results = results($machine, map { "mkdir:q$_" } 1 .. 6);
    my $done = grep { $_ == 0 } @results;
    note("@results");
    ok($done > 0 && $done < 6, 'writing: of the n-th request');
    is_deeply([@results[$done .. 5]], [(-1) x (6 - $done)],
        'it returns -1, and all that follow');
    end_well($machine, 1);
    my $after = files_after_boot($disk);
    is(scalar(grep { m{^/q\d} } keys %$after), $done,
        'what returned is there after the next boot, and no more');
};

# ---- Mounting ----

# A disk after a power cut, with transactions in its log.
my $cut = new_disk();
{
    my $machine = Machine->boot(disk => $cut);
    $machine->run("sick @calls[0 .. 5]");
    $machine->kill;
}
my $recovered = files_on($cut);
is_deeply($recovered, $states[6], 'a disk with a log to be replayed');

# What fails at mount, and what the kernel says to that.
my $root = $image->inode(1)->{addrs}[0];
for my $case (
    ['the superblock', 'read', 0, 'the superblock cannot be read'],
    ['a slot of the log', 'read', 1 + 3 * 32, 'the log cannot be read'],
    ['a block that goes home', 'write', $image->{inode_start},
        'the log cannot be replayed'],
    ['the slot that is cleared', 'write', 1, 'the disk cannot be written'],
    ['the flush', 'flush', 0, 'the disk cannot be written'],
    ['the inode of the root', 'read', $image->{inode_start},
        'the root directory is damaged'],
) {
    my ($what, $on, $block, $message) = @$case;
    subtest "while mounting: $what" => sub {
        my $disk = new_disk($cut);
        my $sick = SickDisk->new($disk);
        my $count = $what =~ /slot that/ ? 256 : 1;     # it may be any of them
        $sick->fault(on => $on, from => $first + $block * $SECTORS,
            count => $count * $SECTORS);
        my $machine = Machine->start(disk => $disk, drive => $sick->drive);
        $machine->expect(qr/^fs: .* stopped\..*\n/m);
        like($machine->output, qr/^fs: \Q$message\E$/m, "it says: $message");
        unlike($machine->output, qr/panic|starting sh/i, 'and stops');
        cmp_ok($sick->hits, '>', 0, 'after an error');
        $machine->kill;
        is_deeply(files_after_boot($disk), $recovered,
            'the next boot finds everything');
        unlink $disk;
    };
}

subtest 'while mounting: the root' => sub {
    my $disk = new_disk();
    my $sick = SickDisk->new($disk);
    $sick->fault(on => 'read', from => $first + $root * $SECTORS,
        count => $SECTORS);
    my $machine = Machine->start(disk => $disk, drive => $sick->drive);
    $machine->expect(qr{/init.*\n});
    unlike($machine->output, qr/^panic/m, 'no file can be found: it says so');
};

# ---- No answer ----

# QEMU stands still when a machine resets a drive that is still busy, until its
# disk answers; so this one does, after more than the 10 seconds that the kernel
# waits, and much more, as ticks are lost on a busy host.  All machines wait at
# the same time.
subtest 'no answer for 10 seconds' => sub {
    my $LATE = 25;
    my $block = $first + $last * $SECTORS;
    my @cases = (
        ['a read', 'read', $block, $LATE, 'read:e/x' => -1],
        ['a write of the log', 'write', $first, $LATE, 'mkdir:q' => -1],
        ['a flush', 'flush', $first, $LATE, 'mkdir:q' => -1],
        ['a read of 5 seconds', 'read', $block, 5, 'read:e/x' => 2],
        ['a flush of 5 seconds', 'flush', $first, 5, 'mkdir:q' => 0],
    );
    my $disk = new_disk();
    my $mount = SickDisk->new($disk);
    $mount->fault(on => 'read', from => $first, count => 1, how => 'hold',
        seconds => $LATE);
    # While it mounts, the kernel looks at the drive all the time.  So guest
    # time may go by as fast as instructions do.
    my $mounting = Machine->start(disk => $disk,
        drive => $mount->drive, extra => ['-icount', 'shift=7']);

    my @running;
    for my $case (@cases) {
        my ($what, $on, $from, $seconds, $call, $result) = @$case;
        my $disk = new_disk();
        my $sick = SickDisk->new($disk);
        my $machine = Machine->boot(disk => $disk, drive => $sick->drive);
        results($machine, 'read:README', 'create:README');
        $sick->fault(on => $on, from => $from, how => 'hold', times => 1,
            seconds => $seconds);
        $machine->type("sick $call");
        push @running, [$case, $machine, $sick, $disk];
    }
    for (@running) {
        my ($case, $machine, $sick, $disk) = @$_;
        my ($what, $on, $from, $seconds, $call, $result) = @$case;
        my $output = $machine->prompt;
        like($output, qr/= $result$/m, "$what: $call gives $result");
        is($sick->hits, 1, '  one request was late');
        is(count($output, qr/^disk timeout, sector \d+$/m),
            $seconds > 10 ? 1 : 0,
            '  the kernel says so once');
        # It may be on the disk or not; from then on the disk is well.
        my $failed = $result < 0 && $on ne 'read' ? 1 : 0;
        is_deeply([results($machine, 'mkdir:r', 'read:e/x', 'read:d/c')],
            [$failed ? -1 : 0, 2, 20_000], '  and the machine goes on');
        end_well($machine, $failed);
        my $after = files_after_boot($disk);
        delete @$after{qw(/q /r)};
        is_deeply($after, $files, '  nothing else is harmed');
    }

    $mounting->expect(qr/^fs: .* stopped\..*\n/m);
    is($mount->hits, 1, 'mounting: one request was late');
    like($mounting->output,
        qr/^disk timeout, sector $first\nfs: the superblock cannot be read$/m,
        '  it says so and stops');
};

done_testing();
