# Bochs - the second emulator that must boot our image.  No window is opened
# (its display is a VNC server that nobody visits), and the serial line comes to
# us over a local TCP connection.
package Bochs;

use strict;
use warnings;
use parent 'Conversation';

use IO::Select;
use IO::Socket::INET;

use Keeper qw(has_ended reap spawn);
use Tree qw(read_file temp_dir write_file);

# Starts Bochs on an image, which stays as it is.
sub start {
    my ($class, $image) = @_;
    my $dir = temp_dir();
    my $listener = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', Listen => 1,
            Proto => 'tcp') // die "listen: $!\n";
    my $share = $ENV{BXSHARE} // '/usr/share/bochs';
    # Debian's Bochs brings no video BIOS of its own; QEMU's does as well.
    my ($vga) = grep { -e } "$share/VGABIOS-lgpl-latest",
        '/usr/share/seabios/vgabios-stdvga.bin';
    die "no video BIOS found: install the package seabios\n" if !$vga;
    write_file("$dir/bochsrc", join "\n",
        'megs: 128',
        "romimage: file=$share/BIOS-bochs-latest",
        "vgaromimage: file=$vga",
        "ata0-master: type=disk, mode=volatile, path=$image",
        'boot: disk',
        'display_library: rfb, options="timeout=0"',
        'com1: enabled=1, mode=socket-client, dev=127.0.0.1:'
            . $listener->sockport,
        'sound: driver=dummy',
        "log: $dir/log",
        'panic: action=fatal',
        '');
    # Debian's Bochs has a debugger, which waits for the word to begin.
    write_file("$dir/commands", "c\n");
    my $pid = spawn(sub {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$dir/output";
        open STDERR, '>&', \*STDOUT;
        chdir $dir;
    }, $ENV{BOCHS} // 'bochs', '-q', '-f', 'bochsrc', '-rc', 'commands');

    my $self = $class->SUPER::new(undef);
    @$self{qw(pid dir)} = ($pid, $dir);
    my $select = IO::Select->new($listener);
    for (1 .. $Conversation::LIMIT) {
        last if $select->can_read(1);
        $self->fail('it ended at once') if has_ended($pid);
    }
    $self->{handle} = $listener->accept;
    return $self;
}

sub name { return 'Bochs' }

# What Bochs itself said.
sub notes {
    my ($self) = @_;
    return join '', map { -e "$self->{dir}/$_"
        ? "$_: " . substr(read_file("$self->{dir}/$_"), -2000) . "\n" : '' }
        qw(output log);
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $@, $!);
    my $pid = delete $self->{pid} or return;
    kill 'KILL', $pid;
    reap($pid, 20);
}

1;
