# Lab::Machine - a machine that runs one test program, step by step the same in
# every run.
#
# Time in it counts instructions: one is a nanosecond, or eight of them where
# the schedule is drawn from a number; a run that needs many ticks of the clock
# may say `shift`, and one is 2 ** shift.  All CPUs share one thread of the host
# and take turns.  So neither the host's speed nor its load changes what a
# program sees of another, and a budget of instructions means the same on every
# host.  While all CPUs are idle the machine's time goes on with the host's: if
# it jumped to the next tick, a slow disk of the host would look like one that
# never answers.  Such time is not counted against the budget.  Under a drawn
# schedule time does jump, as the disk is memory: each number gives one run,
# always the same from the first process on.
package Lab::Machine;

use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;
use JSON::PP ();
use List::Util qw(max);
use POSIX ();
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(sleep time);

use Lab::Gdb;
use Lab::Sandbox;

# Seconds of the host's time.  A machine that is found idle for $IDLE of them
# waits for what never comes; each second in which it works makes up for $WORK
# of these, as an idle machine's ticks are work, too.  One that needs more than
# $SLOW in all is on a host too slow to judge.
our ($IDLE, $WORK, $SLOW) = (40, 4, 300);

# Seconds for which CPUs are waited for while another one stands still.
my $OTHERS = 5;

# A second of this host's CPU counts as so many instructions at least.  A
# machine executes far fewer where it spins with `pause` for a lock that nobody
# releases, or only prints: to the end of its budget it would take many minutes.
our $LEAST = 60e6;

# The HPET counts this machine's time in 64 bits, whatever the guest does: the
# guest has no driver for it.  IA-PC HPET specification, "Register Overview".
my ($HPET_CONFIG, $HPET_COUNTER, $HPET_ENABLE, $HPET_NS) =
    (0xfed00010, 0xfed000f0, 1, 10);

# The code segment of user mode: its selector with the ring of a program.
my $USER_CS = 0x23;

# What lab_stop's first parameter says.
my ($INPUT, $REPORT, $END) = (1, 2, 3);

# The most bytes that a program may ask for or report at once, and in all.
my ($REPORT_MAX, $EXCHANGE_MAX) = (65536, 16 << 20);

# In what the system counts them.
my $TICKS = POSIX::sysconf(POSIX::_SC_CLK_TCK());

# How much of the console is kept; and how much a machine may print.
my $CONSOLE_MAX = 1 << 20;
our $FLOOD = 8 << 20;

