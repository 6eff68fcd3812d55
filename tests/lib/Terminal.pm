# Terminal - a program that runs at a terminal of its own, as under a person's
# hands: keys such as ^C and Ctrl-a go through the line discipline.
package Terminal;

use strict;
use warnings;
use parent 'Conversation';

use Fcntl qw(O_NOCTTY O_RDWR);
use POSIX ();

use Keeper qw(reap spawn);

# Requests of Linux's pseudo-terminals (asm-generic/ioctls.h, ioctl_tty(2)).
use constant {
    TIOCSPTLCK => 0x40045431,       # lock or unlock the slave end
    TIOCGPTN   => 0x80045430,       # its number
    TIOCSCTTY  => 0x540e,           # make it the controlling terminal
};

# Opens a pseudo-terminal.  Returns the master end and the slave end's path.
sub open_pair {
    sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY
        or die "/dev/ptmx: $!\n";
    my $unlocked = pack 'i', 0;
    ioctl $master, TIOCSPTLCK, $unlocked or die "TIOCSPTLCK: $!\n";
    my $number = pack 'i', 0;
    ioctl $master, TIOCGPTN, $number or die "TIOCGPTN: $!\n";
    return ($master, '/dev/pts/' . unpack 'i', $number);
}

# Starts a command in a folder, at a new terminal.
sub start {
    my ($class, $dir, @command) = @_;
    my ($master, $slave) = open_pair();
    my $pid = spawn(sub {
        POSIX::setsid();
        sysopen my $tty, $slave, O_RDWR or die "$slave: $!\n";
        ioctl $tty, TIOCSCTTY, my $steal = 0;
        open STDIN, '<&', $tty;
        open STDOUT, '>&', $tty;
        open STDERR, '>&', $tty;
        chdir $dir or die "$dir: $!\n";
    }, @command);
    my $self = $class->SUPER::new($master);
    @$self{qw(pid title)} = ($pid, "@command");
    return $self;
}

sub name { return $_[0]{title} }

# Waits for the program's end and returns its exit code.
sub ending {
    my ($self, $limit) = @_;
    $self->drain($limit);
    my $status = reap(delete $self->{pid}, 20);
    return $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

# The program leads a session: its whole process group goes with it.
sub DESTROY {
    my ($self) = @_;
    local ($?, $@, $!);
    my $pid = delete $self->{pid} or return;
    kill 'KILL', -$pid;
    reap($pid, 20);
}

1;
