# Recording - a session of a machine that can be replayed to the instruction.
#
#     my $session = Recording->start($dir, image => 'build/lectern.img',
#         kernel => 'build/kernel.elf');
#     $session->run('ls');              # it is a Conversation
#     $session->finish;
#
# The folder then has all that a replay needs: the disk as it was at the start,
# what the session changes, what came from outside and at which instruction, the
# kernel with its symbols, and the console's output.  To replay it start QEMU
# with replay_arguments($dir), sockets($dir) and a serial line, then keep_awake.
#
# What QEMU can record: one CPU, whose time counts instructions, and a disk
# whose answers it dates.  The virtual APIC of other hypervisors is off, as it
# would keep some steps backwards from ending.
package Recording;

use strict;
use warnings;
use parent 'Machine';

use File::Copy qw(copy);
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(sleep time);

use Conversation;
use Keeper qw(has_ended leave reap spawn);
use Qcow;
use Tree qw(read_file write_file);

use constant FILES => qw(disk.img changes.qcow2 events kernel.elf console.txt
    settings errors output keys gdb monitor);

my $BOOT_LIMIT = 15;            # seconds until a machine is given up

# The arguments that recording and replay share.  MB of memory; what it does.
sub arguments {
    my ($dir, $mem, $what) = @_;
    return ('-accel', 'tcg', '-m', $mem, '-smp', 1, '-display', 'none',
        '-nic', 'none', '-no-reboot',
        '-global', 'apic.vapic=off',
        '-drive', "file=$dir/changes.qcow2,if=none,format=qcow2,id=changes",
        '-drive', 'driver=blkreplay,if=none,image=changes,id=disk',
        '-device', 'ide-hd,drive=disk,bus=ide.0',
        '-icount',
        "shift=8,rr=$what,rrfile=$dir/events,rrsnapshot=init",
        # A machine that ends stays, so that it can be looked at.
        $what eq 'replay' ? ('-no-shutdown', '-S') : ());
}

sub qemu {
    return $ENV{QEMU} if defined $ENV{QEMU};
    for my $name (qw(qemu-system-i386 qemu-system-x86_64)) {
        return $name if grep { -x "$_/$name" } split /:/, $ENV{PATH};
    }
    die "QEMU was not found.\nType: make setup     (or see "
        . "docs/INSTALL.md)\n";
}

# What finish() wrote of the session: mem, and the number of its instructions.
sub settings {
    my ($dir) = @_;
    return map { /^(\w+)=(\d+)$/ } split /\n/, read_file("$dir/settings");
}

sub replay_arguments {
    my ($dir) = @_;
    my %setting = settings($dir);
    return arguments($dir, $setting{mem}, 'replay');
}

# QEMU's sockets: for the debugger, $dir/gdb, and $dir/monitor.
sub sockets {
    my ($dir) = @_;
    unlink "$dir/gdb", "$dir/monitor";
    return ((map {
        ('-chardev', "socket,id=$_,path=$dir/$_,server=on,wait=off")
    } qw(gdb monitor)), '-gdb', 'chardev:gdb',
        '-mon', 'chardev=monitor,mode=readline');
}

# At times QEMU waits for ever when the CPU it records or replays is halted: its
# main loop has to look once more whether an event is due.  Whatever comes in
# makes it look, so a process of ours sends empty lines to QEMU's monitor.
sub keep_awake {
    my ($dir, $qemu) = @_;
    for (1 .. 100 * $Conversation::LIMIT) {
        last if -S "$dir/monitor" || !kill 0, $qemu;
        sleep 0.01;
    }
    return if fork;
    leave();
    $SIG{$_} = 'IGNORE' for qw(INT PIPE);
    $SIG{$_} = 'DEFAULT' for qw(TERM HUP);
    # Nobody shall wait for us to close what the parent has open.
    open $_, '+<', '/dev/null' for \*STDIN, \*STDOUT, \*STDERR;
    my $monitor = IO::Socket::UNIX->new(Type => SOCK_STREAM,
        Peer => "$dir/monitor");
    $monitor->blocking(0) if $monitor;
    while ($monitor && kill 0, $qemu) {
        syswrite $monitor, "\n";
        1 while sysread $monitor, my $prompt, 4096;
        sleep 0.02;
    }
    POSIX::_exit(0);
}

# Starts a machine on a copy of an image, in a folder that need not be there;
# an older recording in it is gone.  Returns it when the shell is ready for
# input.  Options: image, kernel, mem (32).
#
# On a busy host QEMU 7.2, when it records, at times stops for ever at one of
# the first disk requests; then a new machine is started.
sub start {
    my ($class, @arguments) = @_;
    for my $attempt (1 .. 5) {
        my $self = $class->start_once(@arguments);
        return $self if eval { $self->prompt($BOOT_LIMIT); 1 };
        die $@ if $attempt == 5 || $self->{ended};
    }
}