# What QEMU needs for a machine: with CPUs that take turns; or, with a schedule,
# for the kernel that draws it from this number.  The latter is as for `make
# qemu SCHED=number`, whose kernel looks for the number and the disk there.
my ($MAGIC, $SEED_AT, $DISK_AT) = (0x44454553, 0x3ff000, 0xc00000);
sub kind {
    my (%option) = @_;
    return ('-icount', 'shift=' . ($option{shift} // 0),
        '-smp', $option{cpus}, '-m', 64)
        if !$option{schedule};
    return ('-icount', 'shift=3,sleep=off', '-smp', 1, '-m', 24,
        '-device', "loader,addr=$SEED_AT,data=$MAGIC,data-len=4",
        '-device', 'loader,addr=' . ($SEED_AT + 4)
            . ",data=$option{schedule},data-len=4",
        '-device', "loader,file=$option{image},addr=$DISK_AT,force-raw=on");
}

# Starts a machine, which waits for run().  Options: image, folder for its
# sockets, cpus or schedule, shift, sandbox, drive (QEMU's words for the disk).
sub new {
    my ($class, %option) = @_;
    my $folder = $option{folder};
    unlink map { "$folder/$_" } qw(console qmp gdb);
    my %listener = map {
        $_ => IO::Socket::UNIX->new(Type => SOCK_STREAM, Listen => 1,
            Local => "$folder/$_") // die "$folder/$_: $!\n"
    } qw(console qmp);
    my @command = ($ENV{QEMU} // 'qemu-system-i386', '-accel', 'tcg',
        kind(%option),
        @{ $option{drive} // ['-drive',
            "file=$option{image},format=raw,if=ide,cache=unsafe"] },
        '-display', 'none', '-nic', 'none', '-no-reboot', '-monitor', 'none',
        '-device', 'isa-debug-exit,iobase=0x501,iosize=2',
        '-chardev', "socket,id=console,path=$folder/console",
        '-serial', 'chardev:console',
        '-chardev', "socket,id=qmp,path=$folder/qmp", '-mon',
        'chardev=qmp,mode=control',
        '-chardev', "socket,id=gdb,path=$folder/gdb,server=on,wait=off",
        '-gdb', 'chardev:gdb', '-S');
    my $sandbox = $option{sandbox} // Lab::Sandbox->none;
    $sandbox->give($folder);
    @command = $sandbox->command({ kind => 'boot', folder => $folder,
        write => [$folder] }, @command);
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$folder/qemu.errors";
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    my $self = bless { sandbox => $sandbox, pid => $pid, console => '',
        folder => $folder,
        kernel_stops => {},
        nanoseconds => $option{schedule} ? 8 : 1 << ($option{shift} // 0) },
        $class;
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
    # At the end of the program the sandbox may be gone first.
    return kill 'KILL', $self->{pid} if !$self->{sandbox};
    $self->{sandbox}->end($self->{pid});
    # The first process of a sandbox may be gone before the machine is, whose
    # console then is still open.
    my $console = $self->{console_socket} // return;
    my $select = IO::Select->new($console);
    while ($select->can_read(5)) {
        sysread $console, my $bytes, 65536 or last;
    }
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

# How many seconds of this host's CPU a process and its children have used, as
# far as this system tells.
sub cpu_seconds {
    my ($pid) = @_;
    open my $file, '<', "/proc/$pid/stat" or return 0;
    my @values = split ' ', (<$file> // '') =~ s/^.*\)//sr;
    my $sum = (($values[11] // 0) + ($values[12] // 0)) / $TICKS;
    open my $children, '<', "/proc/$pid/task/$pid/children" or return $sum;
    $sum += cpu_seconds($_) for split ' ', <$children> // '';
    return $sum;
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
    # One that prints without end gives time to others, too.
    for (1 .. 16) {
        return 1 if !$select->can_read(0);
        my $n = sysread $self->{console_socket}, my $bytes, 65536;
        return 0 if !$n;
        $self->{printed} += $n;
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
#   text     the program's text, by address and bytes: what must be in memory
#   budget   instructions
#   input    called for the bytes that the program asks for
#   report   called with (machine, bytes) of each report
# Returns how it ended: end, panic, no files, budget, idle, slow, tampered or
# gone; and about how many instructions that took.
sub run {
    my ($self, %option) = @_;
    my ($end, $instructions) = ('', 0);
    $end = eval { $self->run_inside(\$instructions, %option) } // '';
    my $error = $@;
    # They may hold this machine, which would then never go.
    $self->{kernel_stops} = {};
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
    my ($begin, $idle, $last, $looked, $used) = (time, 0, 0, time, 0);
    $gdb->break_at($option{address});
    $gdb->go;
    while (1) {
        my $stopped = $gdb->stopped(0.1);
        my $now = $self->now;
        my $passed = time - $looked;
        my $cpu = cpu_seconds($self->{pid});
        if ($self->is_idle) {
            $idle += $passed;
        } else {
            $$instructions += max(($now - $last) / $self->{nanoseconds},
                $LEAST * ($cpu - $used));
            $idle -= $WORK * $passed;
            $idle = 0 if $idle < 0;
        }
        ($last, $looked, $used) = ($now, $looked + $passed, $cpu);
        $self->read_console;
        return 'panic' if $self->{console} =~ /^panic: /m;
        return 'no files' if $self->{console} =~ /^fs: there are no files to/m;
        return 'flood' if ($self->{printed} // 0) > $FLOOD;
        return 'budget' if $$instructions > $option{budget};
        if ($stopped) {
            my $end = $self->at_stop(\%option);
            return $end if $end;
            $gdb->go;
        }
        if ($idle > $IDLE) {
            $self->show_processes;
            return 'idle';
        }
        return 'slow' if time - $begin > $SLOW;
    }
}

# Has the kernel print who sleeps and where, as ^P at its keyboard does, if it
# can.
sub show_processes {
    my ($self) = @_;
    my ($before, $until) = (length $self->{console}, time + $OTHERS);
    syswrite $self->{console_socket}, "\cP" or return;
    while ($self->read_console && time < $until) {
        last if substr($self->{console}, $before) =~ /^ +1 .*\n(?!.*\S)/m;
        sleep 0.1;
    }
}

# Stops at an instruction of the kernel, too, and calls `look` with the
# registers there and this machine, until it returns false.
sub stop_in_kernel {
    my ($self, $address, $look) = @_;
    $self->{kernel_stops}{$address} = $look;
    $self->{gdb}->break_at($address);
}

# Lets the other CPUs go on while the one that has stopped in the kernel stands
# there, for so many nanoseconds.  Returns true if one of them gets to such a
# place, too: then no lock keeps it out.
sub others_arrive {
    my ($self, $nanoseconds) = @_;
    my $gdb = $self->{gdb};
    my $standing = $gdb->{thread};
    my ($end, $deadline) = ($self->now + $nanoseconds, time + $OTHERS);
    $gdb->go_others or return 0;
    my $stopped;
    until ($stopped = $gdb->stopped(0.002)) {
        last if $self->now > $end || time > $deadline;
    }
    my $arrived = $stopped && $self->{kernel_stops}{ $gdb->registers->{eip} };
    $stopped ? $gdb->look_at($standing) : $gdb->stop_at($standing);
    return $arrived ? 1 : 0;
}

sub at_kernel_stop {
    my ($self, $registers) = @_;
    my ($gdb, $address) = ($self->{gdb}, $registers->{eip});
    my $again = $self->{kernel_stops}{$address}->($registers, $self);
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
    my $built = substr $text->{bytes}, $address - $text->{address}, 2;
    if ($registers->{cs} != $USER_CS || ($here // '') ne $built) {
        $gdb->unbreak($address);
        $gdb->step;
        $gdb->break_at($address);
        return '';
    }
    my $all = $gdb->read($text->{address}, length $text->{bytes});
    return 'tampered' if ($all // '') ne $text->{bytes};

    my $stack = $gdb->read($registers->{esp}, 16) // return 'tampered';
    my (undef, $kind, $buffer, $n) = unpack 'V4', $stack;
    return 'end' if $kind == $END;
    # What is asked for here is the guest's to say.
    return 'flood' if $n > $REPORT_MAX
        || ($self->{exchanged} += $n) > $EXCHANGE_MAX;
    if ($kind == $INPUT) {
        $gdb->write($buffer, substr $option->{input}->() . "\0" x $n, 0, $n);
    } elsif ($kind == $REPORT) {
        $option->{report}->($self, $gdb->read($buffer, $n) // '');
    }
    # On, behind the nop.
    $gdb->set_register(eip => $address + 1);
    return '';
}

1;
