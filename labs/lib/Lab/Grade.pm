# Lab::Grade - from a student's files to points.
#
# The tree that is built is a clean one, with only those files of the student's
# that the lab names.  Each run boots a machine, whose test program gets inputs
# that are drawn here and reports what it has seen; the verdict is made here.
package Lab::Grade;

use strict;
use warnings;
use File::Path qw(make_path);
use Time::HiRes qw(time);

use Lab::Files qw(copy_file files_of read_file run write_file);
use Lab::Machine;
use Lab::Program qw(address_of explain_backtrace program_text);

# All that a student hands in: at most so many bytes.
my $MOST_BYTES = 1 << 20;

# How often a machine is started that was too slow to judge.
my $TRIES = 2;

# How a run ended that is not the program's end, in words.
my %ENDS = (
    panic => 'the kernel panicked',
    budget => 'the machine used up its budget of instructions',
    idle => 'the machine waits for what never comes: all CPUs are idle',
    tampered => "the test program's text in memory is not what was built",
    gone => 'the machine reset itself or was switched off',
);
my %CAUSES = (
    panic => 'the backtrace below tells who called whom; the first line says '
        . 'what the kernel found wrong',
    budget => 'a loop that does not end, or far too much work',
    idle => 'a process sleeps and nobody wakes it, or every CPU halts',
    tampered => 'the kernel has written where a program may only read',
    gone => 'a fault whose handler could not be called (make qemu explains '
        . 'it), or a call of halt',
);

# How many files with runs have been read.
my $packages = 0;

# Options: conf, tree (the clean one, which is changed), tests (folders with
# RUN.pl), programs (folders with their sources, in the tree), seed, verbose.
sub new {
    my ($class, %option) = @_;
    my $self = bless { %option, notes => [], result => {} }, $class;
    $self->{build} = "$option{tree}/build";
    for my $run ($self->{conf}->runs) {
        my ($path) = grep { -f } map { "$_/$run.pl" } @{ $option{tests} };
        defined $path or die "lab.conf: there is no tests/$run.pl\n";
        # Each file has its functions in a package of its own.
        $packages++;
        my $spec = eval "package Lab::Run::At$packages;\n#line 1 \"$path\"\n"
            . read_file($path);
        ref $spec eq 'HASH' or die "$path: ", $@ || 'it returns no hash', "\n";
        $self->{spec}{$run} = $spec;
    }
    return $self;
}

sub notes { return @{ $_[0]{notes} } }
sub note { push @{ $_[0]{notes} }, $_[1] }

# Puts the files of a student's folder that the lab names into the clean tree.
sub take {
    my ($self, $folder) = @_;
    my ($tree, $conf, $bytes) = ($self->{tree}, $self->{conf}, 0);
    for my $path (files_of($folder)) {
        my $clean = "$tree/$path";
        next if -f $clean && read_file($clean) eq read_file("$folder/$path");
        if (!$conf->may_change($path)) {
            $self->note("$path is not a file that this lab lets you "
                . (-f $clean ? 'change: graded without your change'
                : 'add: graded without it')) if $path !~ m{^(?:\.|submit)};
            next;
        }
        $bytes += -s "$folder/$path";
        die "The files are larger than 1 MB in all.\n" if $bytes > $MOST_BYTES;
        copy_file("$folder/$path", $clean);
    }
}

# The words of EXTRA: each test program with the breakpoint's code.
sub extra {
    my ($self, $name) = @_;
    my ($source) = grep { -f "$self->{tree}/$_" }
        map { "$_/$name.c" } @{ $self->{programs} };
    defined $source or die "there is no test program $name.c\n";
    return "$name:$source,labs/lib/programs/lab.S";
}

