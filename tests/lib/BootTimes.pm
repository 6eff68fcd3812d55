# BootTimes - where the time goes from power-on to the prompt, and how much of
# it each page of memory takes.
#
# Through QEMU's socket for debuggers we have the machine stop at some places,
# such as where the boot sector begins and where the kernel begins, and look at
# the clock.  A stop costs some 0.1 ms.
package BootTimes;

use strict;
use warnings;
use Exporter qw(import);
use IO::Socket::UNIX;
use List::Util qw(min);
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(sleep time);

use Conversation;
use ExecutionLog;
use Machine;
use Tree qw(capture temp_dir);

our @EXPORT_OK = qw(cost_of_pages shortest_times);

use constant { BOOT_SECTOR => 0x7c00, PAGES_IN_MB => 256 };

# The symbols of a kernel, as nm prints them.
sub symbols_of {
    my ($kernel) = @_;
    my ($status, $symbols) = capture($ENV{NM} // 'nm', $kernel);
    return $status ? die "nm failed:\n$symbols" : $symbols;
}

sub address_of {
    my ($symbols, $name) = @_;
    return $symbols =~ /^(\w+) \w $name$/m
        ? hex $1 : die "The kernel has no $name.\n";
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
    # The boot block enters it at its physical address.
    my $entry = address_of(symbols_of($kernel), 'entry_physical');
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

# What the kernel executes where it looks at memory, from the first kinit to what
# follows the second: the number of instructions by function.
sub kinit_instructions {
    my ($symbols, %option) = @_;
    my $machine = Machine->start(%option, gdb => 1, monitor => 1);
    my $gdb = Conversation->new(connection($machine->gdb_socket));
    my $path = temp_dir() . '/log';
    run_to($gdb, address_of($symbols, 'kinit'));
    $machine->monitor("logfile $path");
    $machine->monitor('log in_asm,exec,nochain');
    run_to($gdb, address_of($symbols, 'acpi_init'));
    $machine->monitor('log none');
    open my $file, '<', $path or die "$path: $!\n";
    my $log = ExecutionLog->new(ExecutionLog::symbols($symbols), []);
    my $paths = $log->profile($file, whole => 1);
    my %function;
    $function{ s/.*;//r } += $paths->{$_} for keys %$paths;
    return %function;
}

# The instructions that one more page of memory takes while the kernel starts,
# by function: what a larger machine executes beyond a smaller one.  All that
# does not grow with memory cancels out, so this is exact.
sub cost_of_pages {
    my ($kernel, %option) = @_;
    my ($small, $large) = (32, 64);
    my $symbols = symbols_of($kernel);
    my %before = kinit_instructions($symbols, %option, mem => $small);
    my %cost = kinit_instructions($symbols, %option, mem => $large);
    $cost{$_} = ($cost{$_} - ($before{$_} // 0))
        / ($large - $small) / PAGES_IN_MB for keys %cost;
    return %cost;
}

1;
