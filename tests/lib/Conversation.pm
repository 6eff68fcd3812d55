# Conversation - a stream of text to and from a program or a machine.
#
# Output is collected without carriage returns.  expect() walks through it:
# each call looks only at what no earlier call has consumed.  Every wait has a
# limit, and a failed one dies with the last lines of output.
package Conversation;

use strict;
use warnings;
use Errno qw(EINTR EIO);
use IO::Select;
use Time::HiRes qw(time);

# Seconds to wait for anything: far more than it takes, as hosts may be busy.
our $LIMIT = 120;

# The shell's prompt, at the start of a line and with nothing after it.
our $PROMPT = qr/^\$ \z/m;

sub new {
    my ($class, $handle) = @_;
    return bless { handle => $handle, output => '', seen => 0 }, $class;
}

# All output since the start.
sub output { return $_[0]{output} }

# The output that no expect() has consumed.
sub unseen {
    my ($self) = @_;
    return substr $self->{output}, $self->{seen};
}

sub send {
    my ($self, $text) = @_;
    local $SIG{PIPE} = 'IGNORE';
    while (length $text) {
        my $n = syswrite $self->{handle}, $text;
        $self->fail("cannot send: $!") if !defined $n;
        substr $text, 0, $n, '';
    }
}

# Reads what there is, waiting up to some seconds.  Returns true if something
# came, 0 at the end of the output, undef when the time is over.
sub read_some {
    my ($self, $seconds) = @_;
    return 0 if $self->{ended};
    my $select = IO::Select->new($self->{handle});
    return undef if !$select->can_read($seconds > 0 ? $seconds : 0);
    my $n = sysread $self->{handle}, my $bytes, 65536;
    return undef if !defined $n && $! == EINTR;
    # A pseudo-terminal without a slave end reads as an I/O error.
    if (!$n) {
        $self->{ended} = 1;
        return 0;
    }
    $bytes =~ tr/\r//d;
    $self->{output} .= $bytes;
    return 1;
}

# Waits until the unseen output matches, consumes it up to the match's end and
# returns what stood before the match.
sub expect {
    my ($self, $pattern, $limit) = @_;
    my $deadline = time + ($limit // $LIMIT);
    while (1) {
        my $text = $self->unseen;
        if ($text =~ $pattern) {
            $self->{seen} += $+[0];
            return substr $text, 0, $-[0];
        }
        my $got = $self->read_some($deadline - time);
        $self->fail("the output ended before $pattern") if defined $got
            && !$got;
        $self->fail("no $pattern in time") if !$got && time >= $deadline;
    }
}

# Waits for the end of the output and returns what was unseen.
sub drain {
    my ($self, $limit) = @_;
    my $deadline = time + ($limit // $LIMIT);
    while (1) {
        my $got = $self->read_some($deadline - time);
        last if defined $got && !$got;
        $self->fail('the output does not end') if !$got && time >= $deadline;
    }
    my $text = $self->unseen;
    $self->{seen} = length $self->{output};
    return $text;
}

# Types a line at the shell and waits for its echo.
sub type {
    my ($self, $line, $limit) = @_;
    $self->send("$line\n");
    $self->expect(qr/\Q$line\E\n/, $limit);
}

# Waits for the shell's prompt and returns what came before it.
sub prompt {
    my ($self, $limit) = @_;
    return $self->expect($PROMPT, $limit);
}

# Has the shell run a command.  Returns the command's output.
sub run {
    my ($self, $command, $limit) = @_;
    $self->type($command, $limit);
    return $self->prompt($limit);
}

sub name { return 'conversation' }

sub fail {
    my ($self, $why) = @_;
    my @lines = split /\n/, $self->{output}, -1;
    splice @lines, 0, @lines - 25 if @lines > 25;
    my $tail = join "\n", map { "    $_" } @lines;
    my $notes = $self->notes;
    local $Carp::Internal{ +__PACKAGE__ } = 1;
    require Carp;
    Carp::croak($self->name . ": $why; its last lines:\n$tail\n$notes");
}

# What a subclass adds to the report of a failure.
sub notes { return '' }

1;
