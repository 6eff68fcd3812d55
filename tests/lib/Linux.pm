# Linux - programs of ours, built for the host's Linux with tests/linux/.
package Linux;

use strict;
use warnings;
use Exporter qw(import);
use POSIX ();
use Test::More;

use Tree qw($top capture temp_dir);

our @EXPORT_OK = qw(build_for_linux counts_folder_links refusal);

# Why this host cannot do it, or nothing.
sub refusal {
    my (undef, undef, undef, undef, $machine) = POSIX::uname();
    return "this host is no Linux on x86"
        if $^O ne 'linux' || $machine !~ /^(?:x86_64|i\d86)$/;
    return;
}

# Builds a program into a new folder, which is its root directory if it is
# started there.  Returns the folder.
sub build_for_linux {
    my ($name, @sources) = @_;
    my $dir = temp_dir();
    mkdir "$dir/objects";
    my @compile = ($ENV{HOSTCC} // 'cc', '-std=gnu17', '-O1', '-w',
        (map { ('-iquote', "$top/$_") } qw(include kernel user/test)), '-c');
    compile($dir, @compile, map { "$top/tests/linux/$_.c" } qw(calls start));
    compile($dir, @compile, "-I$top/tests/linux", '-Dmain=program_main',
        @sources);
    compile($dir, $ENV{HOSTCC} // 'cc', '-o', "../$name",
        glob "$dir/objects/*.o");
    return $dir;
}

sub compile {
    my ($dir, @command) = @_;
    my ($status, $output) = capture({ dir => "$dir/objects" }, @command);
    BAIL_OUT("cannot build for Linux: $output") if $status;
}

# Whether a folder's link count there tells how many folders are in it: not on
# every file system of Linux.
sub counts_folder_links {
    my ($dir) = @_;
    mkdir "$dir/links";
    mkdir "$dir/links/one";
    my $links = (stat "$dir/links")[3];
    rmdir "$dir/links/one";
    rmdir "$dir/links";
    return $links == 3;
}

1;