# The programs on a run's disk: the first is the test program.
sub programs_of { my ($spec) = @_; return ($spec->{program},
    @{ $spec->{helpers} // [] }) }

sub system_programs {
    my ($self, $spec) = @_;
    return grep { -f "$self->{tree}/user/bin/$_.c" } @{ $spec->{system} // [] };
}

# Builds what the runs need.  Returns '' or what is wrong.
sub build {
    my ($self, @runs) = @_;
    my @specs = map { $self->{spec}{$_} } @runs;
    my %tests = map { $_ => 1 } map { programs_of($_) } @specs;
    my %system = map { $_ => 1 } map { $self->system_programs($_) } @specs;
    my ($status, $output) = run($self->{tree}, 'make', '-j2', 'EXTRA='
        . join(' ', map { $self->extra($_) } sort keys %tests),
        'build/kernel.stripped', 'build/boot/bootblock.bin', 'build/mkfs',
        (map { "build/disk-extra/$_" } sort keys %tests),
        map { "build/disk/$_" } sort keys %system);
    return '' if $status == 0;
    my @lines = split /\n/, $output;
    my ($first) = grep { $lines[$_] =~ /error:|undefined reference|Error \d/ }
        0 .. $#lines;
    $first //= $#lines;
    return join "\n", grep { defined } @lines[$first .. $first + 3];
}

sub image {
    my ($self, $spec, $folder) = @_;
    my ($main, @helpers) = programs_of($spec);
    make_path("$folder/disk");
    my $build = $self->{build};
    copy_file("$build/disk-extra/$main", "$folder/disk/init");
    my @files = ("$folder/disk/init", (map { "$build/disk-extra/$_" } @helpers),
        map { "$build/disk/$_" } $self->system_programs($spec));
    unlink "$folder/disk.img";
    my ($status, $output) = run('.', "$build/mkfs", '-b', 2048, '-i', 300,
        '-B', "$build/boot/bootblock.bin", '-K', "$build/kernel.stripped",
        "$folder/disk.img", @files);
    die "mkfs: $output" if $status;
    return "$folder/disk.img";
}

# Random numbers from a seed, the same with every Perl: a generator of 31 bits.
sub drawer {
    my ($state) = @_;
    $state = ($state * 2654435761 + 12345) % 2147483647 || 1;
    return sub {
        my ($least, $most) = @_;
        $state = $state * 48271 % 2147483647;
        return $least + $state % ($most - $least + 1);
    };
}

# Runs one test program with the inputs of a seed.
sub machine_run {
    my ($self, $spec, $seed) = @_;
    my $folder = "$self->{tree}/build/run";
    make_path($folder);
    my $elf = "$self->{build}/extra/$spec->{program}/$spec->{program}.elf";
    my %run = (input => $spec->{input}->(drawer($seed)), reports => [],
        build => $self->{build}, seed => $seed);
    my $image = $self->image($spec, $folder);
    for my $try (1 .. $TRIES) {
        $run{reports} = [];
        my $machine = Lab::Machine->new(image => $image, folder => $folder,
            cpus => $spec->{cpus} // 1);
        @run{qw(end instructions)} = $machine->run(
            address => address_of($elf, 'lab_stop'),
            text => program_text($elf),
            budget => $self->{conf}->get('budget'),
            input => sub { return pack 'l<*', $spec->{pack}->($run{input}) },
            report => sub {
                my (undef, $bytes) = @_;
                push @{ $run{reports} }, $bytes;
                $spec->{at_report}->(\%run, $machine) if $spec->{at_report};
            });
        $run{console} = $machine->console;
        last if $run{end} ne 'slow';
    }
    return \%run;
}

# Judges all parts of a run.
sub judge {
    my ($self, $name, $seed) = @_;
    my $spec = $self->{spec}{$name};
    my $run = $self->machine_run($spec, $seed);
    my @parts = grep { $_->{name} =~ /^\Q$name\E\./ } $self->{conf}->all;
    for my $part (@parts) {
        my $result = $self->{result}{ $part->{name} } //= { state => 'passed' };
        next if $result->{state} ne 'passed';
        my ($short) = $part->{name} =~ /\.(\w+)$/;
        $result->{seed} = $seed;
        if ($run->{end} eq 'slow') {
            $result->{state} = 'not graded';
            $result->{seen} = 'this host was too slow to judge';
            next;
        }
        my $wrong = $spec->{parts}{$short}
            or die "tests/$name.pl judges no part $short\n";
        # What came before the end counts where the part says it is enough.
        my $found = $run->{end} ne 'end'
            ? { expected => 'the test program runs to its end',
                seen => $ENDS{ $run->{end} }, cause => $CAUSES{ $run->{end} } }
            : $wrong->($run);
        next if !$found;
        @$result{ 'state', keys %$found } = ('failed', values %$found);
        my $trace = explain_backtrace($self->{build}, $run->{console});
        $result->{console} = $trace || tail($run->{console})
            if $run->{end} ne 'end';
    }
}

# The last lines of a console.
sub tail {
    my @lines = split /\n/, printable($_[0]);
    return join "\n", @lines > 8 ? @lines[-8 .. -1] : @lines;
}

# Text of the guest as UTF-8 for people: control bytes as \xNN, and of much only
# the last 8 KiB.
sub printable {
    my ($text) = @_;
    $text = substr $text, -8192 if length $text > 8192;
    require Encode;
    my $out = '';
    while (length $text) {
        my $part = Encode::decode('UTF-8', $text, Encode::FB_QUIET());
        $out .= Encode::encode('UTF-8', $part
            =~ s/([\x00-\x08\x0b-\x1f\x7f-\x9f])/sprintf '\\x%02x', ord $1/ger);
        $out .= sprintf '\\x%02x', ord substr $text, 0, 1, '' if length $text;
    }
    return $out;
}

# Grades the tests whose names begin with `only`.  Returns what went wrong with
# the build, or ''.
sub grade {
    my ($self, $only) = @_;
    my @runs = grep { my $run = $_;
        !defined $only || $only =~ /^\Q$run\E(?:\.|$)/ } $self->{conf}->runs;
    @runs or die "There is no test $only; there are: "
        . join(' ', map { $_->{name} } $self->{conf}->all) . "\n";
    my $wrong = $self->build(@runs);
    return $wrong if $wrong;
    my $first = $self->{seed};
    for my $seed ($first .. $first + $self->{conf}->get('seeds') - 1) {
        $self->judge($_, $seed) for @runs;
    }
    for my $test ($self->{conf}->tests) {
        my $before = $test->{after} // next;
        my $result = $self->{result}{ $test->{name} } // next;
        my $state = ($self->{result}{$before} // next)->{state};
        %$result = (state => 'not run', seen => "$before has to pass first")
            if $state ne 'passed';
    }
    return '';
}

sub result { return $_[0]{result}{ $_[1] } }

# The points of new behaviour, the most that there are, and the share of what
# worked before and still does.
sub points {
    my ($self) = @_;
    my ($points, $most) = (0, 0);
    for my $test ($self->{conf}->tests) {
        my $result = $self->result($test->{name}) // next;
        $most += $test->{points};
        $points += $test->{points} if $result->{state} eq 'passed';
    }
    my @keeps = grep { $self->result($_->{name}) } $self->{conf}->keeps;
    my $kept = grep { $self->result($_->{name})->{state} eq 'passed' } @keeps;
    return ($points, $most, @keeps ? $kept / @keeps : 1);
}

1;
