# BootTimes - where the time goes from power-on to the prompt.
#
# Through QEMU's socket for debuggers we have the machine stop where the boot
# sector begins and where the kernel begins, and look at the clock.  A stop
# costs some 0.1 ms.
package BootTimes;

use strict;
use warnings;
use Exporter qw(import);
use IO::Socket::UNIX;
use List::Util qw(min);
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(sleep time);

use Conversation;
use Machine;
use Tree qw(capture);

our @EXPORT_OK = qw(shortest_times);

use constant BOOT_SECTOR => 0x7c00;

# The physical address at which the boot block enters a kernel.
sub kernel_entry {
    my ($kernel) = @_;
    my ($status, $symbols) = capture($ENV{NM} // 'nm', $kernel);
    return $symbols =~ /^(\w+) \w entry_physical$/m
        ? hex $1 : die "nm does not find the kernel's entry\n";
}

# What the debugger's protocol wraps around a command (GDB manual, "Remote
# Protocol").  Waits for the answer.
sub ask {
    my ($gdb, $command, $answer) = @_;
    $gdb->send(sprintf '$%s#%02x', $command, unpack('%8C*', $command));
    $gdb->expect($answer);
    $gdb->send('+');
}

sub run_to {
    my ($gdb, $address) = @_;
    my $breakpoint = sprintf '1,%x,1', $address;
    ask($gdb, "Z$breakpoint", qr/\$OK#../);
    ask($gdb, 'c', qr/\$T\w\w[^#]*#../);
    my $now = time;
    ask($gdb, "z$breakpoint", qr/\$OK#../);
    return $now;
}

# QEMU makes its socket for debuggers a little after it connects to ours.
sub connection {
    my ($path) = @_;
    for (1 .. 100 * $Conversation::LIMIT) {
        my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path);
        return $socket if $socket;
        sleep 0.01;
    }
    die "no connection to QEMU: $!\n";
}

# Boots a machine with the options of Machine->start.  Returns milliseconds:
# until the boot sector runs, then until the kernel does, then until the prompt.
sub boot_times {
    my ($kernel, %option) = @_;
    my $entry = kernel_entry($kernel);
    my $machine = Machine->start(%option, gdb => 1);
    my $gdb = Conversation->new(connection($machine->gdb_socket));
    my @times = time;
    push @times, run_to($gdb, $_) for BOOT_SECTOR, $entry;
    $gdb->send('$c#63');
    $machine->prompt;
    push @times, time;
    return map { 1000 * ($times[$_] - $times[$_ - 1]) } 1 .. $#times;
}

# The same, of each part the shortest time in some boots.
sub shortest_times {
    my ($runs, @arguments) = @_;
    my @shortest = boot_times(@arguments);
    for (2 .. $runs) {
        my @times = boot_times(@arguments);
        @shortest = map { min($times[$_], $shortest[$_]) } 0 .. $#times;
    }
    return @shortest;
}

1;