sub start_once {
    my ($class, $dir, %option) = @_;
    mkdir $dir;
    chmod 0700, $dir;           # its sockets are nobody else's
    unlink map { "$dir/$_" } FILES;
    copy($option{image}, "$dir/disk.img") or die "$option{image}: $!\n";
    copy($option{kernel}, "$dir/kernel.elf") or die "$option{kernel}: $!\n";
    Qcow::overlay("$dir/changes.qcow2", "$dir/disk.img");
    my $self = $class->Conversation::new(undef);
    @$self{qw(dir mem title)} = ($dir, $option{mem} // 32, 'recording');
    $self->launch(arguments($dir, $self->{mem}, 'record'), sockets($dir));
    keep_awake($dir, $self->{pid});
    return $self;
}

# Starts QEMU.  What the machine prints goes to a file, which we read as it
# grows: a socket may be full, and when that is so no recording knows.
sub launch {
    my ($self, @arguments) = @_;
    my $dir = $self->{dir};
    unlink "$dir/keys", "$dir/output";
    POSIX::mkfifo("$dir/keys", 0600) or die "$dir/keys: $!\n";
    open $self->{keys}, '+<', "$dir/keys" or die "$dir/keys: $!\n";
    write_file("$dir/output", '');
    open $self->{handle}, '<:raw', "$dir/output" or die "$dir/output: $!\n";
    $self->{pid} = spawn(sub {
        open STDIN, '<', "$dir/keys";
        open STDOUT, '>>', "$dir/output";
        open STDERR, '>', "$dir/errors";
    }, qemu(), @arguments, '-chardev', 'stdio,id=serial,signal=off',
        '-serial', 'chardev:serial');
}

sub send {
    my ($self, $text) = @_;
    local $self->{handle} = $self->{keys};
    $self->SUPER::send($text);
}

# The end of the file is the end of the output when QEMU has ended.
sub read_some {
    my ($self, $seconds) = @_;
    return 0 if $self->{ended};
    my $deadline = time + $seconds;
    while (1) {
        my $last = !$self->{pid} || has_ended($self->{pid});
        if (sysread $self->{handle}, my $bytes, 65536) {
            $bytes =~ tr/\r//d;
            $self->{output} .= $bytes;
            return 1;
        }
        if ($last) {
            $self->{ended} = 1;
            return 0;
        }
        return undef if time >= $deadline;
        sleep 0.005;
    }
}

# Ends the session where it is, if the machine has not ended it, and replays it
# once: that must bring the same output, and tells how long it is.
sub finish {
    my ($self) = @_;
    my $pid = delete $self->{pid};
    # QEMU writes its file of events to the end when it is told to go.
    kill 'TERM', $pid if !has_ended($pid);
    my $status = reap($pid, 30);
    $self->drain;
    $self->fail('QEMU failed') if $status;
    write_file("$self->{dir}/console.txt", $self->output);
    write_file("$self->{dir}/settings", "mem=$self->{mem}\n");
    my $length = replay_once($self->{dir}, $self->output);
    write_file("$self->{dir}/settings",
        "mem=$self->{mem}\ninstructions=$length\n");
    unlink "$self->{dir}/errors";
    return $length;
}

# Replays to the end.  Returns the number of instructions.
sub replay_once {
    my ($dir, $expected) = @_;
    my $self = Recording->Conversation::new(undef);
    @$self{qw(dir title)} = ($dir, 'replay');
    $self->launch(replay_arguments($dir), sockets($dir));
    my $gdb = debugger($dir);
    keep_awake($dir, $self->{pid});
    $gdb->send(packet('c'));
    # A long session takes long, too.
    eval { $gdb->expect(qr/\$T\w\w[^#]*#\w\w/, 3600) }
        or $self->fail('QEMU ended in the middle');
    $gdb->send('+' . packet('qRcmd,' . unpack 'H*', 'info replay'));
    # Answers come as O and digits, and OK after the last.
    $gdb->expect(qr/\$OK#/);
    my $answer = join '', map { pack 'H*', $_ }
        $gdb->output =~ /\$O([0-9a-f]+)#/g;
    my ($length) = $answer =~ /instruction count = (\d+)/
        or $self->fail("QEMU does not say how far it is: $answer");
    $self->kill;
    $self->drain;
    unlink "$dir/gdb", "$dir/monitor";
    # The machine goes on for a moment while QEMU ends.
    my $output = $self->output;
    $self->fail('the replay went another way than the session')
        if $expected !~ /\A\Q$output\E.*\n?\z/;
    return $length;
}

# The connection to QEMU's socket for debuggers, which QEMU makes after the one
# for the serial line.
sub debugger {
    my ($dir) = @_;
    for (1 .. 100 * $Conversation::LIMIT) {
        my $socket = -S "$dir/monitor" && IO::Socket::UNIX->new(
            Type => SOCK_STREAM, Peer => "$dir/gdb");
        return Conversation->new($socket) if $socket;
        sleep 0.01;
    }
    die "no connection to QEMU: $!\n";
}

# A command as the debugger's protocol wraps it (GDB manual, "Remote Protocol").
sub packet {
    my ($command) = @_;
    return sprintf '$%s#%02x', $command, unpack '%8C*', $command;
}

1;
