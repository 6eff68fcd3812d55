#!/usr/bin/env perl
# Every promise of every system call holds on 4 CPUs: all of usertests, on
# the DEBUG kernel, which checks itself as it goes.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Usertests qw(run_usertests);

run_usertests(smp => 4, mem => 128, debug => 1);
done_testing();
