# TracePicture - a trace as a picture: a lane for each CPU, the disk and each
# process, over a scale of time.  It can be read without colour: patterns and
# words say the same.
package TracePicture;

use strict;
use warnings;
use List::Util qw(max min);

use Svg;
use Trace;
use TraceText;

use constant {
    WIDTH => 1280, LEFT => 110, RIGHT => 20, TOP => 120,
    BAR => 24,                  # height of a lane's bar
    LINE => 16,                 # of a line of words below it
    GAP => 12,
    LETTER => 7.5,              # about the width of a letter
    ARROWS => 12,               # between two to the same lane
    # With a white edge, for what lies behind.
    SMALL => 'font-size="14" paint-order="stroke" stroke="white" '
        . 'stroke-width="3"',
};

# Light enough for black words on them; the same process, the same colour.
my @colours = ('#cfe3f5', '#f6d9a8', '#d5ecc8', '#f2cfe0', 
    '#e3dcf5', '#f5f0b5');

my $definitions = <<'END';
<defs>
<pattern id="kernel" width="7" height="7" patternUnits="userSpaceOnUse">
<path d="M-1,1 L1,-1 M0,7 L7,0 M6,8 L8,6" stroke="#333" stroke-width="1.6"/>
</pattern>
<pattern id="ready" width="6" height="6" patternUnits="userSpaceOnUse">
<circle cx="3" cy="3" r="1.3" fill="#333"/>
</pattern>
<pattern id="lock" width="6" height="6" patternUnits="userSpaceOnUse">
<path d="M0,0 L6,6 M0,6 L6,0" stroke="#000" stroke-width="1.2"/>
</pattern>
<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"
 markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker>
</defs>
END

my $scale;                      # pixels for a nanosecond

sub x {
    my ($time) = @_;
    return LEFT + $time * $scale;
}

sub box {
    my ($x, $y, $width, $height, $attributes) = @_;
    return sprintf '<rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" %s/>',
        $x, $y, max($width, 0.5), $height, $attributes;
}

sub hinted {
    my ($hint, @shapes) = @_;
    return join '', '<g><title>', Svg::escape($hint), '</title>', @shapes,
        '</g>';
}

sub line {
    my ($x1, $y1, $x2, $y2, $attributes) = @_;
    return sprintf '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" '
        . 'stroke="black" %s/>', $x1, $y1, $x2, $y2, $attributes // '';
}

# How it looks what a process does, in a bar of this place and size.
sub bar {
    my ($kind, $colour, $x, $y, $width) = @_;
    return line($x, $y + BAR / 2, $x + $width, $y + BAR / 2,
        'stroke-width="1.5" stroke-dasharray="5,4"') if $kind eq 'sleep';
    my $edge = $width > 4 ? 'stroke="#333" stroke-width="0.7"' : '';
    return box($x, $y + BAR / 4, $width, BAR / 2, "fill=\"url(#ready)\" $edge")
        if $kind eq 'ready';
    my %pattern = (user => '', lock => 'lock');
    my $pattern = $pattern{$kind} // 'kernel';
    return box($x, $y, $width, BAR, "fill=\"$colour\" $edge")
        . ($pattern && box($x, $y, $width, BAR, "fill=\"url(#$pattern)\""));
}

# ---- Lanes ----

# Words below a bar, each at its place, in two lines: those for which there is
# no room are left out, the ones for what takes longest last.
sub words {
    my ($y, @labels) = @_;
    my (@shapes, @taken);
    for my $label (sort { $b->[2] <=> $a->[2] || $a->[0] <=> $b->[0] }
        @labels) {
        my ($from, $text) = @$label;
        my $to = $from + LETTER * length $text;
        next if $to > WIDTH;
        for my $line (0, 1) {
            next if grep { $from < $_->[1] + LETTER && $_->[0] < $to + LETTER }
                @{ $taken[$line] };
            push @{ $taken[$line] }, [$from, $to];
            my $base = $y + ($line + 1) * LINE - 2;
            push @shapes, line($from, $y, $from, $base,
                    'stroke-width="0.5"'),
                Svg::text($from + 2, $base, $text, SMALL);
            last;
        }
    }
    return @shapes;
}

