# TraceJson - a trace in Chrome's trace-event format, which Perfetto and others
# show.  ("Trace Event Format", see docs/REFERENCES.md.)
package TraceJson;

use strict;
use warnings;
use JSON::PP;

use Trace;

# The groups of tracks, which the format calls processes.
my %groups = (cpu => 1, process => 2, disk => 3);
my %titles = (1 => 'CPUs', 2 => 'processes', 3 => 'disk');

my %labels = (sleep => 'sleeps in', lock => 'waits for the lock',
    interrupt => 'interrupt:');

sub label {
    my ($slice) = @_;
    return join ' ', grep { defined } $labels{ $slice->{kind} },
        $slice->{name};
}

# The format wants microseconds.
sub us {
    my ($time) = @_;
    return $time / 1000;
}

sub where {
    my ($track) = @_;
    return (pid => $groups{ $track->{what} },
        tid => $track->{pid} // ($track->{title} =~ /(\d+)$/ ? $1 + 0 : 0));
}

sub arguments {
    my ($slice) = @_;
    my %arguments;
    $arguments{result} = $slice->{result} if defined $slice->{result};
    $arguments{pages} = $slice->{pages} if $slice->{pages};
    $arguments{channel} = $slice->{note} if $slice->{kind} eq 'sleep';
    $arguments{what} = $slice->{note} if $slice->{kind} eq 'disk';
    $arguments{by} = $slice->{by}{title} if $slice->{kind} eq 'disk';
    return %arguments ? (args => \%arguments) : ();
}

# The slices of a track as a sequence of begins and ends.
sub slices {
    my ($track) = @_;
    my (@events, @open);
    my $end = sub {
        push @events, { ph => 'E', ts => us((pop @open)->{end}),
            where($track) };
    };
    for my $slice (@{ $track->{slices} }) {
        $end->() while @open && Trace::ends_before($open[-1], $slice);
        push @events, { ph => 'B', ts => us($slice->{begin}),
            name => label($slice), cat => $slice->{kind}, where($track),
            arguments($slice) };
        push @open, $slice;
    }
    $end->() while @open;
    return @events;
}

# A wakeup is an instant, and an arrow to where the process then runs.
sub wakeup {
    my ($wakeup, $id) = @_;
    my ($by, $process) = @$wakeup{qw(by process)};
    my %arrow = (name => $wakeup->{what}, cat => 'wakeup', id => $id);
    my @events = ({ ph => 'i', s => 't', cat => 'wakeup',
        ts => us($wakeup->{time}),
        name => $wakeup->{what}, where($by) });
    push @events,
        { %arrow, ph => 's', ts => us($wakeup->{time}), where($by) },
        { %arrow, ph => 'f', bp => 'e', ts => us($wakeup->{runs}),
            where($process) } if defined $wakeup->{runs};
    return @events;
}

sub names {
    my ($trace) = @_;
    my @tracks = $trace->tracks;
    return (map { { ph => 'M', name => 'process_name', pid => $_ + 0,
            args => { name => $titles{$_} } } } sort keys %titles),
        map { { ph => 'M', name => 'thread_name', where($_),
            args => { name => $_->{title} } } } @tracks;
}

sub document {
    my ($trace, $command, $cpus) = @_;
    my @events = map { slices($_) } $trace->tracks;
    my $id = 0;
    push @events, map { wakeup($_, ++$id) } $trace->wakeups;
    push @events, map { { ph => 'C', name => 'pages in use', ts => us($_->[0]),
        pid => $groups{cpu}, args => { pages => $_->[1] } } } $trace->counts;
    # In order of time; of one time, in that of their making.
    my @order = sort { $events[$a]{ts} <=> $events[$b]{ts} || $a <=> $b }
        0 .. $#events;
    my $json = JSON::PP->new->canonical;
    return qq({"displayTimeUnit":"ns",\n"otherData":)
        . $json->encode({ command => $command, cpus => $cpus + 0 })
        . qq(,\n"traceEvents":[\n)
        . join(",\n", map { $json->encode($_) } names($trace), @events[@order])
        . "\n]}\n";
}

1;
