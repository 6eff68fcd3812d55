#!/usr/bin/env perl
# Whoever comes first, what is promised holds: processes that want the same
# things at the same time, on 1, 2, 4 and 8 CPUs, each a thread of the host, as
# QEMU has it unless told otherwise.  With LECTERN_SOAK they go on for long.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Machine;

my $ROUNDS = $ENV{LECTERN_SOAK} ? 1000 : 5;
my $LIMIT = $ENV{LECTERN_SOAK} ? 3600 : 300;

for my $debug (0, 1) {
    for my $cpus (1, 2, 4, 8) {
        my $machine = Machine->boot(debug => $debug, smp => $cpus);
        is($machine->run("races $ROUNDS", $LIMIT), "races: ok\n",
            "$cpus CPUs" . ($debug ? ', DEBUG' : ''));
        $machine->halt;
    }
}

done_testing();
