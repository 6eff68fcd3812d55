# Tree - where the tests find things, and how they run commands on the host.
package Tree;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp ();

use Conversation;
use Keeper qw(reap spawn);

our @EXPORT_OK = qw($top built capture copy_tree plant read_file temp_dir
    write_file);

# The top of the source tree.
our $top = abs_path(dirname(__FILE__) . '/../..');

# A make that started prove leaves its settings here; the makes that a test
# starts are to see only what the test says.
delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES CC DEBUG WERROR V
    EXTRA FILES CPUS SCHED QEMUEXTRA TOOLPREFIX GDBPORT)};
$ENV{LC_ALL} = 'C';

# The path of something that the build made.  LECTERN_BUILD names another build.
my $build = $ENV{LECTERN_BUILD} // "$top/build";
sub built { return "$build/$_[0]" }

# A folder that is removed when the test ends.
sub temp_dir { return File::Temp::tempdir('lectern-XXXXXX', TMPDIR => 1,
    CLEANUP => 1) }

# Runs a command without input and returns its exit code and its output, errors
# included.  Options, in a first argument {}: dir to run in, limit in seconds,
# prepare to call in the child.  A command that a signal ended has code 128 + n.
sub capture {
    my %option = ref $_[0] ? %{ shift() } : ();
    my @command = @_;
    pipe my $reader, my $writer or die "pipe: $!\n";
    my $pid = spawn(sub {
        chdir $option{dir} or die "$option{dir}: $!\n" if $option{dir};
        open STDIN, '<', '/dev/null';
        open STDOUT, '>&', $writer;
        open STDERR, '>&', $writer;
        $option{prepare}->() if $option{prepare};
    }, @command);
    close $writer;
    my $limit = $option{limit} // 300;
    my $output = Conversation->new($reader)->drain($limit);
    my $status = reap($pid, $limit);
    return ($status & 127 ? 128 + ($status & 127) : $status >> 8, $output);
}

# Copies the sources into a new folder below a temporary one, with the times
# of the files, and with build/ if asked.  Returns the copy's path.
sub copy_tree {
    my (%option) = @_;
    my $copy = temp_dir() . '/' . ($option{name} // 'lectern');
    mkdir $copy or die "$copy: $!\n";
    opendir my $dir, $top or die "$top: $!\n";
    my @names = grep { !/^(?:\.\.?|\.git|build)$/ } readdir $dir;
    push @names, 'build' if $option{with_build};
    my ($status, $output) = capture('cp', '-Rp', (map { "$top/$_" } @names),
        $copy);
    die "cannot copy the tree: $output" if $status;
    return $copy;
}

sub read_file {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

sub write_file {
    my ($path, $bytes) = @_;
    open my $file, '>:raw', $path or die "$path: $!\n";
    print $file $bytes;
    close $file or die "$path: $!\n";
}

# Plants mistakes: puts new texts in the place of old ones in a source, which
# is returned.  Dies, naming path, if an old one is not there just once.
sub plant {
    my ($path, $source, @changes) = @_;
    while (my ($old, $new) = splice @changes, 0, 2) {
        my $n = () = $source =~ /\Q$old\E/g;
        $n == 1 or die "$path has $n times, not once: $old\n";
        $source =~ s/\Q$old\E/$new/;
    }
    return $source;
}

1;
