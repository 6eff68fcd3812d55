# HostFs - builds tests/host, which runs the very source of kernel/fs as a
# program of this machine, and runs parts of it.
package HostFs;

use strict;
use warnings;
use Exporter qw(import);

use Tree qw($top capture temp_dir write_file);

our @EXPORT_OK = qw(@SANITIZERS build_host compile covered link_host
    need_sanitizers run_host);

# The compiler for programs of the host, as for mkfs.
my $cc = $ENV{HOSTCC} // 'cc';
my @includes = map { "-I$top/$_" }
    qw(tests/host/shim include tests/host kernel mkfs);

# What is tested, and what tests it.
my @tested = map { glob "$top/$_" } qw(kernel/fs/*.c kernel/file/file.c),
    'mkfs/{check,replay,tree,volume}.c';
my @testing = map { glob "$top/$_" }
    qw(tests/host/*.c kernel/file/pipe.c kernel/sched/sleeplock.c mkfs/image.c);

our @SANITIZERS = ('-fsanitize=address,undefined', '-fno-sanitize-recover=all');

# Compiles sources in a folder; dies with what the compiler says.
sub compile {
    my ($dir, $options, @files) = @_;
    my ($status, $output) = capture({ dir => $dir }, $cc, '-std=gnu17', '-w',
        '-c', @$options, @includes, @files);
    die "the host's file system does not compile: $output" if $status;
}

# Links all objects of a folder into a program there; returns its path.
sub link_host {
    my ($dir, $options) = @_;
    my $program = "$dir/hostfs";
    my ($status, $output) = capture({ dir => $dir }, $cc, @$options, '-pthread',
        '-o', $program, glob "$dir/*.o");
    die "the host's file system does not link: $output" if $status;
    return $program;
}

# Builds all of it in a folder; extra options for what is tested may follow.
sub build_host {
    my ($dir, $options, @extra) = @_;
    compile($dir, $options, @testing);
    compile($dir, [@$options, @extra], @tested);
    return link_host($dir, [@$options, @extra]);
}

# Dies with one line if this compiler cannot check each access to memory.
sub need_sanitizers {
    my $dir = temp_dir();
    write_file("$dir/try.c", "int main(void) { return 0; }\n");
    my ($status) = capture({ dir => $dir }, $cc, @SANITIZERS, '-o', 'try',
        'try.c');
    ($status) = capture("$dir/try") if !$status;
    die "$cc lacks the libraries libasan and libubsan, on Debian of the "
        . "package gcc: type `make setup`\n" if $status;
}

# Runs parts: 'rounds', first seed, count, ...  Returns the exit status, what
# was printed, and the figures of its last line by their names.
sub run_host {
    my ($program, @parts) = @_;
    my ($status, $output) = capture({ limit => 7200 }, $program, @parts);
    my ($line) = $output =~ /^hostfs: (\d+ runs.*)$/m;
    my %figures = map { /^(\d+) (.*)/ ? ($2 => $1) : () }
        split /[,:] /, $line // '';
    return ($status, $output, \%figures);
}

# Of each source that was built with --coverage in a folder and has run there:
# its name, the lines that have run, the lines of code.
sub covered {
    my ($dir) = @_;
    my $gcov = $ENV{GCOV} // 'gcov';
    my ($status, $output) = capture({ dir => $dir }, $gcov, '-n',
        map { s/o$/da/r } glob "$dir/*.gcno");
    die "$gcov, on Debian of the package gcc, cannot be used: $output"
        if $status;
    my @files;
    while ($output =~ m{^File[ ]'\Q$top\E/(\S+\.c)'
                        \nLines[ ]executed:([\d.]+)%[ ]of[ ](\d+)}mgx) {
        push @files, [$1, sprintf('%.0f', $2 * $3 / 100), $3];
    }
    return sort { $a->[0] cmp $b->[0] } @files;
}

1;
