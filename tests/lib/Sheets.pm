# Sheets - the source as a booklet: which file stands where, and what notes mean
# when they refer to it.
#
#     my $sheets = Sheets->new($top);
#     $sheets->number('kernel/mem/kalloc.c', 90);       # the line's number
#     my ($text, @mistakes) = $sheets->resolve($notes);
#
# The files come in the reading order of README.md, but for those that a normal
# build leaves out and for mkfs, which does not run in the machine.  A sheet has
# two columns of 50 lines, and sheet 22 the numbers 2200 to 2299: so a line's
# number tells its sheet.  A number stands for a place: where a column ends
# early, numbers are left out.
#
# Notes refer to the source in braces, outside of `code`:
#
#     {@kfree}                      kfree (sheet 22, line 2231)
#     {@struct proc}  {@trap.c}     a struct, a file
#     {@kalloc.c:limit}             of several with this name, the one there
#     {@kfree "r->next ="}          the line of it that contains this
package Sheets;

use strict;
use warnings;
use List::Util qw(uniq);

use SourceIndex;
use Tree qw(read_file);

use constant { FIRST => 100, COLUMN => 50 };

sub new {
    my ($class, $top) = @_;
    my $self = bless { top => $top, groups => [], number => {}, rows => {} },
        $class;
    $self->read_order;
    my %texts = map { $_ => read_file("$top/$_") } $self->files;
    $self->{texts} = \%texts;
    $self->{index} = SourceIndex->new(\%texts);
    $self->lay_out;
    return $self;
}

# The parts of the booklet: [title, [file, what it is], ...].
sub groups { return @{ $_[0]{groups} } }

sub files {
    my ($self) = @_;
    return map { my (undef, @files) = @$_; map { $_->[0] } @files }
        $self->groups;
}

sub index { return $_[0]{index} }

# A file's lines.
sub lines { return split /\n/, $_[0]{texts}{ $_[1] }, -1 }

# The number of a line of a file.
sub number { return $_[0]{number}{ $_[1] }[$_[2]] }

# What stands at a number: [file, line], line 0 for the file's title.
sub row { return $_[0]{rows}{ $_[1] } }

sub last_number { return $_[0]{last} }

sub sheet { return sprintf '%02d', int($_[0] / (2 * COLUMN)) }
sub digits { return sprintf '%04d', $_[0] }

# Where a symbol is defined, as a number.
sub place_of {
    my ($self, $symbol) = @_;
    return $self->number($symbol->{file}, $symbol->{line});
}

# ---- The reading order ----

# Reads the list in README.md: titles in column 0, below each the files.
sub read_order {
    my ($self) = @_;
    my ($list) = read_file("$self->{top}/README.md")
        =~ /^Reading order\n-+\n(.*?)(?:^\w.*\n-{3,}\n|\z)/ms
        or die "README.md has no reading order\n";
    my %seen;
    for my $line (split /\n/, $list) {
        if ($line =~ /^(\w.*?)$/) {
            push @{ $self->{groups} }, [$1];
        }
        my ($names, $what) = $line
            =~ m{^    ([^\s,]+(?:, [^\s,]+)*)\s+(.*)} or next;
        my @files = grep { !$seen{$_}++ } map { $self->find_files($_) }
            split /, /, $names;
        $what =~ s{^\(DEBUG=1\) }{};
        push @{ $self->{groups}[-1] }, map { [$_, $what] } @files;
    }
    $self->{groups} = [grep { @$_ > 1 } @{ $self->{groups} }];
}

# The files that a name of the list stands for.
sub find_files {
    my ($self, $name) = @_;
    return () if $name =~ m{debug_|^mkfs/};
    for my $path ("kernel/$name", $name) {
        my $place = "$self->{top}/$path";
        return $path if -f $place;
        # A header comes before the file it belongs to.
        my @stems = $name =~ m{/$}
            ? uniq map { s{\.[hc]$}{}r } glob "$place*.[hc]" : $place;
        my @found = grep { -f } map { ("$_.h", "$_.c") } @stems;
        return map { substr $_, 1 + length $self->{top} } @found if @found;
    }
    die "README.md's reading order names $name, which is not there\n";
}

# ---- Where each line stands ----

