# TraceText - a trace as text in 80 columns: a strip for each track, then what
# happened, line by line.
package TraceText;

use strict;
use warnings;
use List::Util qw(max min);

use Trace;

use constant { WIDTH => 64, LABEL => 14 };

# How a strip shows what a process does.
my %marks = (user => 'U', call => 'K', trap => 'K', interrupt => 'K',
    sleep => 'z', ready => 'r', lock => 'L');
my %disk_marks = (read => 'R', write => 'W', flush => 'F');

sub us {
    my ($time) = @_;
    return sprintf '%.1f', $time / 1000;
}

# ---- The strips ----

# The mark for a piece of a track; letters stand for processes.
sub mark {
    my ($track, $slice, $letters) = @_;
    return $disk_marks{ $slice->{command} } // '?' if $track->{what} eq 'disk';
    return $letters->{ $slice->{pid} } // '?' if $slice->{kind} eq 'run';
    return $track->{what} eq 'cpu' ? 'i' : $marks{ $slice->{kind} };
}

# For each column, the mark of what takes most of it.  Of the disk's short
# commands any shows.
sub strip {
    my ($track, $length, $letters) = @_;
    my $column = $length / WIDTH || 1;
    my @share;
    for my $piece (Trace::pieces($track)) {
        my ($begin, $end, $slice) = @$piece;
        my $mark = mark($track, $slice, $letters);
        for my $i (int($begin / $column)
            .. min(WIDTH - 1, int($end / $column))) {
            $share[$i]{$mark} += min($end, ($i + 1) * $column)
                - max($begin, $i * $column);
        }
    }
    my $empty = $track->{what} eq 'process' ? ' ' : '.';
    return join '', map {
        my %share = (%{ $share[$_] // {} });
        $share{$empty} = $track->{what} eq 'disk' ? 0
            : $column - List::Util::sum0(values %share);
        (sort { $share{$b} <=> $share{$a} || $a cmp $b } keys %share)[0];
    } 0 .. WIDTH - 1;
}

sub strips {
    my ($trace) = @_;
    my @tracks = $trace->tracks;
    my ($letter, %letters) = ('a');
    $letters{ $_->{pid} } = $letter++
        for grep { $_->{what} eq 'process' } @tracks;
    my $text = '';
    for my $track (@tracks) {
        my $label = $track->{pid} ? "$letters{ $track->{pid} } $track->{title}"
            : $track->{title};
        $text .= sprintf("%-*.*s %s", LABEL, LABEL, $label,
            strip($track, $trace->duration, \%letters)) =~ s/ +\z//r . "\n";
    }
    return sprintf("%-*s 0%*s\n%s\n", LABEL, 'microseconds', WIDTH - 1,
            us($trace->duration), $text)
        . "A CPU's row has the letter of the process that runs there, i for an "
        . "interrupt\nwhile none does, or a dot.  The disk reads (R), writes "
        . "(W) or flushes (F).  A\nprocess is in user mode (U) or the kernel "
        . "(K), waits for a CPU (r) or a lock\n(L), or sleeps (z).\n";
}

# ---- The list ----

my %phrases = (sleep => 'sleeps in', lock => 'waits for the lock',
    trap => 'trap:', interrupt => 'interrupt:');

sub phrase {
    my ($slice) = @_;
    my ($kind, $note) = @$slice{qw(kind note)};
    my $text = join ' ', grep { defined && $_ ne '' } $phrases{$kind},
        $slice->{name};
    $text .= ", on $note" if $kind eq 'sleep';
    $text .= " $note" if $kind eq 'disk' && $note ne '';
    $text .= ', begun before,' if $slice->{early} && $kind eq 'call';
    $text .= ", and becomes $slice->{became}" if defined $slice->{became};
    $text .= " gives $slice->{result}"
        if defined $slice->{result} && !defined $slice->{became}
            && !$slice->{late};
    return $text . pages($slice);
}

sub pages {
    my ($slice) = @_;
    my $n = $slice->{pages} or return '';
    return sprintf '; %d page%s %s', abs $n, abs $n == 1 ? '' : 's',
        $n > 0 ? 'more' : 'less';
}

# The lines about a track's slices.  The same call again and again, with nothing
# else in between, is one line.
sub rows {
    my ($track) = @_;
    my (@rows, $same);
    my @slices = grep { $_->{kind} !~ /^(?:run|user)$/ } @{ $track->{slices} };
    for my $i (0 .. $#slices) {
        my $slice = $slices[$i];
        my $nested = $i < $#slices
            && !Trace::ends_before($slice, $slices[$i + 1]);
        my $plain = $slice->{kind} eq 'call' && !$nested && !$slice->{wakes};
        my $took = $slice->{end} - $slice->{begin};
        if ($same && $plain && $slice->{name} eq $same->{name}) {
            $same->{took} += $took;
            $same->{until} = $slice->{end};
            $same->{pages} += $slice->{pages};
            $same->{what} = "$same->{name}, " . ++$same->{count} . ' times'
                . pages($same);
            next;
        }
        my $row = { at => $slice->{begin}, took => $took,
            until => $slice->{end},
            cpu => $slice->{early} ? '-' : $slice->{cpu},
            depth => $slice->{depth}, kind => $slice->{kind},
            became => $slice->{became},
            who => $track->{what} eq 'cpu' ? '-' : $slice->{title},
            name => $slice->{name}, pages => $slice->{pages},
            count => 1, what => '  ' x $slice->{depth} . phrase($slice) };
        push @rows, $row;
        $same = $plain && $slice->{depth} == 0 ? $row : undef;
    }
    return @rows;
}

# All rows, in order of time.
sub all_rows {
    my ($trace) = @_;
    my @rows = map { rows($_) } $trace->tracks;
    push @rows, map { { at => $_->{time}, cpu => $_->{cpu},
        who => $_->{by}{pid} ? $_->{title} : '-', what => "  $_->{what}" } }
        $trace->wakeups;
    # What is within comes behind what it is within: sort keeps that order.
    return @rows[sort { $rows[$a]{at} <=> $rows[$b]{at} || $a <=> $b }
        0 .. $#rows];
}

sub list {
    my ($trace) = @_;
    my $text = sprintf "%9s %8s  %-4s %-*s %s\n", 'at', 'took', 'CPU', LABEL,
        'process', 'what';
    for my $row (all_rows($trace)) {
        my $line = sprintf '%9s %8s  %-4s %-*.*s %s', us($row->{at}),
            defined $row->{took} ? us($row->{took}) : '', $row->{cpu} // '-',
            LABEL, LABEL, $row->{who}, $row->{what};
        $text .= substr($line, 0, 80) . "\n";
    }
    return $text;
}

# What happened, without the times: it stays the same when code becomes faster.
sub order {
    my ($trace, $command) = @_;
    return "\$ $command\n" . join '', map {
        sprintf("%-5s %-*s %s\n", $_->{cpu} // '-', LABEL, $_->{who},
            $_->{what})
    } all_rows($trace);
}

# The longer lines of the list, as sentences for those who do not see the
# picture.
sub summary {
    my ($trace) = @_;
    my @rows = sort { $a->{at} <=> $b->{at} } map { rows($_) } $trace->tracks;
    return join ' ', map { sprintf '%s: %s, at %s for %s.', $_->{who},
        $_->{what} =~ s/^ +//r, us($_->{at}), us($_->{took}) }
        grep { $_->{took} > $trace->duration / 20 } @rows;
}

sub document {
    my ($trace, $command, $cpus) = @_;
    return sprintf("\$ %s\n\n%s\n%s", $command, strips($trace), list($trace));
}

1;
