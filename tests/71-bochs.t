#!/usr/bin/env perl
# The same image boots in Bochs, an emulator with another BIOS, another IDE
# controller and a stricter serial line, and is of use there.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Bochs;
use Tree qw(built capture);

my ($missing) = capture('sh', '-c', 'command -v ' . ($ENV{BOCHS} // 'bochs'));
is($missing, 0, 'Bochs is there: else install the packages bochs and bochsbios')
    or die "no bochs\n";

my $bochs = Bochs->start(built('lectern.img'));
$bochs->prompt;
like($bochs->output, qr/^cpus: 1 started$/m, 'it boots');
like($bochs->run('ls'), qr/^README$/m, 'ls');
is($bochs->run('echo hello | cat > f; cat f'), "hello\n", 'files and pipes');
my $tap = $bochs->run('usertests fork: pipe: fpu:');
my ($planned) = $tap =~ /^1\.\.(\d+)$/m;
my @passed = $tap =~ /^ok \d+/mg;
cmp_ok(scalar @passed, '>', 20, 'some of usertests run there');
is(scalar @passed, $planned, 'and all of these pass') or diag($tap);
done_testing();