# Cuts a file into what should stay together: [first line, last line] of each
# part between blank lines outside of braces.
sub parts {
    my ($self, $file) = @_;
    my @code = split /\n/, $self->index->code($file), -1;
    my @lines = $self->lines($file);
    my ($depth, $first, @parts) = (0, 1);
    for my $n (1 .. @lines) {
        my $line = $code[$n - 1];
        $depth += ($line =~ tr/{//) - ($line =~ tr/}//);
        next if $n < @lines && ($depth || $lines[$n - 1] =~ /\S/);
        push @parts, [$first, $n];
        $first = $n + 1;
    }
    return @parts;
}

sub lay_out {
    my ($self) = @_;
    my $next = FIRST;
    # Goes to the next column rather than cut a part of n lines in two, if that
    # leaves no more than some lines free.
    my $keep = sub {
        my ($n, $waste) = @_;
        my $free = COLUMN - $next % COLUMN;
        $next += $free if $n > $free && $n <= COLUMN && $free <= $waste;
    };
    for my $file ($self->files) {
        my @lines = $self->lines($file);
        pop @lines if @lines && $lines[-1] eq '';
        my @parts = $self->parts($file);
        my $is_first = $next % COLUMN == 0;
        $next += 2 if !$is_first;
        $keep->(@lines + 2 > COLUMN ? COLUMN : @lines + 2, 8);
        $self->{rows}{$next} = [$file, 0];
        $next += 2;
        for my $part (@parts) {
            my ($first, $last) = @$part;
            $last = @lines if $last > @lines;
            my $n = $last - $first + 1;
            $n-- if $n > 0 && $lines[$last - 1] !~ /\S/;
            $keep->($n, 6);
            for my $line ($first .. $last) {
                # No column begins with a blank line.
                next if $next % COLUMN == 0 && $lines[$line - 1] !~ /\S/;
                $self->{number}{$file}[$line] = $next;
                $self->{rows}{$next} = [$file, $line];
                $self->{last} = $next++;
            }
        }
    }
}

# ---- References ----

my $REFERENCE = qr/\{\@([^{}"]+?)(?:\s+"([^"]+)")?\}/;

# Turns the references of a text into words; $write, if given, makes these from
# the name, the number and the reference's text.  Returns the new text, then the
# mistakes, each [line, words].
sub resolve {
    my ($self, $text, $write) = @_;
    $write //= sub {
        my ($name, $number) = @_;
        return sprintf '%s (sheet %s, line %s)', $name, sheet($number),
            digits($number);
    };
    my @mistakes;
    my $line = 1;
    my $replace = sub {
        my ($all, $name, $words) = @_;
        $line += () = $all =~ /\n/g;
        return $all if !defined $name;
        # Both may go over the end of a line.
        s/\s*\n\s*/ /g for grep { defined } $name, $words;
        my ($number, $shown) = eval { $self->look_up($name, $words) };
        return $write->($shown, $number) if $number;
        push @mistakes, [$line, "$all: " . ($@ =~ s/\n$//r)];
        return $all;
    };
    # Code is left alone: blocks of it, and words of it.
    $text =~ s{(^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`|\n|$REFERENCE)}
        {$replace->($1, $2, $3)}gems;
    return ($text, @mistakes);
}

# The number of what a reference names, and how to call it.
sub look_up {
    my ($self, $name, $words) = @_;
    if ($name !~ /:/ && $name =~ /\.(?:c|h|S|ld)$/) {
        my @files = grep { m{(?:^|/)\Q$name\E$} } $self->files;
        die "there is no such file on the sheets\n" if !@files;
        die "several: @files\n" if @files > 1;
        my $number = $words
            ? $self->find_line($files[0], 1, scalar $self->lines($files[0]),
                $words)
            : $self->number($files[0], 1);
        return ($number, $name);
    }
    my ($place, $symbol_name) = $name =~ /^(?:(.*):)?(.*)$/;
    my @symbols = $self->index->named($symbol_name);
    @symbols = grep { $_->{file} =~ m{(?:^|/)\Q$place\E$} } @symbols
        if defined $place;
    die "there is no such symbol on the sheets\n" if !@symbols;
    @symbols = preferred(@symbols);
    die 'several: ' . join(' ', map { "$_->{file}:$symbol_name" } @symbols)
        . "\n" if @symbols > 1;
    my $symbol = $symbols[0];
    my $number = $words
        ? $self->find_line(@$symbol{qw(file line last)}, $words)
        : $self->place_of($symbol);
    return ($number, $symbol_name);
}

# Of several symbols with one name, those that a reader of the kernel would
# mean: the kernel's, then what other files may use, then what is not a macro.
sub preferred {
    my @symbols = @_;
    for my $is_meant (sub { $_->{file} =~ m{^kernel/} },
        sub { !$_->{is_static} }, sub { $_->{kind} ne 'macro' }) {
        my @some = grep { $is_meant->() } @symbols;
        @symbols = @some if @some;
    }
    return @symbols;
}

# The number of the one line among some of a file that contains words.
sub find_line {
    my ($self, $file, $first, $last, $words) = @_;
    my @lines = $self->lines($file);
    my @found = grep { $lines[$_ - 1] =~ /\Q$words\E/ } $first .. $last;
    die "no line of it contains that\n" if !@found;
    die "several lines of it contain that\n" if @found > 1;
    return $self->number($file, $found[0]);
}

1;
