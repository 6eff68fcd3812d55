# Lab::Grade - from a student's files to points.
#
# The kernel is built in a clean tree, with only those files of the student's
# that the lab names.  Test programs and tools are built in another clean tree,
# so that no header of the student's can make other programs of them; there,
# the student's are only the files that programs are linked with.  Each run
# boots a machine, whose test program gets inputs that are drawn here and
# reports what it has seen; the verdict is made here.
package Lab::Grade;

use strict;
use warnings;
use Encode ();
use File::Path qw(make_path remove_tree);
use List::Util qw(min);
use Time::HiRes qw(time);

use Lab::Conf;
use Lab::Files qw(copy_file files_of read_file update_file);
use Lab::Machine;
use Lab::Program qw(address_of explain_backtrace moved_script program_text);
use Lab::Sandbox;

# How often a machine is started that was too slow to judge.
my $TRIES = 2;

# A kernel that so many machines got no further with gets half of the time and
# of the instructions for each other one.  Right ones need a tenth.
our $PATIENCE = 3;

# How a run ended that is not the program's end, in words.
our %ENDS = (
    panic => 'the kernel panicked',
    budget => 'the machine used up its budget of instructions',
    idle => 'the machine waits for what never comes: all CPUs are idle',
    tampered => "the test program's text in memory is not what was built",
    gone => 'the machine reset itself or was switched off',
    'no init' => 'the first process ended before it was the test program',
    killed => 'the test program was killed',
    flood => 'the machine prints or reports without end',
    unbuilt => 'the test program cannot be linked with your files',
    'no debug kernel' => 'the kernel does not build with DEBUG=1',
    'no disk' => 'mkfs cannot make a disk of it',
    'no files' => 'the kernel found no file system that it could use',
);
my %CAUSES = (
    panic => 'the backtrace below tells who called whom; the first line says '
        . 'what the kernel found wrong',
    budget => 'a loop that does not end, or far too much work',
    idle => 'a process sleeps and nobody wakes it, or every CPU halts',
    tampered => 'the kernel has written where a program may only read',
    'no debug kernel' => 'races are hunted on this kernel, too',
    'no disk' => 'the kernel or a program has become too large',
    'no files' => 'the lines below say what it found wrong with the disk',
    flood => 'a loop that does not end has a printf in it',
    unbuilt => 'a function that programs need is gone, or there are two',
    gone => 'a fault whose handler could not be called (make qemu explains '
        . 'it), or a call of halt',
    'no init' => 'its call of exec failed: the bytes of kernel/proc/initcode.S '
        . 'have addresses in them, and exec has to find what is there',
    killed => 'the lines below say what it did, as this kernel sees it',
);

# What compilers say if not the student's files but this host is the reason.
my $LACK = qr/No\ space\ left\ on\ device|Resource\ temporarily\ unavailable
    |Cannot\ fork|Input\/output\ error|Killed\ signal\ terminated/x;

