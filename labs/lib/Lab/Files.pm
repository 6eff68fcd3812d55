# Lab::Files - folders of files, and commands.
package Lab::Files;

use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Find ();
use File::Path qw(make_path);

our @EXPORT_OK = qw(copy_file files_of handout read_file run write_file);

# What a checkout gives to students, besides the lab itself.  staff/ and other
# labs are not in this list, nor is anything that happens to lie in the folder.
my @PUBLIC = qw(.ci .devcontainer .gdbinit.tmpl .gitignore Dockerfile LICENSE
    Makefile README.md bootblock docs include kernel lectures mkfs tests tools
    user labs/README.md labs/lib);

# Of the lab, this stays here: the starter is in the tree already.
my $STARTER = qr{^labs/[^/]+/starter(?:/|\.patch$)};

sub read_file {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    local $/;
    return scalar(<$file>) // '';
}

sub write_file {
    my ($path, $bytes) = @_;
    make_path(dirname($path));
    open my $file, '>:raw', $path or die "$path: $!\n";
    print $file $bytes;
    close $file or die "$path: $!\n";
}

# Copies a file with its mode.  One that is the same already keeps its time, so
# that make has nothing to do for it.
sub copy_file {
    my ($from, $to) = @_;
    my $bytes = read_file($from);
    write_file($to, $bytes) if !-e $to || read_file($to) ne $bytes;
    chmod +(stat $from)[2] & 0777, $to;
}

# The plain files below a folder, as paths from there; build/ and what git keeps
# are left out.
sub files_of {
    my ($folder) = @_;
    my @files;
    File::Find::find({ no_chdir => 1, wanted => sub {
        my $path = $File::Find::name;
        my $name = $path =~ s{^\Q$folder\E/?}{}r;
        if ($name =~ m{^(?:build|\.git|\.gdbinit|\.prefix\.mk)$}) {
            $File::Find::prune = 1;
            return;
        }
        push @files, $name if -f $path && !-l $path;
    } }, $folder);
    return sort @files;
}

# Runs a command in a folder.  Returns its exit code and output.
sub run {
    my ($folder, @command) = @_;
    my $pid = open my $out, '-|';
    die "fork: $!\n" if !defined $pid;
    if (!$pid) {
        chdir $folder or die "$folder: $!\n";
        open STDIN, '<', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES)};
        exec @command or print "$command[0]: $!\n";
        exit 127;
    }
    my $output = do { local $/; <$out> } // '';
    close $out;
    return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $output);
}

# Writes what a student of a lab gets, from a checkout, to a folder.  What was
# there and is not in it goes, but for build/.
sub handout {
    my ($checkout, $lab, $folder) = @_;
    my @names;
    for my $public (@PUBLIC, "labs/$lab") {
        my $path = "$checkout/$public";
        push @names, -d $path ? map { "$public/$_" } files_of($path)
            : -f $path ? $public : ();
    }
    my %wanted = map { $_ => "$checkout/$_" } grep { !/$STARTER/ } @names;
    my $starter = "$checkout/labs/$lab/starter";
    if (-d $starter) {
        $wanted{$_} = "$starter/$_" for files_of($starter);
    }
    make_path($folder);
    unlink map { "$folder/$_" } grep { !$wanted{$_} } files_of($folder);
    copy_file($wanted{$_}, "$folder/$_") for sort keys %wanted;
    patch($folder, "$starter.patch") if -f "$starter.patch";
    return sort keys %wanted;
}

# Applies a patch in a folder.
sub patch {
    my ($folder, $patch) = @_;
    # Of a repository that the folder lies in, git shall know nothing.
    local $ENV{GIT_CEILING_DIRECTORIES} = dirname($folder);
    my ($status, $output) = run($folder, 'git', 'apply', '--whitespace=nowarn',
        $patch);
    die "$patch does not fit:\n$output" if $status;
}

1;
