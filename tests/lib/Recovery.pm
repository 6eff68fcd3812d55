# Recovery - the kernel's file system as a program of this host, which mounts
# an image (tests/host/recover).
#
#     my $recovery = Recovery->new($image);
#     my ($trouble, @list) = $recovery->mount;
package Recovery;

use strict;
use warnings;
use IO::Handle;
use POSIX ();

use Keeper qw(reap spawn);
use Tree qw($top capture temp_dir);

# Compiles the program, once.
my $program;
sub program {
    return $program if $program;
    $program = temp_dir() . '/recover';
    my ($status, $output) = capture($ENV{HOSTCC} // 'cc', '-std=gnu17', '-O2',
        '-w', (map { "-I$top/$_" } qw(tests/host/shim include tests/host kernel
            mkfs)), '-o', $program,
        map { glob "$top/$_" } 'tests/host/recover/*.c',
            'tests/host/{host,disk}.c', 'kernel/{fs,file}/*.c',
            'kernel/sched/sleeplock.c',
            'mkfs/{check,folder,image,replay,tree,volume}.c');
    die "recover cannot be compiled:\n$output" if $status;
    return $program;
}

sub new {
    my ($class, $image) = @_;
    my $path = program();
    pipe my $commands, my $to or die "pipe: $!\n";
    pipe my $from, my $answers or die "pipe: $!\n";
    my $pid = spawn(sub {
        close $to;
        close $from;
        POSIX::dup2(fileno $commands, 0);
        POSIX::dup2(fileno $answers, 1);
        POSIX::dup2(fileno $answers, 2);
    }, $path, $image);
    $to->autoflush(1);
    return bless { pid => $pid, to => $to, from => $from }, $class;
}

# Gives a command.  Returns undef, or what is wrong, and the list of files.
sub ask {
    my ($self, $command) = @_;
    local $SIG{PIPE} = 'IGNORE';
    print { $self->{to} } "$command\n";
    my @lines;
    while (defined(my $line = readline $self->{from})) {
        chomp $line;
        return (undef, @lines) if $line eq 'good';
        push @lines, $line;
        return (join('; ', @lines), @lines) if $line =~ /^bad: /;
    }
    return (join('; ', @lines, 'recover died'), @lines);
}

sub mount { return $_[0]->ask('mount') }
sub look { return $_[0]->ask('look') }

# The same as mount, and writes a log of what the mount wrote.
sub mount_logged {
    my ($self, $path) = @_;
    return $self->ask("mount $path");
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $@, $!);
    close $self->{to};
    reap($self->{pid}, 60);
}

1;
