# Svg - pictures that a browser shows: text, and shapes that carry a hint.
#
# Each has a title and a description for those who do not see it, and says
# nothing by colour alone.
package Svg;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(document escape path rectangle text);

sub escape {
    my ($text) = @_;
    my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;',
        '"' => '&quot;');
    return $text =~ s/([&<>"])/$entity{$1}/gr;
}

# A whole picture of shapes.
sub document {
    my ($width, $height, $title, $description, @shapes) = @_;
    return sprintf(qq(<svg xmlns="http://www.w3.org/2000/svg" role="img" )
        . qq(aria-labelledby="title description" viewBox="0 0 %d %d" )
        . qq(width="%d" height="%d" font-family="sans-serif" font-size="12">\n)
        . qq(<title id="title">%s</title>\n<desc id="description">%s</desc>\n)
        . qq(<rect width="100%%" height="100%%" fill="white"/>\n),
        $width, $height, $width, $height, escape($title), escape($description))
        . join('', map { "$_\n" } @shapes) . "</svg>\n";
}

sub text {
    my ($x, $y, $words, $attributes) = @_;
    return sprintf '<text x="%.1f" y="%.1f" %s>%s</text>', $x, $y,
        $attributes // '', escape($words);
}

# A box with a hint, and with as much of its label as it has room for.
sub rectangle {
    my ($x, $y, $width, $height, $fill, $hint, $label) = @_;
    my $room = int(($width - 6) / 7);
    my $shown = $room >= 3 ? substr($label // '', 0, $room) : '';
    return sprintf('<g><title>%s</title><rect x="%.2f" y="%.1f" width="%.2f" '
        . 'height="%.1f" fill="%s" stroke="white" stroke-width="0.5"/>',
        escape($hint), $x, $y, $width, $height, $fill)
        . ($shown eq '' ? '' : text($x + 3, $y + $height - 5, $shown))
        . '</g>';
}

# Lines from point to point; the points are pairs.
sub path {
    my ($points, $attributes) = @_;
    my $list = join ' ', map { sprintf '%.1f,%.1f', @$_ } @$points;
    return qq(<polyline points="$list" fill="none" stroke="black" )
        . ($attributes // '') . '/>';
}

1;
