# TraceMachine - a machine whose kernel writes a trace of what it does.
#
#     my $machine = TraceMachine->boot(image => TraceMachine::image($build));
#     my $trace = $machine->trace_of('ls | wc');
#
# Time counts its instructions, a nanosecond each: so the tracing hardly shows.
package TraceMachine;

use strict;
use warnings;
use parent 'Machine';

use File::Copy qw(copy);

use Trace;
use TraceRecords;
use Tree qw(capture read_file temp_dir);

use constant PATIENCE => 20;    # seconds that the shell has for its prompt

# A copy of a build's disk with the tracing kernel on it.
sub image {
    my ($build) = @_;
    my $kernel = "$build/trace/kernel.stripped";
    -e $kernel or die "There is no $kernel: make trace-kernel\n";
    my $image = temp_dir() . '/disk.img';
    copy("$build/lectern.img", $image) or die "$build/lectern.img: $!\n";
    my ($status, $output) = capture("$build/mkfs", '-u', '-B',
        "$build/boot/bootblock.bin", '-K', $kernel, $image);
    die $output if $status;
    return $image;
}

# Boots it.  Besides Machine's options there is build, where the kernel is from.
sub boot {
    my ($class, %option) = @_;
    my $build = delete $option{build};
    my $file = temp_dir() . '/trace';
    my $self = $class->SUPER::boot(%option, extra => ['-icount', 'shift=0',
        '-debugcon', "file:$file", '-global', 'isa-debugcon.iobase=0xe9']);
    $self->{trace} = $file;
    $self->{symbols} = TraceRecords::symbols("$build/trace/kernel.elf");
    return $self;
}

# What the kernel has written so far.
sub written {
    my ($self) = @_;
    return read_file($self->{trace});
}

sub records {
    my ($self) = @_;
    return TraceRecords->new($self->written, $self->{symbols});
}

# Waits until the shell waits for a line.
sub wait_at_prompt {
    my ($self) = @_;
    my $deadline = time + PATIENCE;
    select undef, undef, undef, 0.02 until time > $deadline
        || TraceRecords::at_prompt($self->written, $self->{symbols});
}

# Runs a command and returns the trace of it: from the line's end to the next
# prompt.
sub trace_of {
    my ($self, $command) = @_;
    $self->send($command);
    $self->expect(qr/\Q$command\E\z/);
    $self->wait_at_prompt;
    my $n = TraceRecords::whole($self->written);
    $self->send("\n");
    $self->expect(qr/\A\n/);
    $self->prompt;
    $self->wait_at_prompt;
    my $records = $self->records;
    my $trace = Trace->new($records);
    $trace->clip($records->command($n));
    return $trace;
}

1;
