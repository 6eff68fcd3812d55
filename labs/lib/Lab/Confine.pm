# Lab::Confine - a command that may touch little, by Linux alone.
#
# Where no namespaces can be had (in most containers), a process can still give
# up rights for good, without any privilege: Landlock closes the file system but
# for the folders named, a filter of system calls refuses every socket but those
# that have a path, and root becomes a user that owns nothing else.
package Lab::Confine;

use strict;
use warnings;
use Fcntl qw(O_RDONLY);
use POSIX ();

# Numbers of system calls, which Perl knows by number only.  The three of
# Landlock are the same everywhere.
my %CALLS = (
    x86_64 => { arch => 0xc000003e, prctl => 157, seccomp => 317,
        socket => 41, io_uring_setup => 425 },
    aarch64 => { arch => 0xc00000b7, prctl => 167, seccomp => 277,
        socket => 198, io_uring_setup => 425 },
);
my ($LANDLOCK_CREATE, $LANDLOCK_ADD, $LANDLOCK_RESTRICT) = (444, 445, 446);
my ($O_PATH, $PR_SET_NO_NEW_PRIVS, $SECCOMP_SET_FILTER) = (0x200000, 38, 1);
my $AF_UNIX = 1;

# Landlock's rights, from linux/landlock.h.
my $EXECUTE = 1 << 0;
my $READ_FILE = 1 << 2;
my $READ_DIR = 1 << 3;
my $WRITE_FILE = 1 << 1;
my $TRUNCATE = 1 << 14;
# Truncating and ioctl of devices are rights of their own from these versions
# on.
my @RIGHTS = (0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff);
my $SCOPED = 3;         # signals and nameless sockets, from version 6 on

sub machine { return (POSIX::uname())[4] }

# Which version of Landlock there is; 0 if none.
sub landlock_version {
    return 0 if !$CALLS{ machine() };
    my $version = syscall $LANDLOCK_CREATE, 0, 0, 1;
    return $version > 0 ? $version : 0;
}

sub checked {
    my ($what, $result) = @_;
    die "$what: $!\n" if $result < 0;
    return $result;
}

# Closes the file system but for what is beneath these paths.
sub close_files {
    my ($read, $write) = @_;
    my $version = landlock_version() or die "Landlock is not there\n";
    my $all = $RIGHTS[$version < $#RIGHTS ? $version : $#RIGHTS];
    my $rules = $version >= 6 ? pack 'Q3', $all, 0, $SCOPED : pack 'Q', $all;
    my $set = checked('landlock_create_ruleset',
        syscall $LANDLOCK_CREATE, $rules, length $rules, 0);
    my @allowed = ((map { [$_, $EXECUTE | $READ_FILE | $READ_DIR] } @$read),
        (map { [$_, $all] } @$write));
    for my $allowed (@allowed) {
        my ($path, $rights) = @$allowed;
        # A path that is not there cannot be opened up either.
        my $file = POSIX::open($path, O_RDONLY | $O_PATH) // next;
        $rights &= $EXECUTE | $READ_FILE | $WRITE_FILE | $TRUNCATE
            if !-d $path;
        checked("landlock_add_rule $path", syscall $LANDLOCK_ADD, $set, 1,
            pack('Q l', $rights & $all, $file), 0);
        POSIX::close($file);
    }
    checked('landlock_restrict_self', syscall $LANDLOCK_RESTRICT, $set, 0);
    POSIX::close($set);
}

# Closes the network: socket() makes AF_UNIX sockets only, and programs of
# another architecture, whose calls have other numbers, make no call at all.
sub close_network {
    my ($calls) = @_;
    # Instructions of linux/filter.h: what, jumps if true and if false, number.
    my ($LOAD, $EQUAL, $LEAST, $RETURN) = (0x20, 0x15, 0x35, 0x06);
    my ($ALLOW, $REFUSE) = (0x7fff0000, 0x00050000 | POSIX::EACCES());
    # Where struct seccomp_data has the call, the architecture, the parameter.
    my ($NUMBER, $ARCH, $FIRST) = (0, 4, 16);
    # This bit is in the numbers that a program with short pointers uses.
    my $X32 = 0x40000000;
    my @code = (
        [$LOAD, 0, 0, $ARCH],
        [$EQUAL, 0, 7, $calls->{arch}],
        [$LOAD, 0, 0, $NUMBER],
        [$LEAST, 5, 0, $X32],
        [$EQUAL, 4, 0, $calls->{io_uring_setup}],
        [$EQUAL, 0, 2, $calls->{socket}],
        [$LOAD, 0, 0, $FIRST],
        [$EQUAL, 0, 1, $AF_UNIX],
        [$RETURN, 0, 0, $ALLOW],
        [$RETURN, 0, 0, $REFUSE],
    );
    my $filter = join '', map { pack 'S C C L', @$_ } @code;
    checked('seccomp', syscall $calls->{seccomp}, $SECCOMP_SET_FILTER, 0,
        pack 'S x6 P', scalar @code, $filter);
}

# Becomes this user for good.
sub become {
    my ($uid) = @_;
    $) = "$uid $uid";
    $( = $uid;
    POSIX::setuid($uid);
    die "cannot become user $uid\n" if $< != $uid || $> != $uid
        || $( !~ /^$uid\b/ || POSIX::setuid(0);
}

# Executes a command under all this.  A word each: uid, folder, read=PATH,
# write=PATH, or open (the file system stays open), and after -- the command.
sub enter {
    my ($uid, $folder, @words) = @_;
    my (@read, @write, $open);
    while (defined(my $word = shift @words)) {
        last if $word eq '--';
        $open = 1, next if $word eq 'open';
        push @{ $word =~ s/^read=// ? \@read : \@write },
            $word =~ s/^write=//r;
    }
    my $calls = $CALLS{ machine() } // die "not on this kind of machine\n";
    become($uid);
    chdir $folder or die "$folder: $!\n";
    checked('prctl', syscall $calls->{prctl}, $PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    close_files(\@read, \@write) if !$open;
    close_network($calls);
    exec { $words[0] } @words or die "$words[0]: $!\n";
}

# Ends whatever still runs as this user.
sub end_all {
    my ($uid) = @_;
    my $pid = fork // return;
    if (!$pid) {
        eval { become($uid); kill 'KILL', -1 };
        POSIX::_exit(0);
    }
    waitpid $pid, 0;
}

1;
