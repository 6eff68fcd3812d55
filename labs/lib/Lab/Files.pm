# Lab::Files - folders of files, and commands.
package Lab::Files;

use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Find ();
use File::Glob qw(bsd_glob);
use File::Path qw(make_path);

our @EXPORT_OK = qw(copy_file cut_answers die_with_2 files_of handout
    public_files read_file run update_file write_file);

# What a checkout gives to students, besides the lab itself.  staff/ and other
# labs are not in this list, nor is anything that happens to lie in the folder.
my @PUBLIC = qw(.ci .devcontainer .gdbinit.tmpl .gitattributes .gitignore
    Dockerfile LICENSE Makefile README.md bootblock docs include kernel lectures
    mkfs tests tools user labs/README.md labs/AUTOGRADERS.md
    labs/GRADING.md labs/lib);

# Of these, what stays here.  Tests of documents, tools, lectures and labs, and
# those that look for mistakes, plant them in a copy of the kernel or measure
# it, would fail in the tree of a student who changes the kernel as he should.
# The lab's starter is in the tree already.
my $KEPT = qr{^tests/(?:1\d|23|59|61|63|[7-9]\d)-.*\.t$
    |^labs/[^/]+/starter(?:/|\.patch$)}x;

# What was given to an outer make is not for those that are started from here.
delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES DEBUG EXTRA FILES SCHED
    TRACE UNDEFINED WERROR)};

# From here on a program that dies ends with the status 2.  Perl would take the
# number of whatever error was the last one.
sub die_with_2 {
    $SIG{__DIE__} = sub {
        return if !defined $^S || $^S;
        print STDERR @_;
        exit 2;
    };
}

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

# The same, but a file that has these bytes already keeps its time, so that make
# has nothing to do for it.
sub update_file {
    my ($path, $bytes) = @_;
    write_file($path, $bytes) if !-e $path || read_file($path) ne $bytes;
}

# Copies a file with its mode, as update_file writes it.
sub copy_file {
    my ($from, $to) = @_;
    update_file($to, read_file($from));
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
        exec @command or print "$command[0]: $!\n";
        exit 127;
    }
    my $output = do { local $/; <$out> } // '';
    close $out;
    return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $output);
}

# What students may see of a checkout, as paths in it: what all labs begin with,
# and one lab.  Of other labs that is what they let one change, for Lab::Conf.
sub public_files {
    my ($checkout, $lab) = @_;
    my @labs = map { s{^.*/(labs/)}{$1}r }
        bsd_glob("$checkout/labs/*/lab.conf");
    my @names;
    for my $public (@PUBLIC, defined $lab ? ("labs/$lab", @labs) : ()) {
        my $path = "$checkout/$public";
        push @names, -d $path ? map { "$public/$_" } files_of($path)
            : -f $path ? $public : ();
    }
    return @names;
}

# A page that tells instructors who bring their own projects where each change
# goes, and so students what to do: from this heading on.
my ($ANSWERS, $FROM) = ('docs/FROM-XV6.md', '## OSTEP projects');

# Takes that out of a tree for students.
sub cut_answers {
    my ($folder) = @_;
    my $path = "$folder/$ANSWERS";
    return if !-f $path;
    my $text = read_file($path);
    write_file($path, $text) if $text =~ s/^\Q$FROM\E\n.*/<<"END_OF_TEXT"/ems;
Where the change of each project goes is for instructors: it stands in this file
in their tree of Lectern, but not in what students get, as it tells how some of
the labs are solved.
END_OF_TEXT
}

# Writes what a student of a lab gets, from a checkout, to a folder; without a
# lab, what all labs begin with.  What was there and is not in it goes, but for
# build/.
sub handout {
    my ($checkout, $lab, $folder) = @_;
    my %wanted = map { $_ => "$checkout/$_" } grep { !/$KEPT/ }
        public_files($checkout, $lab);
    # Where GitHub looks for what it shall run.  An older checkout has none.
    my $workflow = "$checkout/labs/lib/grade.yml";
    $wanted{'.github/workflows/grade.yml'} = $workflow
        if defined $lab && -f $workflow;
    my $starter = defined $lab ? "$checkout/labs/$lab/starter" : '';
    if (-d $starter) {
        $wanted{$_} = "$starter/$_" for files_of($starter);
    }
    make_path($folder);
    unlink map { "$folder/$_" } grep { !$wanted{$_} } files_of($folder);
    copy_file($wanted{$_}, "$folder/$_") for sort keys %wanted;
    cut_answers($folder);
    patch($folder, "$starter.patch") if defined $lab && -f "$starter.patch";
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
