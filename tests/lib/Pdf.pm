# Pdf - pages of typed text, with nothing but Perl.
#
#     my $pdf = Pdf->new('Title');
#     $pdf->page;
#     $pdf->text($x, $y, 8, 'plain, ', ['bold']);
#     $pdf->bookmark(0, 'Chapter');   # to this page, in the viewer's outline
#     print $file $pdf->bytes;
#
# A page is A4 on its side, 842 by 595 points, and y counts upwards.  The fonts
# are Courier's, which every viewer brings, so each character is as wide as 0.6
# of its size.  The same calls give the same bytes.  ISO 32000-1, "Document
# management - Portable document format".
package Pdf;

use strict;
use warnings;

use constant { WIDTH => 842, HEIGHT => 595 };

# Objects have fixed numbers up to here; then come pages, then bookmarks.
use constant { CATALOG => 1, PAGES => 2, PLAIN => 3, BOLD => 4, INFO => 5,
    OUTLINE => 6, FIRST => 7 };

sub new {
    my ($class, $title) = @_;
    return bless { title => $title, pages => [], bookmarks => [] }, $class;
}

sub page { push @{ $_[0]{pages} }, '' }

sub string { return '(' . $_[0] =~ s/([\\()])/\\$1/gr . ')' }

# Writes pieces of text on one line, those in brackets in bold.
sub text {
    my ($self, $x, $y, $size, @pieces) = @_;
    my $code = '';
    for my $piece (@pieces) {
        my ($font, $words) = ref $piece ? ('B', $piece->[0]) : ('P', $piece);
        $code .= "/$font $size Tf " . string($words) . ' Tj ' if $words ne '';
    }
    $self->{pages}[-1] .= sprintf "1 0 0 1 %.2f %.2f Tm %s\n", $x, $y, $code
        if $code;
}

# A line from one point to another.
sub rule {
    my ($self, @points) = @_;
    $self->{pages}[-1] .= sprintf "ET %.2f %.2f m %.2f %.2f l S BT\n", @points;
}

# Depth 0 is the outermost; one that is deeper belongs to the one before.
sub bookmark {
    my ($self, $depth, $title) = @_;
    push @{ $self->{bookmarks} },
        { depth => $depth, title => $title, page => $#{ $self->{pages} } };
}

sub bytes {
    my ($self) = @_;
    my $npages = @{ $self->{pages} };
    my $first_bookmark = FIRST + 2 * $npages;
    my $page_object = sub { FIRST + 2 * $_[0] };
    my @objects;
    $objects[CATALOG] = sprintf '<< /Type /Catalog /Pages %d 0 R /Outlines %d '
        . '0 R /PageMode /UseOutlines /Lang (en) >>', PAGES, OUTLINE;
    my @kids = map { $page_object->($_) . ' 0 R' } 0 .. $npages - 1;
    $objects[PAGES] = sprintf "<< /Type /Pages /Count %d /Kids [@kids] "
        . '/MediaBox [0 0 %d %d] /Resources << /Font << /P %d 0 R /B %d 0 R >> >> >>',
        $npages, WIDTH, HEIGHT, PLAIN, BOLD;
    ($objects[PLAIN], $objects[BOLD]) = map { '<< /Type /Font /Subtype /Type1 '
        . "/BaseFont /$_ /Encoding /WinAnsiEncoding >>" }
        qw(Courier Courier-Bold);
    $objects[INFO] = '<< /Title ' . string($self->{title}) . ' >>';
    $objects[OUTLINE] = $self->family($first_bookmark, -1);
    for my $i (0 .. $npages - 1) {
        my $stream = "0.5 w BT\n$self->{pages}[$i]ET";
        push @objects, sprintf('<< /Type /Page /Parent %d 0 R /Contents %d 0 R '
            . '>>', PAGES, $page_object->($i) + 1),
            sprintf("<< /Length %d >>\nstream\n%s\nendstream", length $stream,
                $stream);
    }
    push @objects, $self->bookmark_objects($first_bookmark, $page_object);

    my ($file, @offsets) = ("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
    for my $n (1 .. $#objects) {
        $offsets[$n] = length $file;
        $file .= "$n 0 obj\n$objects[$n]\nendobj\n";
    }
    return $file . 'xref' . sprintf("\n0 %d\n%010d %05d f \n",
        scalar @objects, 0, 65535)
        . join('', map { sprintf "%010d %05d n \n", $offsets[$_], 0 }
            1 .. $#objects)
        . sprintf("trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n"
            . "startxref\n%d\n%%%%EOF\n", scalar @objects, CATALOG, INFO,
            length $file);
}

# The bookmarks right below one, -1 for the top.
sub children {
    my ($self, $parent) = @_;
    my @all = @{ $self->{bookmarks} };
    my $depth = $parent < 0 ? 0 : $all[$parent]{depth} + 1;
    my @children;
    for my $i ($parent + 1 .. $#all) {
        last if $all[$i]{depth} < $depth;
        push @children, $i if $all[$i]{depth} == $depth;
    }
    return @children;
}

# An outline's dictionary with its first and last child, closed; the entries of
# others go before.
sub family {
    my ($self, $first_object, $parent, $entries) = @_;
    my @children = $self->children($parent);
    my $family = @children ? sprintf '/First %d 0 R /Last %d 0 R /Count %d ',
        $first_object + $children[0], $first_object + $children[-1],
        ($parent < 0 ? 1 : -1) * @children : '';
    return '<< ' . ($entries // '') . $family . '>>';
}

sub bookmark_objects {
    my ($self, $first_object, $page_object) = @_;
    my @all = @{ $self->{bookmarks} };
    my @objects;
    for my $parent (-1 .. $#all) {
        my @children = $self->children($parent);
        for my $i (0 .. $#children) {
            my $n = $children[$i];
            my $entries = sprintf '/Title %s /Parent %d 0 R /Dest [%d 0 R '
                . '/Fit] ', string($all[$n]{title}),
                $parent < 0 ? OUTLINE : $first_object + $parent,
                $page_object->($all[$n]{page});
            $entries .= sprintf '/Prev %d 0 R ',
                $first_object + $children[$i - 1] if $i;
            $entries .= sprintf '/Next %d 0 R ',
                $first_object + $children[$i + 1] if $i < $#children;
            $objects[$n] = $self->family($first_object, $n, $entries);
        }
    }
    return @objects;
}

1;
