# Lab::Sandbox - where strangers' work is compiled and run.
#
# A command in the sandbox sees the system's programs and the folders that it is
# given, and nothing else of this host: no other file, no network, a /tmp of its
# own; and it may use only so much time, memory, disk and processes.  There are
# several ways to make one; the first that passes the proof is taken.  The proof
# runs a program in the sandbox that tries what nobody may.
#
# In a container that is thrown away after one submission, and whose kernel
# gives no more, the way `uid` may be named: just another user, from whom the
# modes of files keep what is hidden.
#
# As root, commands run as a user that owns nothing but what give() gave it.
package Lab::Sandbox;

use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use List::Util qw(first);
use POSIX ();
use Time::HiRes qw(sleep time);

use Lab::Confine;
use Lab::Files qw(read_file write_file);

# What one process of each kind of command may use: seconds of the CPU, bytes of
# memory, bytes in a file; how many processes there may be; and the seconds of
# the host's time that the whole may take.
our %LIMITS = (
    compile => { cpu => 60, memory => 1 << 30, file => 64 << 20,
        processes => 256, time => 600 },
    boot => { cpu => 900, memory => 4 << 30, file => 256 << 20,
        processes => 128, time => 120 },
);

# Of what a command prints, so many bytes are kept.
my $MOST_OUTPUT = 1 << 18;

# How large the sandbox's /tmp may get.
my $TMP_BYTES = 512 << 20;

# The system's folders that programs need: nothing of the instructor's.
my @SYSTEM = qw(/usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc/alternatives
    /etc/ld.so.cache /nix/store /gnu/store);
my @DEVICES = qw(/dev/null /dev/zero /dev/full /dev/random /dev/urandom);

# As root, each program has so many users for itself, one for each slot: when
# one of them is done, all that still runs as this user is ended.  Nobody on any
# system we know has these numbers.
my ($FIRST_UID, $USERS, $PROGRAMS) = (59000, 50, 20);

# The socket that says which users are ours, and the first of them.
my ($claim, $first_uid);

sub uid_of {
    my ($slot) = @_;
    $slot < $USERS or die "only $USERS can be graded at the same time\n";
    for (my $n = 0; !$claim; $n++) {
        $n < $PROGRAMS or die "$PROGRAMS programs are grading already\n";
        # A name without a file, which is free again when we have ended.
        $claim = IO::Socket::UNIX->new(Listen => 1,
            Local => "\0lectern-users-$n");
        $first_uid = $FIRST_UID + $n * $USERS;
    }
    return $first_uid + $slot;
}

# The image that containers are made of: Dockerfile makes it.
my $IMAGE = $ENV{LECTERN_IMAGE} // 'lectern';

my @WAYS = qw(bwrap podman docker user);

# No sandbox: for the student's own machine.
sub none { return bless { way => 'none' }, $_[0] }

