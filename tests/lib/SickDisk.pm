# SickDisk - a disk that fails, or does not answer, as it is told.
#
#     my $sick = SickDisk->new($path);
#     my $machine = Machine->boot(disk => $path, drive => $sick->drive);
#     $sick->fault(on => 'write', from => 4104, count => 2048, skip => 2);
#     ...
#     is $sick->hits, 1;
#
# QEMU reaches it as a network block device ("The NBD protocol",
# github.com/NetworkBlockDevice/nbd/doc/proto.md), over a Unix socket.  A
# process of its own serves the file; it ends when this object goes.
package SickDisk;

use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(AF_UNIX PF_UNSPEC SOCK_STREAM);
use Time::HiRes qw(time);

use Tree qw(temp_dir);

use constant {
    SECTOR => 512,
    EIO => 5,
    # The handshake.
    FIXED_NEWSTYLE => 1, NO_ZEROES => 2,
    OPT_GO => 7, REP_ACK => 1, REP_INFO => 3, INFO_EXPORT => 0,
    ERR_UNSUP => 0x80000001,
    REPLY_TO_OPTION => pack(q(NN), 0x3e889, 0x045565a9),
    HAS_FLAGS => 1, SEND_FLUSH => 4,
    # Requests.
    READ => 0, WRITE => 1, DISCONNECT => 2, FLUSH => 3,
    REQUEST => 0x25609513, REPLY => 0x67446698,
};
my @KINDS = ('read', 'write', 'disconnect', 'flush');

# Starts to serve the file at a path.
sub new {
    my ($class, $path) = @_;
    my $dir = temp_dir();
    my $listener = IO::Socket::UNIX->new(Type => SOCK_STREAM,
        Local => "$dir/nbd", Listen => 1) // die "$dir/nbd: $!\n";
    socketpair(my $control, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC)
        or die "socketpair: $!\n";
    $_->autoflush(1) for $control, $theirs;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        close $control;
        eval { serve($path, $listener, $theirs); 1 } or print STDERR $@;
        POSIX::_exit(0);
    }
    return bless { dir => $dir, control => $control, pid => $pid }, $class;
}

# The drive's arguments, for Machine.
sub drive {
    my ($self) = @_;
    return ['-drive', "file=nbd:unix:$self->{dir}/nbd,format=raw,if=ide,"
        . 'cache=writeback,rerror=report,werror=report'];
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    close $self->{control};
    waitpid $self->{pid}, 0;
}

# Adds a fault to those that the disk has:
#   on      the kinds of request that it concerns: read, write, flush
#   from    the first sector, and
#   count   how many (default: all); a flush has none
#   skip    how many such requests are served well before (default: 0)
#   times   how many suffer then (default: all)
#   how     fail     an error; nothing is done (the default)
#           done     an error, though all is done
#           torn     an error; the first half of the sectors is written
#           hold     an answer only when release() says so, or after
#   seconds
sub fault {
    my ($self, %fault) = @_;
    $self->ask('fault', map { "$_=$fault{$_}" } sort keys %fault);
}

# The disk is well again.
sub heal { $_[0]->ask('heal') }

# Answers what is held.
sub release { $_[0]->ask('release') }

# The disk is gone: the connection ends.
sub unplug { $_[0]->ask('unplug') }

# How many requests have suffered from a fault so far.
sub hits { return $_[0]->ask('hits') }

# How many requests are held at this moment.
sub holding { return $_[0]->ask('holding') }

# The requests since the last call of this: each [kind, sector, sectors].
sub requests {
    my ($self) = @_;
    return map { [split /,/] } split / /, $self->ask('requests');
}

sub ask {
    my ($self, @words) = @_;
    my $control = $self->{control};
    print $control "@words\n";
    my $answer = <$control> // die "the sick disk has ended\n";
    chomp $answer;
    return $answer;
}

# ---- The process that serves ----

sub serve {
    my ($path, $listener, $control) = @_;
    open my $file, '+<:raw', $path or die "$path: $!\n";
    my $select = IO::Select->new($control, $listener);
    my $state = { file => $file, select => $select, listener => $listener,
        faults => [], held => [], requests => [], hits => 0 };
    $SIG{INT} = 'IGNORE';
    $SIG{PIPE} = 'IGNORE';
    while (1) {
        my @ready = $select->can_read(wait_time($state));
        for my $handle (@ready) {
            if ($handle == $control) {
                my $line = <$control> // return;
                print $control obey($state, split ' ', $line), "\n";
            } elsif ($handle == $listener) {
                my $client = $listener->accept;
                $client = undef if !eval { greet($client, -s $file); 1 };
                $state->{client} = $client;
                $select->add($client) if $client;
            } elsif (!eval { request($state); 1 }) {
                $select->remove($handle);
                $state->{client} = undef;
                close $handle;
            }
        }
        answer_held($state, time);
    }
}

# Seconds until something that is held must be answered.
sub wait_time {
    my ($state) = @_;
    my ($first) = sort { $a <=> $b } map { $_->{until} } @{ $state->{held} };
    return undef if !defined $first || $first == 9**9**9;
    return $first > time ? $first - time : 0;
}

