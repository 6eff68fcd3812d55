#!/usr/bin/env perl
# A student adds a system call, with one line in the list and a body, and a
# course's tester runs its programs on it: those lie in the top folder, the
# Makefile has another name, the machine runs at a terminal of the tester, and
# what counts is a line of output.  The call is at once known to our programs
# and to both kinds of xv6 programs.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use File::Copy ();
use Terminal;
use Tree qw(capture copy_tree read_file write_file);

plan skip_all => 'pseudo-terminals are opened the way Linux does it'
    if $^O ne 'linux';

my $dir = copy_tree(with_build => 1);

# What the student writes: how often read has been called since the boot.
my $list = read_file("$dir/include/syscall.h");
my ($last) = sort { $b <=> $a } $list =~ /^SYSCALL\((\d+)/mg;
write_file("$dir/include/syscall.h",
    $list . 'SYSCALL(' . ($last + 1) . ", int, getreadcount, (void))\n");
my $bodies = read_file("$dir/kernel/syscall/sysfile.c");
my $changed = $bodies =~ s/^int\nsys_read\(void\)\n\{\n/static int nreads;

int
sys_getreadcount(void)
{
    return __atomic_load_n(&nreads, __ATOMIC_RELAXED);
}

int
sys_read(void)
{
    __atomic_fetch_add(&nreads, 1, __ATOMIC_RELAXED);
/mr;
isnt($changed, $bodies, 'sys_read is where it is expected');
write_file("$dir/kernel/syscall/sysfile.c", $changed);

# What the course brings along.
File::Copy::copy("$dir/tests/xv6/readcount/$_.c", "$dir/test_$_.c")
    for qw(alone crowd own);
rename "$dir/Makefile", "$dir/Makefile.test" or die "rename: $!\n";

my ($status, $output) = capture({ dir => $dir }, 'make', '-f', 'Makefile.test',
    '-j2',
    'WERROR=1', 'xv6.img', 'fs.img');
is($status, 0, 'all is built') or die($output);

# The tester's way of running a program.
sub output_of {
    my ($program, $cpus) = @_;
    my $terminal = Terminal->start($dir, 'make', '-f', 'Makefile.test',
        'qemu-nox',
        "CPUS=$cpus");
    $terminal->expect(qr/init: starting sh\n\$ \z/);
    my $text = $terminal->run($program);
    $terminal->send("\cAx");
    is($terminal->ending, 0, "$program on $cpus CPUs: Ctrl-a x ends it");
    return join '', map { "$_\n" } $text =~ /^XV6_TEST_OUTPUT (.*)$/mg;
}

is(output_of('test_alone', 1), "50 0\n",
    'each read counts once, nothing else does');
is(output_of('test_crowd', 2), "80000\n", 'no read is lost between CPUs');
is(output_of('test_own', 1), "1\n",
    "Lectern's own programs know the call, too");

done_testing();