sub cpu_lane {
    my ($track, $y, $colours) = @_;
    my @shapes;
    for my $piece (Trace::pieces($track)) {
        my ($begin, $end, $slice) = @$piece;
        my ($at, $width) = (x($begin), ($end - $begin) * $scale);
        my $name = $slice->{name};
        my $runs = $slice->{kind} eq 'run';
        my $fill = $runs ? $colours->{ $slice->{pid} } // 'white' : '#333';
        push @shapes, hinted(sprintf('%s: %s, from %s to %s', $track->{title},
                $runs ? $name : TraceText::phrase($slice),
                TraceText::us($begin), TraceText::us($end)),
            box($at, $y, $width, BAR, "fill=\"$fill\""
                . ($width > 4 ? ' stroke="#333" stroke-width="0.7"' : '')),
            $runs && $width > LETTER * (1 + length $name)
                ? Svg::text($at + 4, $y + BAR - 7, $name, SMALL) : ());
    }
    return @shapes;
}

sub disk_lane {
    my ($track, $y) = @_;
    my (@shapes, @labels);
    for my $slice (@{ $track->{slices} }) {
        my $width = ($slice->{end} - $slice->{begin}) * $scale;
        push @shapes, hinted("disk: " . TraceText::phrase($slice),
            box(x($slice->{begin}), $y, max($width, 1.5), BAR, 'fill="#333"'));
        push @labels, [x($slice->{begin}), TraceText::phrase($slice), $width];
    }
    return @shapes, words($y + BAR, @labels);
}

sub process_lane {
    my ($track, $y, $colours) = @_;
    my @shapes;
    for my $piece (Trace::pieces($track)) {
        my ($begin, $end, $slice) = @$piece;
        push @shapes, hinted(sprintf('%s: %s, from %s to %s', $slice->{title},
                TraceText::phrase($slice), TraceText::us($begin),
                TraceText::us($end)),
            bar($slice->{kind}, $colours->{ $track->{pid} }, x($begin), $y,
                ($end - $begin) * $scale));
    }
    # What is within another call, a sleep for example, is said on the bar.
    my @labels;
    for my $row (TraceText::rows($track)) {
        my $text = $row->{count} > 1 ? "$row->{name} ×$row->{count}"
            : $row->{became} ? "$row->{name} $row->{became}" : $row->{name};
        my $width = ($row->{until} - $row->{at}) * $scale;
        if ($row->{depth} == 0 && $row->{kind} ne 'ready') {
            push @labels, [x($row->{at}), $text, $width];
        }
        elsif ($row->{kind} eq 'sleep'
            && $width > LETTER * length "sleeps in $text") {
            push @shapes, Svg::text(x($row->{at}) + 4, $y + BAR / 2 - 3,
                "sleeps in $text", SMALL);
        }
    }
    return @shapes, words($y + BAR, @labels);
}

# ---- The whole ----

# The unit for times up to this one, and how many nanoseconds it has.
sub unit {
    my ($length) = @_;
    return $length < 2_000_000 ? ('microseconds', 1000)
        : ('milliseconds', 1_000_000);
}

sub axis {
    my ($length, $bottom) = @_;
    # About ten steps, of 1, 2 or 5 and zeros.
    my $step = 10 ** int(log($length / 10) / log 10);
    $step *= $_ for (grep { $length / ($step * $_) <= 12 } 1, 2, 5, 10)[0];
    my ($unit, $divisor) = unit($length);
    my @shapes = Svg::text(LEFT, TOP - 38, $unit, SMALL);
    for (my $time = 0; $time <= $length; $time += $step) {
        push @shapes, line(x($time), TOP - 14, x($time), $bottom,
            'stroke-width="0.3"'),
            Svg::text(x($time), TOP - 20, $time / $divisor,
                'text-anchor="middle" ' . SMALL);
    }
    return @shapes;
}

