#!/usr/bin/env perl
# The power cuts on the host have teeth: plant a mistake in a copy of the log's
# source, and they find that what a call had done is lost, or half of it is
# there.  Nothing is found in the source as it is.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use HostFs qw(build_host compile link_host run_host);
use Time::HiRes qw(time);
use Tree qw($top plant read_file temp_dir write_file);

# What is run, in this order, until something fails.
my @PARTS = (torn => 1, 1, lives => 1, 100, rounds => 1, 1);

# Each mistake: what it is, a file of kernel/fs, and what is put in the place of
# which text.  Each text must be there exactly once.
my @mistakes = (
    ['a commit without a flush', 'log.c',
        "1 + header->count) < 0)\n        return -1;\n"
            . '    return disk_flush();'
            => "1 + header->count) < 0)\n        return -1;\n    return 0;"],
    ['the checksum ignored', 'mount.c',
        'if (memcmp(stored, right, sizeof(stored)) == 0)' => ''],
    ['blocks sent home before the flush of their commit', 'log.c',
        "static int\nwrite_slot(void)"
            => "static int write_home(void);\n\nstatic int\nwrite_slot(void)",
        "1 + header->count) < 0)\n        return -1;\n"
            => "1 + header->count) < 0 || write_home() < 0)\n"
                . "        return -1;\n"],
    ['a slot reused before its home writes were flushed', 'log.c',
        'log.number - log.home >= LOG_SLOTS - 1'
            => 'log.number - log.home >= LOG_SLOTS',
        'assert(number - log.home <= LOG_SLOTS);' => ''],
    ['home said to be so before the home writes were flushed', 'log.c',
        'log.written = log.number;'
            => "log.home = log.written = log.number;\n    unpin_home();"],
    ['uncommitted contents sent home', 'log.c',
        "    buf->entry.valid = true;\n}"
            => "    buf->entry.valid = true;\n    if (log.nundo > 1)\n"
                . "        write_home();\n}"],
    ['numbers started again at mount', 'mount.c',
        'log_start(last, pages);' => 'log_start(0, pages);'],
    ['a torn header left in place by recovery', 'mount.c',
        'disk_write(slot_sector(*last + 1), pages, 1) < 0' => 'false'],
    ['the clearing of the log not flushed', 'mount.c',
        "pages, 1) < 0 ||\n        disk_flush() < 0)" => 'pages, 1) < 0)'],
);

# This one needs a rare chain of cuts.
if ($ENV{LECTERN_SOAK}) {
    @PARTS = (@PARTS[0 .. 2], lives => 1, 3000, rounds => 1, 2);
    push @mistakes, ['the log cleared before the replay was flushed', 'mount.c',
        'if (disk_flush() < 0 || disk_write(' => 'if (disk_write('];
}

my $dir = temp_dir();
my @options = ('-O1');
my ($status, $output) = run_host(build_host($dir, \@options), @PARTS);
is($status, 0, 'nothing is found in the source as it is') or diag($output);

for (@mistakes) {
    my ($what, $name, @changes) = @$_;
    my $planted = temp_dir();
    write_file("$planted/$name",
        plant("kernel/fs/$name", read_file("$top/kernel/fs/$name"),
            @changes));
    compile($dir, \@options, "$planted/$name");
    my $program = link_host($dir, \@options);
    my $start = time;
    ($status, $output) = run_host($program, @PARTS);
    my ($reason) = $output =~ /^hostfs: (?:process 0: )?(.*)$/m;
    is($status, 1, "$what is found") or diag($output);
    like($output,
        qr/in full|half of a write|in no good state|cannot be mounted/,
        '  as a call that is lost or half done') or diag($output);
    note(sprintf '%.1f s: %s', time - $start, $reason // '');
    compile($dir, \@options, "$top/kernel/fs/$name");
}

done_testing();