# Finds a sandbox that proves itself.  Options: hidden, folders that nobody in
# it may see; slot, a number of its own for each that works at the same time;
# ways, those to be tried; unsafe, to go without where there is none.
sub new {
    my ($class, %option) = @_;
    my @ways = @{ $option{ways} // [split ' ', $ENV{LECTERN_SANDBOX} // ''] };
    my @why;
    for my $way (@ways ? @ways : @WAYS) {
        my $self = bless { way => $way, slot => $option{slot} // 0,
            hidden => $option{hidden} // [] }, $class;
        $self->{uid} = uid_of($self->{slot}) if $> == 0;
        my $wrong = eval { $self->available // $self->prove } // $@;
        return $self if $wrong eq '';
        push @why, "    $way: " . $wrong =~ s/\s+\z//r =~ s/\n/; /gr;
    }
    return $class->none if $option{unsafe};
    die join "\n", "There is no sandbox here, so a student's program could "
        . 'read and change your files:', @why, 'Install bubblewrap (make setup '
        . 'does), or, on a machine that may be lost, say UNSAFE=1.', '';
}

# The same for another slot, without a new proof.
sub for_slot {
    my ($self, $slot) = @_;
    my %other = (%$self, slot => $slot);
    $other{uid} = uid_of($slot) if $other{uid};
    return bless \%other, ref $self;
}

sub way { return $_[0]{way} }
sub is_none { return $_[0]{way} eq 'none' }

sub in_path { my ($name) = @_; return first { -x }
    map { "$_/$name" } split /:/, $ENV{PATH} // '' }

# Why this way is out of the question, or undef.
sub available {
    my ($self) = @_;
    my $way = $self->{way};
    return undef if $way eq 'none';
    if ($way =~ /^(?:user|uid)$/) {
        return 'you are not root' if $> != 0;
        return undef if $way eq 'uid';
        return Lab::Confine::landlock_version() ? undef
            : 'this kernel has no Landlock';
    }
    return "there is no program $way" if !in_path($way);
    if ($way eq 'bwrap') {
        my (undef, $help) = $self->run_here({ time => 20 }, 'bwrap', '--help');
        $self->{sizes} = $help =~ /^ *--size /m;
        return undef;
    }
    my ($status) = $self->run_here({ time => 20 }, $way, 'image', 'inspect',
        $IMAGE);
    return $status ? "there is no image $IMAGE, or no service: $way build -t "
        . "$IMAGE ." : undef;
}

# Gives files to the user who will run what is in the sandbox.
sub give {
    my ($self, @paths) = @_;
    return if !$self->{uid} || $self->is_none;
    my ($status, $output) = $self->run_here({}, 'chown', '-RhP',
        "$self->{uid}:$self->{uid}", @paths);
    die "chown: $output\n" if $status;
}

# A command, as a list of words that runs it in the sandbox.  What it may:
# folder to run in, read and write (lists of paths), kind of its limits.
sub command {
    my ($self, $may, @command) = @_;
    my $way = $self->{way};
    return @command if $way eq 'none';
    return $self->$way({ folder => '/', read => [], write => [], %$may },
        $LIMITS{ $may->{kind} }, @command);
}

# Variables for the command, as words of env.
sub variables {
    my ($self) = @_;
    my %all = (LC_ALL => 'C', HOME => '/tmp', TMPDIR => '/tmp');
    for my $name (qw(PATH PREFIX QEMU TOOLPREFIX CC HOSTCC)) {
        $all{$name} = $ENV{$name} if defined $ENV{$name};
    }
    delete @all{qw(PATH PREFIX)} if $self->{way} =~ /^(?:podman|docker)$/;
    $all{PATH} //= '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
    return map { "$_=$all{$_}" } sort keys %all;
}

# What a process may use, as words of prlimit.
sub limits {
    my ($self, $limits) = @_;
    my $processes = $limits->{processes} + $self->running;
    return ('prlimit', "--cpu=$limits->{cpu}:" . ($limits->{cpu} + 5),
        "--as=$limits->{memory}", "--fsize=$limits->{file}",
        "--nproc=$processes", '--nofile=1024', '--core=0', '--');
}

# How many threads our user has.  Linux counts them together with those in the
# sandbox, unless root has another user there.
sub running {
    my ($self) = @_;
    return 0 if $self->{uid};
    my $n = 0;
    for my $process (grep { (stat)[4] == $< } glob '/proc/[0-9]*') {
        my @threads = glob "$process/task/*";
        $n += @threads;
    }
    return $n;
}

# The system's folders, and those that tools/setup --prefix made.
sub system_folders {
    return grep { -e } @SYSTEM, $ENV{PREFIX} // ();
}

# bubblewrap: a file system that is put together from what is named here.
sub bwrap {
    my ($self, $may, $limits, @command) = @_;
    my @words = qw(bwrap --unshare-pid --unshare-net --unshare-ipc
        --unshare-uts --unshare-cgroup-try --die-with-parent --new-session);
    push @words, $self->{uid} ? qw(--cap-drop ALL --cap-add CAP_SETUID
        --cap-add CAP_SETGID) : '--unshare-user';
    push @words, '--dir', '/etc';
    for my $path (system_folders()) {
        my $target = readlink $path;
        push @words, defined $target && $target !~ m{^/}
            ? ('--symlink', $target, $path) : ('--ro-bind', $path, $path);
    }
    push @words, '--dev', '/dev', $self->{sizes} ? ('--size', $TMP_BYTES) : (),
        '--perms', '1777', '--tmpfs', '/tmp';
    # A folder to be hidden may lie in one of the system's.
    for my $hidden (@{ $self->{hidden} }) {
        push @words, '--tmpfs', $hidden
            if -d $hidden
                && grep { index($hidden, "$_/") == 0 } system_folders();
    }
    # What bwrap makes by itself on the way to a path is closed to other users.
    my %above = map { $_ => 1 } map { above($_) } @{ $may->{read} },
        @{ $may->{write} };
    push @words, map { ('--dir', $_) } sort keys %above;
    push @words, map { ('--ro-bind', $_, $_) } @{ $may->{read} };
    push @words, map { ('--bind', $_, $_) } @{ $may->{write} };
    push @words, '--chdir', $may->{folder}, '--';
    push @words, 'setpriv', "--reuid=$self->{uid}", "--regid=$self->{uid}",
        '--clear-groups', '--bounding-set=-all', '--no-new-privs', '--'
        if $self->{uid};
    return ('env', '-i', $self->variables, @words, $self->limits($limits),
        @command);
}

# The folders above a path.
sub above {
    my ($path) = @_;
    my @names = split m{/}, $path;
    return map { join '/', @names[0 .. $_] } 1 .. $#names - 1;
}

# A container, for each command a new one.
sub container {
    my ($self, $may, $limits, @command) = @_;
    my $user = $self->{uid} ? "$self->{uid}:$self->{uid}"
        : $< . ':' . ($( + 0);
    return ($self->{way}, 'run', '--rm', '--init', '--network', 'none',
        '--read-only', '--tmpfs', "/tmp:rw,exec,size=$TMP_BYTES",
        '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
        '--pids-limit', $limits->{processes}, '--memory', $limits->{memory},
        '--ulimit', "cpu=$limits->{cpu}", '--ulimit', "fsize=$limits->{file}",
        '--ulimit', 'core=0', '--user', $user,
        ($self->{way} eq 'podman' && !$self->{uid} ? '--userns=keep-id' : ()),
        (map { ('-v', "$_:$_:ro") } @{ $may->{read} }),
        (map { ('-v', "$_:$_") } @{ $may->{write} }),
        '-w', $may->{folder}, $IMAGE, 'env', '-i', $self->variables, @command);
}
sub podman { return container(@_) }
sub docker { return container(@_) }

# A user who owns nothing else, with what Lab::Confine closes.
sub user {
    my ($self, $may, @more) = @_;
    return $self->other_user($may, [(map { "read=$_" } system_folders(),
        @{ $may->{read} }), map { "write=$_" } @DEVICES, @{ $may->{write} }],
        @more);
}

# Without Landlock.
sub uid {
    my ($self, $may, @more) = @_;
    return $self->other_user($may, ['open'], @more);
}

sub other_user {
    my ($self, $may, $files, $limits, @command) = @_;
    my ($lib) = $INC{'Lab/Confine.pm'} =~ m{^(.*)/Lab/Confine\.pm$};
    my $tmp = "$may->{write}[0]/.tmp";
    mkdir $tmp;
    $self->give($tmp);
    my @variables = map { s{=/tmp$}{=$tmp}r } $self->variables;
    return ('env', '-i', @variables, 'perl', '-I', $lib, '-MLab::Confine', '-e',
        'Lab::Confine::enter(@ARGV)', $self->{uid}, $may->{folder}, @$files,
        '--', $self->limits($limits), @command);
}

# Runs a command in the sandbox and waits for it.  Returns its exit code, as a
# shell counts it, and the beginning of its output.  One that takes longer than
# the limit is ended; then the code is 'time'.
sub run {
    my ($self, $may, @command) = @_;
    my $time = $LIMITS{ $may->{kind} }{time};
    my @all = $self->command($may, @command);
    my @result = $self->run_here({ time => $time,
        $self->is_none ? (folder => $may->{folder}) : () }, @all);
    Lab::Confine::end_all($self->{uid}) if $self->{way} =~ /^(?:user|uid)$/;
    return @result;
}

# The same for a command that is trusted.  Options: folder, time.
sub run_here {
    my ($self, $option, @command) = @_;
    pipe my $reader, my $writer or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        setpgrp;
        chdir $option->{folder} or POSIX::_exit(127) if $option->{folder};
        open STDIN, '<', '/dev/null';
        open STDOUT, '>&', $writer;
        open STDERR, '>&', $writer;
        { no warnings 'exec'; exec { $command[0] } @command }
        print STDERR "$command[0]: $!\n";
        POSIX::_exit(127);
    }
    close $writer;
    local @SIG{qw(INT TERM HUP)} = (sub { $self->end(-$pid); exit 1 })
        x 3;
    my ($output, $late) = read_until($reader, time + ($option->{time} // 600));
    $late ? $self->end(-$pid) : waitpid $pid, 0;
    return ('time', $output) if $late;
    return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $output);
}

# Ends a command, by the pid or the negative one of its group.  The client of a
# container's service gets a moment, as it has to tell the service.
sub end {
    my ($self, $pid) = @_;
    my $deadline = time;
    if ($self->{way} =~ /^(?:podman|docker)$/) {
        kill 'TERM', $pid;
        $deadline += 5;
    }
    while (waitpid(abs $pid, POSIX::WNOHANG()) == 0) {
        kill 'KILL', $pid if time >= $deadline;
        sleep 0.01;
    }
    kill 'KILL', $pid if $pid < 0;
}

# Reads to the end, or until then.
sub read_until {
    my ($reader, $deadline) = @_;
    my ($select, $output) = (IO::Select->new($reader), '');
    while ((my $left = $deadline - time) > 0) {
        next if !$select->can_read($left);
        my $n = sysread $reader, my $bytes, 65536;
        return ($output, 0) if !$n;
        my $room = $MOST_OUTPUT - length $output;
        $output .= substr $bytes, 0, $room if $room > 0;
    }
    return ($output, 1);
}

# What the proof runs: it tries to read and to write what it must not, and
# tells. Files in the folder that it may use show that it did run, and could.
my $PROBE = <<'END_OF_PROBE';
    use strict;
    use warnings;
    use IO::Socket::INET;
    use IO::Socket::UNIX;
    my ($own, $given, $secret, $unix, $port, @hidden) = @ARGV;
    sub slurp {
        open my $file, '<', $_[0] or return '';
        return join '', <$file>;
    }
    sub put { open my $file, '>', $_[0] or return; print $file "probe\n" }
    sub to { return IO::Socket::INET->new(PeerAddr => $_[0], PeerPort => $_[1],
        Proto => $_[2], Timeout => 5) }
    open my $null, ">", "/dev/null" or exit 4;
    my %seen = (given => slurp($given), secret => slurp($secret));
    $seen{host} = 1 if to('127.0.0.1', $port, 'tcp');
    # A packet that would be sent, if there were a way to anywhere.
    my $datagram = to('192.0.2.1', 9, 'udp');
    $seen{network} = 1 if $datagram && send $datagram, 'x', 0;
    $seen{socket} = 1 if IO::Socket::UNIX->new(Peer => $unix);
    for my $folder (@hidden) {
        put("$folder/lectern-probe");
        opendir my $handle, $folder or next;
        $seen{hidden} = $folder
            if grep { !/^(?:\.\.?|lectern-probe)$/ } readdir $handle;
    }
    put("$_/lectern-probe") for qw(/ /etc /usr /var/tmp /tmp /dev/shm);
    put($given);
    put($secret);
    truncate $secret, 0;
    unlink $secret;
    put("$own/result");
    open my $result, '>', "$own/result" or exit 3;
    print $result map { "$_=" . ($seen{$_} // '') . "\n" }
        qw(given secret host network socket hidden);
    close $result or exit 3;
    exit 0;
END_OF_PROBE

# Tries the sandbox.  Returns '', or what is wrong with it.
sub prove {
    my ($self) = @_;
    # The host's network has to be there for the sandbox to keep it away.
    my $listener = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1',
        Proto => 'tcp') // die "no socket on this host: $!\n";
    my $base = tempdir('lectern-proof-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0711, $base;
    my ($own, $given, $away) = map { "$base/$_" } qw(own given away);
    mkdir $_ or die "$_: $!\n" for $own, $given, $away;
    my $secret = sprintf 'secret %d.%d.%d', $$, time, rand 1e9;
    write_file("$away/secret", $secret);
    write_file("$given/file", 'given');
    # Open to all, so that it is the sandbox which says no.  The socket is as
    # its owner's system makes it.
    chmod $self->{way} eq 'uid' ? 0700 : 0777, $away;
    chmod 0666, "$away/secret";
    my $unix = IO::Socket::UNIX->new(Listen => 1, Local => "$away/socket")
        // die "$away/socket: $!\n";
    $self->give($own);
    my @shared = qw(/var/tmp /tmp /dev/shm);
    my @outside = grep { -d } $away, $given, @{ $self->{hidden} }, qw(/ /etc
        /usr), $self->{way} eq 'uid' ? () : @shared;
    unlink map { "$_/lectern-probe" } @outside;
    my ($status, $output) = $self->run({ kind => 'compile', folder => $own,
        read => [$given], write => [$own] }, 'perl', '-e', $PROBE, $own,
        "$given/file", "$away/secret", "$away/socket", $listener->sockport,
        $away, @{ $self->{hidden} });
    my $result = eval { read_file("$own/result") } // '';
    my %seen = $result =~ /^(\w+)=(.*)$/mg;
    my @written = grep { -e "$_/lectern-probe" } @outside;
    unlink map { "$_/lectern-probe" } @written, @shared;
    return 'it does not run: ' . substr $output, 0, 300
        if $status ne '0' || ($seen{given} // '') ne 'given';
    my @wrong = map { "a program in it can $_" } (
        $seen{secret} ? 'read your files' : (),
        $seen{hidden} ? "see what is in $seen{hidden}" : (),
        $seen{host} ? 'reach services of this host' : (),
        $seen{network} ? 'reach the network' : (),
        $seen{socket} ? 'reach sockets among your files' : (),
        @written ? "write to $written[0]" : (),
        (eval { read_file("$away/secret") . read_file("$given/file") } // '')
            ne "${secret}given"
            ? 'change your files' : ());
    return join '; ', @wrong;
}

1;
