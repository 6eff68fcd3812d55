# Usertests - runs the guest's own tests and repeats each result as one of ours.
package Usertests;

use strict;
use warnings;
use Exporter qw(import);
use Test::More;

use Machine;

our @EXPORT_OK = qw(run_usertests);

# Runs all of usertests on a machine with the options given.
sub run_usertests {
    my (%option) = @_;
    my $machine = Machine->boot(%option);
    # With LECTERN_SOAK set the tests that take minutes run, too.
    my $soak = $ENV{LECTERN_SOAK};
    my $tap = $machine->run($soak ? 'usertests -a' : 'usertests',
        $soak ? 3600 : 900);

    my ($planned) = $tap =~ /^1\.\.(\d+)$/m;
    cmp_ok($planned // 0, '>=', 100, 'usertests plans at least 100 tests');
    my ($result, $number, @failed) = (undef, 0);
    for my $line (split /\n/, $tap) {
        if (my ($not, $n, $rest) = $line =~ /^(not )?ok (\d+)(?: - (.*))?$/) {
            $number++;
            $result = !$not && $n == $number;
            ok($result, $rest // "test $n");
            push @failed, $rest if !$result;
        } elsif (defined $result && !$result) {
            diag($line);        # what it expected and what it saw
        }
    }
    is($number, $planned // -1, 'as many as planned have run');
    diag("its whole output:\n$tap") if !$number;

    # What failed, once more and alone, to tell a weak test from a broken
    # promise.
    for my $name (map { s/ # .*//r } @failed[0 .. ($#failed < 4
        ? $#failed : 4)]) {
        diag("once more: usertests $name");
        diag(eval { $machine->run("usertests '$name'",
            100) } // "it hangs: $@");
        $machine->send("\cC"), $machine->prompt if $@;
    }
    unlike($machine->output, qr/^panic:|assertion failed/m,
        'the kernel finds no bug in itself');
    is($machine->run('echo alive'), "alive\n", 'the machine is well');
    $machine->halt;
}

1;