sub obey {
    my ($state, $command, @words) = @_;
    if ($command eq 'fault') {
        push @{ $state->{faults} }, { on => 'read,write', from => 0, skip => 0,
            count => 9**9**9, times => 9**9**9, how => 'fail',
            seconds => 9**9**9, map { split /=/ } @words };
    } elsif ($command eq 'heal') {
        $state->{faults} = [];
    } elsif ($command eq 'release') {
        answer_held($state, 9**9**9);
    } elsif ($command eq 'unplug') {
        $state->{select}->remove($state->{listener});
        close $state->{listener};
        shutdown $state->{client}, 2;
    } elsif ($command eq 'hits') {
        return $state->{hits};
    } elsif ($command eq 'holding') {
        return scalar @{ $state->{held} };
    } elsif ($command eq 'requests') {
        return join ' ', splice @{ $state->{requests} };
    }
    return '';
}

# Reads n bytes from the client.
sub take {
    my ($client, $n) = @_;
    my $bytes = '';
    while (length $bytes < $n) {
        sysread($client, $bytes, $n - length $bytes, length $bytes)
            or die "the client has gone\n";
    }
    return $bytes;
}

sub give {
    my ($client, $bytes) = @_;
    while (length $bytes) {
        my $n = syswrite $client, $bytes or die "the client has gone\n";
        substr $bytes, 0, $n, '';
    }
}

# Agrees with the client on what is served: one file, no options.
sub greet {
    my ($client, $size) = @_;
    give($client, 'NBDMAGICIHAVEOPT' . pack 'n', FIXED_NEWSTYLE | NO_ZEROES);
    take($client, 4);
    while (1) {
        my ($option, $length) = unpack 'x8 N N', take($client, 16);
        take($client, $length);
        my $reply = sub {
            my ($type, $data) = @_;
            give($client, pack q(a8 N N N/a), REPLY_TO_OPTION,
                $option, $type,
                $data);
        };
        if ($option != OPT_GO) {
            $reply->(ERR_UNSUP, '');
            next;
        }
        $reply->(REP_INFO, pack 'n Q> n', INFO_EXPORT, $size,
            HAS_FLAGS | SEND_FLUSH);
        $reply->(REP_ACK, '');
        return;
    }
}

# Takes one request and serves it, or does what a fault says.
sub request {
    my ($state) = @_;
    my $client = $state->{client};
    my %request;
    @request{qw(magic type handle offset length)} = unpack 'N x2 n a8 Q> N',
        take($client, 28);
    die "the client sends no request\n" if $request{magic} != REQUEST;
    die "the client says good-bye\n" if $request{type} == DISCONNECT;
    $request{data} = take($client, $request{length})
        if $request{type} == WRITE;
    my ($sector, $count) = map { $_ / SECTOR } @request{qw(offset length)};
    push @{ $state->{requests} }, "$KINDS[$request{type}],$sector,$count";

    my $fault = find_fault($state, $KINDS[$request{type}], $sector, $count);
    if (!$fault) {
        answer($client, \%request, 0, carry_out($state->{file}, \%request));
    } elsif ($fault->{how} eq 'hold') {
        push @{ $state->{held} }, { %request,
            until => time + $fault->{seconds} };
    } else {
        if ($fault->{how} eq 'torn') {
            my $half = int(($count + 1) / 2) * SECTOR;
            $request{data} = substr $request{data} // '', 0, $half;
        }
        carry_out($state->{file}, \%request) if $fault->{how} ne 'fail';
        answer($client, \%request, EIO, '');
    }
}

# The fault that this request suffers from, if there is one.
sub find_fault {
    my ($state, $kind, $sector, $count) = @_;
    for my $fault (@{ $state->{faults} }) {
        next if $fault->{on} !~ /\b$kind\b/;
        next if $kind ne 'flush' && ($sector + $count <= $fault->{from}
            || $sector >= $fault->{from} + $fault->{count});
        next if $fault->{skip}-- > 0 || $fault->{times}-- <= 0;
        $state->{hits}++;
        return $fault;
    }
    return undef;
}

# Reads or writes the file, and returns what was read.
sub carry_out {
    my ($file, $request) = @_;
    my $data = '';
    sysseek $file, $request->{offset}, 0;
    sysread $file, $data, $request->{length} if $request->{type} == READ;
    syswrite $file, $request->{data} if $request->{type} == WRITE;
    return $data;
}

sub answer {
    my ($client, $request, $error, $data) = @_;
    give($client, pack 'N N a8 a*', REPLY, $error, $request->{handle}, $data);
}

# Answers what was held until now.
sub answer_held {
    my ($state, $now) = @_;
    my @held = @{ $state->{held} };
    $state->{held} = [grep { $_->{until} > $now } @held];
    for my $request (grep { $_->{until} <= $now } @held) {
        my $data = carry_out($state->{file}, $request);
        eval { answer($state->{client}, $request, 0, $data) };
    }
}

1;
