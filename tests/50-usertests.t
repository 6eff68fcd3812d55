#!/usr/bin/env perl
# Every promise of every system call holds on one CPU: all of usertests, on
# the kernel as students run it.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Usertests qw(run_usertests);

run_usertests(smp => 1, mem => 128);
done_testing();