# Does a line say so?  One that quotes a student's file, its own messages or its
# names does not.
sub is_lack {
    my ($line) = @_;
    return 0 if $line =~ /^\s*\d*\s*\|/ || $line =~ /`|No such file/;
    return 0 if $line =~ /^[^: ]+:\d+:/
        && $line !~ /: fatal error: (?:error|can't) /i;
    return $line =~ $LACK;
}

# A line that tells why there is no build; the last of these is make's own.
my $ERROR = qr/error:|undefined\ reference|out\ of\ memory|signal\ terminated
    |Error\ \d|\*\*\*/xi;

# The list of system calls, from which programs get theirs.
my $CALLS = 'include/syscall.h';

# How many files with runs have been read.
my $packages = 0;

# Options: sandbox, where students' work is built and run; hidden: a folder of
# test programs' sources that those are not to see, and where in the tree they
# are built.  conf, tree (a clean one, which is changed), tests (folders with
# RUN.pl), programs (folders with their sources, in the tree), seed; schedule:
# only this one is run; progress, called with this object after each run; and
# deadline, the time from which on tests are no longer run but `not graded`.
sub new {
    my ($class, %option) = @_;
    my $self = bless { %option, notes => [], result => {}, hangs => 0 },
        $class;
    $self->{build} = "$option{tree}/build";
    $self->{clean} = "$self->{build}/clean";
    $self->keep_clean;
    $Lab::Program::sandbox = $self->{sandbox} //= Lab::Sandbox->none;
    # What the labs share comes last.
    push @{ $self->{tests} }, "$option{tree}/labs/lib/tests";
    push @{ $self->{programs} }, 'labs/lib/programs';
    for my $run ($self->{conf}->runs) {
        my ($path) = grep { -f } map { "$_/$run.pl" } @{ $self->{tests} };
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

# The tree for test programs and tools: as it was handed out.
sub keep_clean {
    my ($self) = @_;
    my ($tree, $clean) = @$self{qw(tree clean)};
    my %wanted = map { $_ => 1 } files_of($tree);
    make_path($clean);
    unlink map { "$clean/$_" } grep { !$wanted{$_} } files_of($clean);
    copy_file("$tree/$_", "$clean/$_")
        for grep { $_ ne $CALLS } sort keys %wanted;
    # Besides the base's calls it has those that are used by name in what the
    # lab's programs are linked with.
    update_file("$clean/$CALLS", join '', map { read_file($_) } grep { -f }
        "$tree/$CALLS", map { "$tree/$_/stubs.h" } @{ $self->{programs} });
}

sub notes { return @{ $_[0]{notes} } }
sub note { push @{ $_[0]{notes} }, $_[1] }

# Puts the files of a student's folder that the lab names into the tree of the
# kernel, and those that programs are linked with into the other one, too.
sub take {
    my ($self, $folder) = @_;
    my ($tree, $conf, $bytes) = ($self->{tree}, $self->{conf}, 0);
    $self->{student} = $folder;
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
        die "The files are larger than 1 MB in all.\n"
            if $bytes > $Lab::Conf::MOST_BYTES;
        copy_file("$folder/$path", $clean);
        # What only an earlier lab has is not in this lab's programs.
        $self->link_with($path, read_file($clean))
            if $conf->is_linked($path) && -f "$self->{clean}/$path";
    }
}

# Gives test programs a file of the student's; of a linker's script no more than
# the address in it.
sub link_with {
    my ($self, $path, $bytes) = @_;
    my $clean = "$self->{clean}/$path";
    if ($path =~ /\.ld\z/) {
        ($bytes, $self->{wrong_script}) = moved_script(read_file($clean),
            $bytes);
    }
    update_file($clean, $bytes);
}

# Where in the tree a test program's source is, if it is there.
sub source_of {
    my ($self, $name) = @_;
    return (grep { -f "$self->{clean}/$_" }
        map { "$_/$name.c" } @{ $self->{programs} })[0];
}

# The words of EXTRA: each test program with the breakpoint's code.
sub extra {
    my ($self, $name) = @_;
    my $source = $self->source_of($name)
        // die "there is no test program $name.c\n";
    return "$name:$source,labs/lib/programs/lab.S";
}

# The programs on a run's disk: the first is the test program.
sub programs_of { my ($spec) = @_; return ($spec->{program},
    @{ $spec->{helpers} // [] }) }

# Those of several runs, each once.
sub test_programs {
    my ($self, @runs) = @_;
    my %tests = map { $_ => 1 } map { programs_of($self->{spec}{$_}) } @runs;
    return sort keys %tests;
}

sub system_programs {
    my ($self, $spec) = @_;
    return grep { -f "$self->{tree}/user/bin/$_.c" } @{ $spec->{system} // [] };
}

# Makes these files in one of the trees.  Returns '' or what is wrong.
sub make {
    my ($self, $tree, @words) = @_;
    my $sandbox = $self->{sandbox};
    $sandbox->give($tree);
    my @make = ({ kind => 'compile', folder => $tree, write => [$tree] },
        'make', '-j2', @words);
    my ($status, $output) = $sandbox->run(@make);
    # What this host lacked it may have by now.
    ($status, $output) = $sandbox->run(@make)
        if $status ne '0' && grep { is_lack($_) } split /\n/, $output;
    return '' if $status eq '0';
    return 'compiling takes far too long, so it was ended' if $status eq 'time';
    my @lines = split /\n/, $output;
    my ($lack) = grep { is_lack($_) } @lines;
    my ($first) = grep { $lines[$_] =~ /$ERROR/ } 0 .. $#lines;
    # Files may print what tools say.  It is true if nothing builds here.
    if (defined $lack || !defined $first || $status > 128) {
        my ($plain) = $sandbox->run({ kind => 'compile',
            folder => $self->{clean}, write => [$self->{clean}] }, 'make',
            'EXTRA=', 'build/kernel.stripped');
        die defined $lack ? "This host lacks something: $lack\n"
            : "make fails and does not say why:\n$output\n" if $plain ne '0';
    }
    return 'it fails, and says too much or nothing of why' if !defined $first;
    return join "\n", grep { defined } @lines[$first .. $first + 3];
}

# Builds what the runs need.  Returns '' or what is wrong.
sub build {
    my ($self, @runs) = @_;
    my $wrong = $self->build_seen(@runs);
    return $wrong if $wrong;
    my @hidden = grep { !$self->source_of($_) } $self->test_programs(@runs);
    return '' if !@hidden;
    $self->build_debug if grep { $self->{spec}{$_}{schedules} } @runs;
    $self->build_hidden(@hidden);
    return '';
}

# Builds all of that whose sources the student may see.
sub build_seen {
    my ($self, @runs) = @_;
    my @specs = map { $self->{spec}{$_} } @runs;
    my %system = map { $_ => 1 } map { $self->system_programs($_) } @specs;
    my @seen = grep { $self->source_of($_) } $self->test_programs(@runs);
    return $self->make($self->{tree}, 'EXTRA=', 'build/kernel.stripped',
        'build/boot/bootblock.bin', map { "build/disk/$_" } sort keys %system)
        || $self->make($self->{clean}, $self->extra_words(@seen), 'build/mkfs',
        map { "build/$_" } map { @{ $_->{tools} // [] } } @specs);
}

sub extra_words {
    my ($self, @programs) = @_;
    return ('EXTRA=' . join(' ', map { $self->extra($_) } @programs),
        map { "build/disk-extra/$_" } @programs);
}

# Builds programs whose sources the student's files must not see: these are
# compiled by now, those that are linked with programs among them.  What is said
# meanwhile is for the instructor alone.
sub build_hidden {
    my ($self, @programs) = @_;
    my ($from, $to) = @{ $self->{hidden} // [] };
    if (defined $from) {
        copy_file("$from/$_", "$self->{clean}/$to/$_") for files_of($from);
        push @{ $self->{programs} }, $to;
    }
    my $wrong = $self->make($self->{clean}, $self->extra_words(@programs))
        or return;
    $self->{unbuilt} = { map { $_ => 1 } @programs };
    $self->{hidden_wrong} = $wrong;
}

# The kernel that draws its schedule from a seed is the DEBUG one.
sub build_debug {
    my ($self) = @_;
    return $self->{debug_wrong} //=
        $self->make($self->{tree}, 'DEBUG=1', 'EXTRA=',
        'build/debug/kernel.stripped');
}

# Makes the disk of a run.  Returns its path, or undef if mkfs refuses what the
# student has made.
sub image {
    my ($self, $spec, $folder, $schedule) = @_;
    my ($main, @helpers) = programs_of($spec);
    # A program that was built from a student's files may have left links here.
    remove_tree($folder);
    make_path("$folder/disk");
    my $build = $self->{build};
    my $tools = "$self->{clean}/build";
    copy_file("$tools/disk-extra/$main", "$folder/disk/init");
    my @files = ("$folder/disk/init", (map { "$tools/disk-extra/$_" } @helpers),
        map { "$build/disk/$_" } $self->system_programs($spec));
    $self->{sandbox}->give($folder);
    my ($status, $output) = $self->{sandbox}->run({ kind => 'boot',
        folder => $folder, read => [$build], write => [$folder] },
        "$tools/mkfs",
        '-b', $spec->{disk}{blocks} // 2048, '-i', $spec->{disk}{inodes} // 300,
        '-B', "$build/boot/bootblock.bin",
        '-K', ($schedule ? "$build/debug" : $build) . '/kernel.stripped',
        "$folder/disk.img", @files);
    return "$folder/disk.img" if $status eq '0';
    # What is too large for the disk is the student's; all else is the host's.
    die "mkfs: $output" if $status ne '1'
        || $output !~ /: longer than| as ".*": /;
    $self->{no_disk} = $output;
    return undef;
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

# Runs one test program with the inputs of a seed; with a schedule, on the
# kernel that draws it from this number.
sub machine_run {
    my ($self, $spec, $seed, $schedule) = @_;
    my $folder = "$self->{tree}/build/run";
    make_path($folder);
    my $tools = "$self->{clean}/build";
    my $elf = "$tools/extra/$spec->{program}/$spec->{program}.elf";
    my %run = (input => $spec->{input}->(drawer($seed)), reports => [],
        build => $self->{build} . ($schedule ? '/debug' : ''),
        tools => $tools, seed => $seed,
        schedule => $schedule, end => 'slow', console => '',
        grade => $self, spec => $spec, folder => $folder);
    for my $try (1 .. $TRIES) {
        my $left = ($self->{deadline} // 'inf') - time;
        last if $left <= 0;
        local $Lab::Machine::SLOW = min($Lab::Machine::SLOW, $left);
        my $share = $self->{hangs} < $PATIENCE ? 1 : 0.5;
        local $Lab::Machine::IDLE = $share * $Lab::Machine::IDLE;
        $run{reports} = [];
        my $image = $self->image($spec, $folder, $schedule);
        if (!defined $image) {
            @run{qw(end console)} = ('no disk', $self->{no_disk});
            last;
        }
        my @more = $spec->{prepare} ? $spec->{prepare}->(\%run, $image) : ();
        my $machine = Lab::Machine->new(image => $image, folder => $folder,
            cpus => $spec->{cpus} // 1, shift => $spec->{shift},
            schedule => $schedule,
            sandbox => $self->{sandbox}, @more);
        $spec->{at_start}->(\%run, $machine) if $spec->{at_start};
        @run{qw(end instructions)} = $machine->run(
            address => address_of($elf, 'lab_stop'),
            text => program_text($elf),
            budget => $share * $self->{conf}->get('budget'),
            input => sub {
                $run{began} = 1;
                return pack 'l<*', $spec->{pack}->($run{input}, \%run);
            },
            report => sub {
                my (undef, $bytes) = @_;
                push @{ $run{reports} }, $bytes;
                $spec->{at_report}->(\%run, $machine) if $spec->{at_report};
            });
        $run{console} = $machine->console;
        $run{end} = how_ended(\%run);
        $self->{hangs}++ if $run{end} =~ /^(?:idle|budget)$/;
        last if $run{end} ne 'slow';
    }
    return \%run;
}

# How a run ended, by what the kernel said last, if it was switched off: the
# first process is to become the test program.
sub how_ended {
    my ($run) = @_;
    return $run->{end} if $run->{end} ne 'gone'
        || $run->{console} !~ /^The first program has ended with status /m;
    return $run->{began} ? 'killed' : 'no init';
}

# The schedules of a run: each is a number, from which the kernel draws one.
sub schedules_of {
    my ($self, $spec, $seed) = @_;
    my $draw = drawer($seed);
    return map { $draw->(1, 999_999) } 1 .. $spec->{schedules} // 0;
}

# Is it known that a part cannot count, since a test that it needs has not
# passed?
sub is_in_vain {
    my ($self, $part) = @_;
    my $result = $self->result($part->{after} // return 0) // return 0;
    return $result->{state} =~ /^(?:failed|not run)$/;
}

# Runs one test program, and judges all of its parts: on a machine with its
# CPUs, then under each schedule those that are hunted.  What has failed is not
# judged again; and where no part could count there is no run: look_back says
# why.
sub judge {
    my ($self, $name, $seed) = @_;
    my $spec = $self->{spec}{$name};
    my @parts = grep { $_->{name} =~ /^\Q$name\E\./ } $self->{conf}->all;
    if (!grep { !$self->is_in_vain($_) } @parts) {
        $self->{result}{ $_->{name} } = {} for @parts;
        return;
    }
    my %hunted = map { ("$name.$_" => 1) }
        @{ $spec->{hunted} // [keys %{ $spec->{parts} }] };
    my @schedules = $self->{schedule}
        // (undef, $self->schedules_of($spec, $seed));
    for my $schedule (@schedules) {
        my @left = grep { !$schedule || $hunted{ $_->{name} } }
            grep { ($self->result($_->{name}) // { state => 'passed' })->{state}
            eq 'passed' } @parts or next;
        my $wrong = $schedule ? $self->build_debug : '';
        my $run = $self->{wrong_script} || $self->{unbuilt}{ $spec->{program} }
            ? { end => 'unbuilt', build => '', console => '' }
            : $wrong ? { end => 'no debug kernel', build => '',
            console => $wrong } : $self->machine_run($spec, $seed, $schedule);
        $self->judge_part($run, $seed, $_) for @left;
    }
}

# Judges one part of a run.
sub judge_part {
    my ($self, $run, $seed, $part) = @_;
    my ($name, $short) = $part->{name} =~ /^(\w+)\.(\w+)$/;
    my $result = $self->{result}{ $part->{name} } //= { state => 'passed' };
    @$result{qw(seed schedule)} = ($seed, $run->{schedule});
    if ($run->{end} eq 'slow') {
        $result->{state} = 'not graded';
        $result->{seen} = 'this host was too slow to judge';
        return;
    }
    my $wrong = $self->{spec}{$name}{parts}{$short}
        or die "tests/$name.pl judges no part $short\n";
    my $found = $self->{wrong_script} // ($run->{end} ne 'end'
        ? { expected => 'the test program runs to its end',
            seen => $ENDS{ $run->{end} }, cause => $CAUSES{ $run->{end} }
                . likely($run) }
        : verdict($wrong, $run));
    return if !$found;
    @$result{ 'state', keys %$found } = ('failed', values %$found);
    $result->{seen} .= ', under the schedule that is drawn from '
        . $run->{schedule} if $run->{schedule};
    my $trace = explain_backtrace($run->{build}, $run->{console});
    $result->{console} = $trace || tail($run->{console})
        if $run->{end} ne 'end';
}

# What a run says of its most likely mistakes, if it ended as these make it.
my %LIKELY = (panic => 'panics', idle => 'idles');
sub likely {
    my ($run) = @_;
    my $words = $run->{spec}{ $LIKELY{ $run->{end} } // return '' };
    return defined $words ? ". Most likely: $words" : '';
}

# What a part's function finds.  Reports may be missing or cut off, if the
# kernel does not run the program as it was built: then Perl tells of a line of
# ours.  Any other error is this host's.
sub verdict {
    my ($wrong, $run) = @_;
    my $found = eval { [$wrong->($run)] };
    return $found->[0] if $found;
    die $@ if $@ !~ /\.p[lm] line \d+/;
    return {
        expected => 'the test program reports what it has seen',
        seen => 'there is no sense in its reports',
        cause => 'a part of the program was not executed, or its variables '
            . 'were changed',
    };
}

# The command that reruns a test that was judged.
sub rerun {
    my ($self, $test) = @_;
    my $result = $self->result($test);
    return "make grade T=$test SEED=$result->{seed}"
        . ($result->{schedule} ? " SCHED=$result->{schedule}" : '');
}

# The last lines of a console.
sub tail {
    my @lines = split /\n/, printable($_[0]);
    return join "\n", @lines > 8 ? @lines[-8 .. -1] : @lines;
}

# Characters that are no text for people: control bytes (but tabs and ends of
# lines), what turns the direction of a line around, and what XML refuses.
my $CONTROL = qr/(?![\t\n])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Nchar}]/;

# How many bytes of the guest's text are shown.
my $MOST_SHOWN = 8192;

# Text of the guest as UTF-8 for people: other bytes as \xNN, and of much only
# the last 8 KiB.
sub printable {
    my ($text) = @_;
    $text = substr($text, -$MOST_SHOWN) =~ s/^[\x80-\xbf]{1,3}//r
        if length $text > $MOST_SHOWN;
    my $out = '';
    while (length $text) {
        my $part = Encode::decode('UTF-8', $text, Encode::FB_QUIET());
        $part =~ s/($CONTROL)/escape(Encode::encode('UTF-8', $1))/ge;
        $out .= Encode::encode('UTF-8', $part);
        $out .= escape(substr $text, 0, 1, '') if length $text;
    }
    # What is cut off ends with a whole character.
    my $character = qr/\\x[0-9a-f]{2}|[\xc0-\xff][\x80-\xbf]*|./s;
    $out =~ s/^$character// while length $out > $MOST_SHOWN;
    return $out;
}

sub escape { return join '', map { sprintf '\\x%02x', ord } split //, $_[0] }

# Grades the tests whose names begin with `only`.  Returns what went wrong with
# the build, or ''.
sub grade {
    my ($self, $only) = @_;
    my @runs = grep { my $run = $_;
        !defined $only || $only =~ /^\Q$run\E(?:\.|$)/ } $self->{conf}->runs;
    @runs or die "There is no test $only; there are: "
        . join(' ', map { $_->{name} } $self->{conf}->all) . "\n";
    $self->{wanted} = { map { $_ => 1 } @runs };
    my $wrong = $self->build(@runs);
    return $wrong if $wrong;
    my $first = $self->{seed};
    for my $seed ($first .. $first + $self->{conf}->get('seeds') - 1) {
        for my $run (@runs) {
            $self->judge($run, $seed);
            $self->look_back;
            $self->{progress}->($self) if $self->{progress};
        }
    }
    return '';
}

# Tests that need another which did not pass have not been run, so to say.  If
# that other could not be judged, nor can they.
sub look_back {
    my ($self) = @_;
    for my $test ($self->{conf}->tests) {
        my $before = $test->{after} // next;
        my $result = $self->{result}{ $test->{name} } // next;
        my $state = ($self->{result}{$before} // next)->{state};
        %$result = (state => $state eq 'not graded' ? $state : 'not run',
            seen => "$before has to pass first") if $state ne 'passed';
    }
}

sub result { return $_[0]{result}{ $_[1] } }

1;
