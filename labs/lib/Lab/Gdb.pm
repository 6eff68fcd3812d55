# Lab::Gdb - the machine's memory and registers, through QEMU's GDB server.
#
# GDB's remote protocol: a packet is $TEXT#SUM, with the sum of the text's bytes
# in hexadecimal; whoever gets one answers +.  Each function here is one packet
# and its answer, but for go(), whose answer is the next stop.
package Lab::Gdb;

use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;
use Socket qw(SOCK_STREAM);

# How much one packet reads: QEMU takes 4096 bytes a packet, two digits a byte.
my $PIECE = 1024;

# Seconds for an answer of a machine that stands still.
my $LIMIT = 60;

# The registers that we look at, as the protocol numbers them.
my %REGISTER = (eax => 0, esp => 4, eip => 8, eflags => 9, cs => 10);

sub new {
    my ($class, $path) = @_;
    my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path)
        // die "$path: $!\n";
    my $self = bless { socket => $socket, bytes => '' }, $class;
    $self->ask('?');
    # QEMU takes single registers only from those who know what there are.
    $self->ask('qXfer:features:read:target.xml:0,200');
    return $self;
}

sub handle { return $_[0]{socket} }

sub put {
    my ($self, $text) = @_;
    my $packet = sprintf '$%s#%02x', $text, unpack('%8C*', $text);
    local $SIG{PIPE} = 'IGNORE';
    while (length $packet) {
        my $n = syswrite $self->{socket}, $packet
            or die "the machine ended\n";
        substr $packet, 0, $n, '';
    }
}

# The next packet, or undef after so many seconds without a whole one.
sub get {
    my ($self, $seconds) = @_;
    my $select = IO::Select->new($self->{socket});
    while (1) {
        if ($self->{bytes} =~ s/^[^\$]*\$([^#]*)#..//s) {
            my $text = $1;
            # Of a machine that has ended, the next reading tells.
            local $SIG{PIPE} = 'IGNORE';
            syswrite $self->{socket}, '+';
            return $text;
        }
        return undef if !$select->can_read($seconds);
        sysread $self->{socket}, $self->{bytes}, 65536, length $self->{bytes}
            or die "the machine ended\n";
    }
}

sub ask {
    my ($self, $text) = @_;
    $self->put($text);
    return $self->get($LIMIT) // die "the machine does not answer GDB\n";
}

# Lets the machine run.  stopped() tells when it stops again.
sub go { $_[0]->put('c') }

# Lets all CPUs run but the one that stopped.
sub go_others {
    my ($self) = @_;
    my @others = grep { $_ ne $self->{thread} } $self->threads;
    $self->put(join ';', 'vCont', map { "c:$_" } @others) if @others;
    return scalar @others;
}

# The names of all CPUs.
sub threads {
    my ($self) = @_;
    my ($names) = $self->ask('qfThreadInfo') =~ /^m(.*)/;
    my @names = split /,/, $names // '';
    while ($self->ask('qsThreadInfo') =~ /^m(.*)/) {
        push @names, split /,/, $1;
    }
    return map { s/^(?:p\d+\.)?0*//r } @names;
}

# Stops the machine, and looks at this CPU from then on.
sub stop_at {
    my ($self, $thread) = @_;
    local $SIG{PIPE} = 'IGNORE';
    syswrite $self->{socket}, "\x03";
    $self->stopped($LIMIT) or die "the machine does not answer GDB\n";
    $self->look_at($thread);
}

sub look_at {
    my ($self, $thread) = @_;
    $self->{thread} = $thread;
    $self->ask("Hg$thread");
}

# Has the machine stopped, after go()?  Waits so many seconds for it.  From then
# on registers and memory are those of the CPU that stopped it.
sub stopped {
    my ($self, $seconds) = @_;
    my $text = $self->get($seconds) // return 0;
    my ($thread) = $text =~ /thread:(?:p\d+\.)?0*(\w+);/;
    $self->{thread} = $thread // 1;
    $self->ask("Hg$self->{thread}");
    return 1;
}

# Executes one instruction of the CPU that stopped, without its breakpoint.
sub step {
    my ($self) = @_;
    $self->ask("vCont;s:$self->{thread}");
}

sub break_at { $_[0]->ask(sprintf 'Z1,%x,1', $_[1]) }
sub unbreak { $_[0]->ask(sprintf 'z1,%x,1', $_[1]) }

# The registers of the CPU that stopped, by name.
sub registers {
    my ($self) = @_;
    my @values = unpack 'V*', pack 'H*', $self->ask('g');
    return { map { $_ => $values[$REGISTER{$_}] } keys %REGISTER };
}

sub set_register {
    my ($self, $name, $value) = @_;
    $self->ask(sprintf 'P%x=%s', $REGISTER{$name}, unpack 'H8', pack 'V',
        $value);
}

# Memory as the CPU that stopped sees it: n bytes, or undef if some of them are
# not there.
sub read {
    my ($self, $address, $n) = @_;
    my $bytes = '';
    while (length $bytes < $n) {
        my $part = $n - length $bytes;
        $part = $PIECE if $part > $PIECE;
        my $answer = $self->ask(sprintf 'm%x,%x', $address + length $bytes,
            $part);
        return undef if $answer =~ /^E..$/ || $answer eq '';
        $bytes .= pack 'H*', $answer;
    }
    return $bytes;
}

# Writes memory; returns false if it is not there.
sub write {
    my ($self, $address, $bytes) = @_;
    for (my $at = 0; $at < length $bytes; $at += $PIECE) {
        my $part = substr $bytes, $at, $PIECE;
        return 0 if $self->ask(sprintf 'M%x,%x:%s', $address + $at,
            length $part, unpack 'H*', $part) ne 'OK';
    }
    return 1;
}

# From here on addresses are physical ones, or virtual ones again.
sub physical {
    my ($self, $on) = @_;
    $self->ask('Qqemu.PhyMemMode:' . ($on ? 1 : 0));
}

1;
