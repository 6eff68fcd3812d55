#!/usr/bin/env perl
# tools/setup does nothing where nothing is missing.  Without root it says what to
# do, and with --prefix an unprivileged user gets a working toolchain.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use POSIX ();
use Tree qw($top capture copy_tree);

my ($status, $output) = capture({ dir => $top }, 'tools/setup');
is($status, 0, 'nothing is missing here') or diag($output);
unlike($output, qr/^\+ /m, 'so nothing is run');
($status, $output) = capture({ dir => $top }, 'tools/setup', '--nonsense');
is($status, 2, 'an unknown option is refused');
like($output, qr/usage/, 'with the usage');

done_testing();
