# Lab::Machine - a machine that runs one test program, step by step the same in
# every run.
#
# Time in it counts instructions: one is a nanosecond.  All CPUs share one
# thread of the host and take turns.  So neither the host's speed nor its load
# changes what a program sees of another, and a budget of instructions means the
# same on every host.  While all CPUs are idle the machine's time goes on with
# the host's: if it jumped to the next tick, a slow disk of the host would look
# like one that never answers.  Such time is not counted against the budget.
package Lab::Machine;

use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;
use JSON::PP ();
use POSIX ();
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(sleep time);

use Lab::Gdb;

# Seconds of the host's time.  A machine that is found idle for $IDLE of them
# waits for what never comes; each second in which it works makes up for $WORK
# of these, as an idle machine's ticks are work, too.  One that needs more than
# $SLOW in all is on a host too slow to judge.
our ($IDLE, $WORK, $SLOW) = (40, 4, 300);

# The HPET counts this machine's time in 64 bits, whatever the guest does: the
# guest has no driver for it.  IA-PC HPET specification, "Register Overview".
my ($HPET_CONFIG, $HPET_COUNTER, $HPET_ENABLE, $HPET_NS) =
    (0xfed00010, 0xfed000f0, 1, 10);

# The code segment of user mode: its selector with the ring of a program.
my $USER_CS = 0x23;

# What lab_stop's first parameter says.
my ($INPUT, $REPORT, $END) = (1, 2, 3);

# The most a program may report at once.
my $REPORT_MAX = 65536;

# How much of the console is kept.
my $CONSOLE_MAX = 1 << 20;

# Starts a machine, which waits for run().  Options: image, folder for its
# sockets, cpus.
sub new {
    my ($class, %option) = @_;
    my $folder = $option{folder};
    unlink map { "$folder/$_" } qw(console qmp gdb);
    my %listener = map {
        $_ => IO::Socket::UNIX->new(Type => SOCK_STREAM, Listen => 1,
            Local => "$folder/$_") // die "$folder/$_: $!\n"
    } qw(console qmp);
    my @command = ($ENV{QEMU} // 'qemu-system-i386', '-accel', 'tcg',
        '-icount', 'shift=0', '-smp', $option{cpus}, '-m', 64,
        '-drive', "file=$option{image},format=raw,if=ide,cache=unsafe",
        '-display', 'none', '-nic', 'none', '-no-reboot', '-monitor', 'none',
        '-device', 'isa-debug-exit,iobase=0x501,iosize=2',
        '-chardev', "socket,id=console,path=$folder/console",
        '-serial', 'chardev:console',
        '-chardev', "socket,id=qmp,path=$folder/qmp", '-mon',
        'chardev=qmp,mode=control',
        '-chardev', "socket,id=gdb,path=$folder/gdb,server=on,wait=off",
        '-gdb', 'chardev:gdb', '-S');
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$folder/qemu.errors";
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    my $self = bless { pid => $pid, console => '', folder => $folder,
        kernel_stops => {} }, $class;
    for my $name (qw(console qmp)) {
        my $select = IO::Select->new($listener{$name});
        my $deadline = time + 60;
        until ($select->can_read(0.1)) {
            $self->fail_to_start if time > $deadline
                || waitpid($pid, POSIX::WNOHANG()) == $pid;
        }
        $self->{"$name\_socket"} = $listener{$name}->accept;
    }
    $self->{qmp} = '';
    eval {
        $self->qmp_line;        # its greeting
        $self->command('qmp_capabilities');
        my $gdb = $self->{gdb} = Lab::Gdb->new("$folder/gdb");
        $gdb->physical(1);
        $gdb->write($HPET_CONFIG, pack 'V', $HPET_ENABLE);
        $gdb->physical(0);
        1;
    } or $self->fail_to_start;
    return $self;
}

sub fail_to_start {
    my ($self) = @_;
    my $errors = do {
        open my $file, '<', "$self->{folder}/qemu.errors";
        local $/;
        $file ? <$file> : '';
    };
    die "QEMU does not start: $errors\n";
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!, $@);
    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
}

sub gdb { return $_[0]{gdb} }
sub console { return $_[0]{console} }

# The next line that QEMU says over QMP.
sub qmp_line {
    my ($self) = @_;
    while (1) {
        return JSON::PP::decode_json($1) if $self->{qmp} =~ s/^([^\n]*)\n//;
        sysread $self->{qmp_socket}, $self->{qmp}, 65536, length $self->{qmp}
            or die "the machine ended\n";
    }
}

sub command {
    my ($self, $name, %arguments) = @_;
    my $text = JSON::PP::encode_json({ execute => $name,
        (%arguments ? (arguments => \%arguments) : ()) });
    local $SIG{PIPE} = 'IGNORE';
    syswrite $self->{qmp_socket}, "$text\n";
    while (1) {
        my $line = $self->qmp_line;
        return $line->{return} if exists $line->{return};
        die "QEMU: $line->{error}{desc}\n" if $line->{error};
    }
}

