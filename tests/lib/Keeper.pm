# Keeper - no program that a test starts outlives the test.
#
# spawn() starts a program and reports its pid to a keeper process, over a
# pipe that only the test holds open.  However the test ends (even by kill -9),
# the pipe closes; the keeper then ends what is left and itself.
package Keeper;

use strict;
use warnings;
use Exporter qw(import);
use IO::Handle;
use POSIX ();

our @EXPORT_OK = qw(has_ended leave reap spawn);

my $report;     # the pipe's writing end
my %status;     # wait status of each pid that has ended, until it is reaped

sub start_keeper {
    pipe my $reader, $report or die "pipe: $!\n";
    $report->autoflush(1);
    STDOUT->flush;
    STDERR->flush;
    my $pid = fork // die "fork: $!\n";
    return if $pid;

    # The keeper ignores ^C, and must not hold the test's output open.
    close $report;
    $SIG{$_} = 'IGNORE' for qw(INT TERM HUP PIPE);
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    my %running;
    while (my $line = <$reader>) {
        my ($sign, $child) = $line =~ /^([+-])(\d+)$/ or next;
        $sign eq '+' ? $running{$child} = 1 : delete $running{$child};
    }
    kill 'KILL', keys %running if %running;
    POSIX::_exit(0);
}

# Now, before the test opens any file that the keeper would inherit.
start_keeper();

# Starts a program: in the child, prepare() connects its files, and the list is
# executed.  Returns the pid.
sub spawn {
    my ($prepare, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        $prepare->();
        { no warnings 'exec'; exec { $command[0] } @command }
        print STDERR "$command[0]: $!\n";
        POSIX::_exit(127);
    }
    print $report "+$pid\n";
    return $pid;
}

# For a process that is forked but not spawned: it may outlive the test, which
# the keeper then must not wait for.
sub leave { close $report }

# Has the program ended?  Then its pid is free for others, so the keeper must
# forget it.
sub has_ended {
    my ($pid) = @_;
    return 1 if exists $status{$pid};
    return 0 if waitpid($pid, POSIX::WNOHANG()) != $pid;
    $status{$pid} = $?;
    print $report "-$pid\n";
    return 1;
}

# Waits for a program that is ending and returns its wait status.  One that is
# still there after the limit, in seconds, is killed.
sub reap {
    my ($pid, $limit) = @_;
    my $deadline = time + $limit;
    while (!has_ended($pid)) {
        kill 'KILL', $pid if time > $deadline;
        select undef, undef, undef, 0.01;
    }
    return delete $status{$pid};
}

1;