sub legend {
    my ($y) = @_;
    my $x = LEFT;
    my @shapes;
    for my $entry ([user => 'user mode'], [call => 'in the kernel'],
        [sleep => 'sleeps'], [ready => 'waits for a CPU'],
        [lock => 'waits for a lock']) {
        my ($kind, $text) = @$entry;
        push @shapes, bar($kind, $colours[0], $x, $y, 36),
            Svg::text($x + 42, $y + BAR - 7, $text, SMALL);
        $x += 66 + LETTER * length $text;
    }
    push @shapes, box($x, $y, 4, BAR, 'fill="#333"'),
        Svg::text($x + 10, $y + BAR - 7, 'interrupt, disk', SMALL);
    $x += 34 + LETTER * length 'interrupt, disk';
    return @shapes, line($x, $y + 4, $x + 30, $y + BAR - 4,
            'marker-end="url(#arrow)"'),
        Svg::text($x + 38, $y + BAR - 7, 'wakes or starts', SMALL);
}

# Arrows from who wakes to where the process goes on.  Too many would hide all
# else: those close behind another one are left out.
sub arrows {
    my ($trace, $lanes) = @_;
    my (@shapes, %last);
    for my $wakeup ($trace->wakeups) {
        my ($from, $to) = map { $lanes->{$_->{title}} }
            @$wakeup{qw(by process)};
        my $end = x($wakeup->{runs} // $wakeup->{time});
        next if !defined $from || !defined $to
            || defined $last{$to} && $end - $last{$to} < ARROWS;
        $last{$to} = $end;
        my $down = $to > $from;
        push @shapes, hinted(sprintf('%s %s at %s', $wakeup->{title},
                $wakeup->{what}, TraceText::us($wakeup->{time})),
            line(x($wakeup->{time}), $from + ($down ? BAR : 0), $end,
                $to + ($down ? 0 : BAR),
                'stroke-width="1.2" marker-end="url(#arrow)"'));
    }
    return @shapes;
}

sub document {
    my ($trace, $command, $cpus) = @_;
    my @tracks = $trace->tracks;
    my (%colours, %lanes, @shapes);
    $scale = (WIDTH - LEFT - RIGHT) / ($trace->duration || 1);
    my $next = 0;
    $colours{ $_->{pid} } = $colours[$next++ % @colours]
        for grep { $_->{what} eq 'process' } @tracks;
    my $y = TOP;
    for my $track (@tracks) {
        next if $track->{what} eq 'disk' && !@{ $track->{slices} };
        $lanes{ $track->{title} } = $y;
        push @shapes, Svg::text(LEFT - 10, $y + BAR - 7, $track->{title},
            'text-anchor="end" font-weight="bold" ' . SMALL);
        my $lane = $track->{what} eq 'cpu' ? \&cpu_lane
            : $track->{what} eq 'disk' ? \&disk_lane : \&process_lane;
        push @shapes, $lane->($track, $y, \%colours);
        $y += BAR + GAP + ($track->{what} eq 'cpu' ? 0 : 2 * LINE);
    }
    my ($unit, $divisor) = unit($trace->duration);
    my $title = sprintf '%s, on %s, %.1f %s', $command,
        $cpus == 1 ? 'one CPU' : "$cpus CPUs", $trace->duration / $divisor,
        $unit;
    return Svg::document(WIDTH, $y, "Lectern: $title",
        'A timeline.  The upper lanes show which process runs on each CPU, and '
        . 'what the disk does; each lane below shows what one process does.  '
        . 'The same as text: ' . TraceText::summary($trace),
        $definitions, Svg::text(LEFT, 28, $title,
            'font-size="20" font-weight="bold"'), legend(42),
        axis($trace->duration, $y), arrows($trace, \%lanes), @shapes);
}

1;