# The machine's time in nanoseconds.
sub now {
    my ($self) = @_;
    my $text = $self->command('human-monitor-command',
        'command-line' => sprintf 'xp /2wx 0x%x', $HPET_COUNTER);
    my ($low, $high) = $text =~ /: 0x(\w+) 0x(\w+)/
        or die "QEMU shows no HPET\n";
    return ((hex($high) << 32) + hex $low) * $HPET_NS;
}

# Do all CPUs wait for an interrupt?
sub is_idle {
    my ($self) = @_;
    my $text = $self->command('human-monitor-command',
        'command-line' => 'info registers -a');
    return $text =~ /HLT=/ && $text !~ /HLT=0/;
}

# Reads what the console has said; returns false at its end.
sub read_console {
    my ($self) = @_;
    my $select = IO::Select->new($self->{console_socket});
    while ($select->can_read(0)) {
        my $n = sysread $self->{console_socket}, my $bytes, 65536;
        return 0 if !$n;
        $bytes =~ tr/\r//d;
        $self->{console} .= $bytes;
        substr($self->{console}, 0, -$CONSOLE_MAX) = ''
            if length $self->{console} > $CONSOLE_MAX;
    }
    return 1;
}

# Has the kernel stopped itself?  Then what it says is whole, or comes soon.
sub panicked {
    my ($self) = @_;
    return 0 if $self->{console} !~ /^panic: /m;
    my $deadline = time + 5;
    while ($self->{console} !~ /^This is a bug in the kernel/m
        && time < $deadline) {
        $self->read_console or last;
        sleep 0.02;
    }
    return 1;
}

# Runs the program until its end.  Options:
#   address  where lab_stop is
#   text     the program's text, from address 0 on: what must be in memory
#   budget   instructions
#   input    called for the bytes that the program asks for
#   report   called with (machine, bytes) of each report
# Returns how it ended: end, panic, budget, idle, slow, tampered or gone; and
# about how many instructions that took.
sub run {
    my ($self, %option) = @_;
    my ($end, $instructions) = ('', 0);
    $end = eval { $self->run_inside(\$instructions, %option) } // '';
    my $error = $@;
    sleep 0.05 if !$end;
    $self->read_console;
    return ('panic', $instructions) if $self->panicked;
    return ($end, $instructions) if $end;
    return ('gone', $instructions) if $error =~ /^the machine ended/;
    die $error;
}

sub run_inside {
    my ($self, $instructions, %option) = @_;
    my $gdb = $self->{gdb};
    my ($begin, $idle, $last, $looked) = (time, 0, 0, time);
    $gdb->break_at($option{address});
    $gdb->go;
    while (1) {
        my $stopped = $gdb->stopped(0.1);
        my $now = $self->now;
        my $passed = time - $looked;
        if ($self->is_idle) {
            $idle += $passed;
        } else {
            $$instructions += $now - $last;
            $idle -= $WORK * $passed;
            $idle = 0 if $idle < 0;
        }
        ($last, $looked) = ($now, $looked + $passed);
        $self->read_console;
        return 'panic' if $self->{console} =~ /^panic: /m;
        return 'budget' if $$instructions > $option{budget};
        if ($stopped) {
            my $end = $self->at_stop(\%option);
            return $end if $end;
            $gdb->go;
        }
        return 'idle' if $idle > $IDLE;
        return 'slow' if time - $begin > $SLOW;
    }
}

# Stops at an instruction of the kernel, too, and calls `look` with the
# registers there, until it returns false.
sub stop_in_kernel {
    my ($self, $address, $look) = @_;
    $self->{kernel_stops}{$address} = $look;
    $self->{gdb}->break_at($address);
}

sub at_kernel_stop {
    my ($self, $registers) = @_;
    my ($gdb, $address) = ($self->{gdb}, $registers->{eip});
    my $again = $self->{kernel_stops}{$address}->($registers);
    $gdb->unbreak($address);
    $gdb->step;
    $gdb->break_at($address) if $again;
}

# One stop of the machine.  Returns how the run ends if it does.
sub at_stop {
    my ($self, $option) = @_;
    my $gdb = $self->{gdb};
    my $registers = $gdb->registers;
    if ($self->{kernel_stops}{ $registers->{eip} }) {
        $self->at_kernel_stop($registers);
        return '';
    }
    # Another program may have other code at this address.
    my $address = $option->{address};
    return '' if $registers->{eip} != $address;
    my $text = $option->{text};
    my $here = $gdb->read($address, 2);
    if ($registers->{cs} != $USER_CS || ($here // '') ne substr $text, $address,
        2) {
        $gdb->unbreak($address);
        $gdb->step;
        $gdb->break_at($address);
        return '';
    }
    return 'tampered' if ($gdb->read(0, length $text) // '') ne $text;

    my $stack = $gdb->read($registers->{esp}, 16) // return 'tampered';
    my (undef, $kind, $buffer, $n) = unpack 'V4', $stack;
    return 'end' if $kind == $END;
    if ($kind == $INPUT) {
        $gdb->write($buffer, substr $option->{input}->() . "\0" x $n, 0, $n);
    } elsif ($kind == $REPORT && $n <= $REPORT_MAX) {
        $option->{report}->($self, $gdb->read($buffer, $n) // '');
    }
    # On, behind the nop.
    $gdb->set_register(eip => $address + 1);
    return '';
}

1;
