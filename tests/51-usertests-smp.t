#!/usr/bin/env perl
# Every promise of every system call holds on 4 CPUs: all of usertests, on
# the kernel as students run it.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Usertests qw(run_usertests);

run_usertests(smp => 4, mem => 128);
done_testing();
