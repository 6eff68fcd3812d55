# Machine - a virtual machine under test.
#
#     my $machine = Machine->boot(smp => 4);    # waits for the prompt
#     is $machine->run('echo hello'), "hello\n";
#     $machine->halt;                           # a clean end, and fsck
#
# It runs on a private copy of the disk, which is thrown away at the end, and
# talks over the serial line: we listen on a Unix socket before QEMU starts and
# QEMU connects, so there is no race, and the end of the output means that QEMU
# has ended.
package Machine;

use strict;
use warnings;
use parent 'Conversation';

use File::Copy ();
use IO::Socket::UNIX;
use Socket qw(SOCK_STREAM);
use Test::More ();

use Keeper qw(has_ended reap spawn);
use Tree qw(built capture read_file temp_dir);

# Starts a machine.  Options:
#   smp, mem    QEMU's -smp (default 1) and -m (128)
#   debug       run the DEBUG build
#   image       the image to copy as its disk (default: the build's)
#   disk        run on this very file instead, so that it outlives the machine
#   monitor     open QEMU's monitor, for monitor()
#   gdb         wait for a debugger at gdb_socket()
#   drive       replaces the disk's QEMU arguments; a list, %s is the disk
#   extra       more QEMU arguments, a list
sub start {
    my ($class, %option) = @_;
    my $dir = temp_dir();
    my $image = $option{image}
        // ($option{debug} ? debug_image() : built('lectern.img'));
    my $log = log_file($dir);
    my $disk = $option{disk} // "$dir/disk.img";
    if (!$option{disk}) {
        File::Copy::copy($image, $disk) or die "$image: $!\n";
    }

    my $serial = listener("$dir/serial");
    my $monitor = $option{monitor} && listener("$dir/monitor");
    my @drive = @{ $option{drive}
        // ['-drive', 'file=%s,format=raw,if=ide,cache=unsafe'] };
    my @command = (
        $ENV{QEMU} // 'qemu-system-i386',
        '-accel', 'tcg', '-m', $option{mem} // 128, '-smp', $option{smp} // 1,
        (map { s/%s/$disk/r } @drive),
        '-display', 'none', '-nic', 'none', '-no-reboot',
        '-device', 'isa-debug-exit,iobase=0x501,iosize=2',
        '-chardev', "socket,id=serial,path=$dir/serial,server=off",
        '-serial', 'chardev:serial',
        # The log of resets tells a triple fault from a power-off.
        logging($log),
        $monitor
            ? ('-chardev', "socket,id=monitor,path=$dir/monitor,server=off",
               '-mon', 'chardev=monitor,mode=readline')
            : ('-monitor', 'none'),
        $option{gdb}
            ? ('-chardev', "socket,id=gdb,path=$dir/gdb,server=on,wait=off",
               '-gdb', 'chardev:gdb', '-S')
            : (),
        @{ $option{extra} // [] });
    my $pid = spawn(sub {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', "$dir/errors";
    }, @command);

    my $self = $class->SUPER::new(undef);
    @$self{qw(pid dir disk log title)} = ($pid, $dir, $disk, $log,
        title(%option));
    $self->{handle} = $self->connection($serial, 'serial line');
    $self->{monitor} = Conversation->new($self->connection($monitor, 'monitor'))
        if $monitor;
    return $self;
}

# Starts a machine and waits for the first prompt.
sub boot {
    my ($class, %option) = @_;
    my $self = $class->start(%option);
    $self->prompt;
    return $self;
}

sub debug_image { return built('debug/lectern.img') }

# Where QEMU logs to.  With LECTERN_COVERAGE set that is a file of its own in
# this folder, and all code of the kernel is logged once, when it first runs:
# below are the addresses where it starts and where it is linked.
my $machines = 0;

sub log_file {
    my ($dir) = @_;
    my $folder = $ENV{LECTERN_COVERAGE} or return "$dir/log";
    return "$folder/$$-" . ++$machines;
}

sub logging {
    my ($log) = @_;
    return ('-D', $log, '-d', 'cpu_reset') if !$ENV{LECTERN_COVERAGE};
    return ('-D', $log, '-d', 'cpu_reset,in_asm',
        '-dfilter', '0x100000+0x1000,0x80100000+0x40000');
}

sub title {
    my (%option) = @_;
    return join ' ', 'machine', map { "$_=$option{$_}" }
        grep { defined $option{$_} && !ref $option{$_} } sort keys %option;
}

sub listener {
    my ($path) = @_;
    return IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $path,
        Listen => 1)
        // die "$path: $!\n";
}

# QEMU's connection to one of our listeners.
sub connection {
    my ($self, $listener, $what) = @_;
    my $select = IO::Select->new($listener);
    for (1 .. $Conversation::LIMIT) {
        return scalar $listener->accept if $select->can_read(1);
        last if has_ended($self->{pid});
    }
    $self->fail("QEMU does not connect its $what");
}

sub name { return $_[0]{title} }
sub disk { return $_[0]{disk} }
sub pid { return $_[0]{pid} }
sub gdb_socket { return "$_[0]{dir}/gdb" }

# What QEMU itself complained about.
sub errors {
    my ($self) = @_;
    return -e "$self->{dir}/errors" ? read_file("$self->{dir}/errors") : '';
}

sub notes {
    my ($self) = @_;
    my $errors = $self->errors;
    return $errors ? "QEMU says: $errors" : '';
}

# Gives QEMU's monitor a command and returns its answer.
sub monitor {
    my ($self, $command) = @_;
    my $monitor = $self->{monitor};
    $monitor->expect(qr/\(qemu\) \z/) if !$monitor->{greeted}++;
    $monitor->send("$command\n");
    my $answer = $monitor->expect(qr/\n\(qemu\) \z/);
    $answer =~ s/^[^\n]*\n//;       # the echo, drawn with escape sequences
    return "$answer\n";
}

# Waits until QEMU has ended and returns how: n if the guest did `halt n`,
# otherwise words.
sub ending {
    my ($self, $limit) = @_;
    $self->drain($limit);
    my $status = reap(delete $self->{pid}, 20);
    Test::More::diag($self->name, ': QEMU says: ', $self->errors)
        if $self->errors;
    return "killed by signal " . ($status & 127) if $status & 127;
    my $code = $status >> 8;
    return $code >> 1 if $code & 1;
    return "QEMU failed with code $code" if $code;
    return 'triple fault' if read_file($self->{log}) =~ /^Triple fault/m;
    return 'power off or reset';
}

# Types `halt n`, and tests that this ends the machine with n and leaves a
# clean disk.
sub halt {
    my ($self, $n) = @_;
    $self->send(defined $n ? "halt $n\n" : "halt\n");
    Test::More::is($self->ending, $n // 0, $self->name . ' halts');
    $self->check_disk;
}

# Tests that fsck finds nothing wrong with the disk.
sub check_disk {
    my ($self) = @_;
    my ($status, $output) = capture(built('fsck'), $self->disk);
    Test::More::is($status, 0, $self->name . ' leaves a clean disk')
        or Test::More::diag($output);
}

# Cuts the power.
sub kill {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    CORE::kill('KILL', $pid);
    reap($pid, 20);
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $@, $!);
    $self->kill;
}

1;
