# SourceIndex - what the sources define, and where they use it.
#
#     my $index = SourceIndex->new({ 'kernel/main.c' => $text, ... });
#     for my $symbol ($index->symbols) { ... }
#
# A symbol is a hash: name ("kfree", "struct proc"), kind, file, line of its
# name, last line of its definition, is_static, and uses, [file, line] of each.
# marks() says the same file by file, to whoever prints one.
#
# The sources are not compiled but read by words, which this project's style
# allows: no local name hides a global one (-Wshadow), and what a file means by
# a name of another follows from what it includes.
package SourceIndex;

use strict;
use warnings;

sub new {
    my ($class, $texts) = @_;
    my $self = bless { texts => $texts, symbols => [], named => {} }, $class;
    my @files = sort keys %$texts;
    $self->read_file($_) for @files;
    $self->add_declared($_) for @files;
    $self->find_uses($_) for @files;
    return $self;
}

sub symbols { return @{ $_[0]{symbols} } }

# The symbols of that name, in any file.
sub named { return @{ $_[0]{named}{ $_[1] } // [] } }

# The words of a file that are symbols, in order:
# [line, column, length, symbol, is this its definition?].
sub marks { return @{ $_[0]{marks}{ $_[1] } } }

# A file's text without comments and strings: blanks stand in their place.
sub code { return $_[0]{code}{ $_[1] } }

# ---- Reading a file ----

sub blank { return $_[0] =~ s/[^\n]/ /gr }

my $DIRECTIVE = qr/\s*(?:define|undef|include|if|ifdef|ifndef|else|endif)\b/;
my $NOT_CODE_IN_C = qr{"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'
    |/\*.*?\*/|//[^\n]*}sx;
my $NOT_CODE_IN_ASSEMBLY = qr{"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*
    |(?:^|(?<=\s))\#(?!$DIRECTIVE)[^\n]*}msx;

sub read_file {
    my ($self, $file) = @_;
    my $text = $self->{texts}{$file};
    my $not_code = $file =~ /\.S$/ ? $NOT_CODE_IN_ASSEMBLY : $NOT_CODE_IN_C;
    my $code = $text =~ s/($not_code)/blank($1)/ger;
    $self->{code}{$file} = $code;
    my @starts = (0);
    push @starts, $+[0] while $code =~ /\n/g;
    $self->{starts}{$file} = \@starts;
    push @{ $self->{includes}{$file} }, $1
        while $text =~ /^#include ["<]([^">]+)[">]/mg;

    # The preprocessor's lines, and what is left without them.
    while ($code =~ /^#define (\w+)((?:.*\\\n)*.*)/mg) {
        $self->add($file, $1, 'macro', $-[1], $+[0]);
    }
    my $plain = $code =~ s/^#(?:.*\\\n)*.*/blank($&)/megr;
    if ($file =~ /\.S$/) {
        $self->read_assembly($file, $plain);
    }
    elsif ($file =~ /\.ld$/) {
        $self->add($file, $1, 'address', $-[1], $+[1])
            while $plain =~ /^\s*(\w+) = /mg;
    }
    elsif ($text =~ /^SYSCALL\(/m) {
        $self->add($file, $1, 'system call', $-[1], $+[1])
            while $plain =~ /^SYSCALL\(\d+, [^,]*, (\w+)/mg;
    }
    else {
        $self->read_c($file, $plain);
    }
}

# Labels and macros.  A label's definition ends where the next one begins.
sub read_assembly {
    my ($self, $file, $plain) = @_;
    my %global = map { $_ => 1 } map { split /[\s,]+/ }
        $plain =~ /\.globl\s+(.*)/g;
    my @labels;
    push @labels, [$1, $-[1]] while $plain =~ /^([A-Za-z_]\w*):/mg;
    for my $i (0 .. $#labels) {
        my ($name, $at) = @{ $labels[$i] };
        my $end = $i < $#labels ? $labels[$i + 1][1] - 1 : length $plain;
        my $symbol = $self->add($file, $name, 'label', $at, $end);
        $symbol->{is_static} = !$global{$name};
    }
    $self->add($file, $1, 'macro', $-[1], $+[1])
        while $plain =~ /^\s*\.macro\s+(\w+)/mg;
}

# Splits C into the declarations outside of functions: each a list of words,
# [text, position].
sub read_c {
    my ($self, $file, $plain) = @_;
    my (@words, $is_function);
    my ($braces, $parentheses) = (0, 0);
    while ($plain =~ /([A-Za-z_]\w*|\d\w*|\S)/g) {
        my $word = $1;
        if ($word eq '{' && !$braces++) {
            $is_function = @words && $words[-1][0] eq ')'
                && !grep { $_->[0] eq '=' } @words;
        }
        push @words, [$word, $-[1]];
        $braces-- if $word eq '}';
        $parentheses += ($word eq '(') - ($word eq ')');
        next if $braces || $parentheses
            || !($word eq ';' || ($word eq '}' && $is_function));
        $self->read_declaration($file, $is_function, @words);
        (@words, $is_function) = ();
    }
}

my $STORAGE = qr/(?:static|inline|const|volatile|extern|typedef|__seg_gs)/;
my $TYPE = qr/(?:(?:struct|union|enum)\ (?:\w+\ \{\}|\{\}|\w+)
    |(?:(?:unsigned|signed|long|short|int|char)\ ?)+(?!\w)|\w+)/x;

sub read_declaration {
    my ($self, $file, $is_function, @words) = @_;
    return if $words[0][0] eq '_Static_assert';
    my $end = $words[-1][1];
    $self->read_tags($file, @words);

    # What stands outside of braces; {} where they were.
    my ($depth, @outside) = (0);
    for my $word (@words) {
        $depth-- if $word->[0] eq '}';
        push @outside, $word if !$depth && $word->[0] ne '}';
        push @outside, ['}', 0] if !$depth && $word->[0] eq '}';
        $depth++ if $word->[0] eq '{';
    }
    my $text = join(' ', map { $_->[0] } @outside) =~ s/\{ \}/{}/gr;
    1 while $text =~ s/ ?__attribute__ (\((?:[^()]++|(?1))*\))//;
    1 while $text =~ s/ ?\[[^][]*\]//;
    my $at = sub {
        my ($name) = @_;
        for my $i (0 .. $#outside) {
            next if $outside[$i][0] ne $name
                || ($i && $outside[$i - 1][0] =~ /^(?:struct|union|enum)$/);
            return $outside[$i][1];
        }
    };
    if ($is_function) {
        my ($name) = $text =~ /(\w+) \(/ or return;
        my $symbol = $self->add($file, $name, 'function', $at->($name), $end);
        $symbol->{is_static} = $text =~ /^static\b/ && $file !~ /\.h$/;
        return;
    }
    my $storage = '';
    $storage .= $1 while $text =~ s/^($STORAGE )//;
    $text =~ s/^$TYPE ?//;
    $text =~ s/ ?;$//;
    1 while $text =~ s/(\w+) (\((?:[^()]++|(?2))*\))/$1()/;
    for my $part (split / ?, ?/, $text) {
        $part =~ s/ ?=.*//;
        my $is_prototype = $part =~ s/^(.*\w)\(\)$/$1/;
        my ($name) = $part =~ /\( \* (?:const )?(\w+)/ ? $1
            : $part =~ /(\w+)\W*$/ or next;
        if ($is_prototype || $storage =~ /extern/) {
            $self->{declared}{$file}{$name} = $at->($name) // 0;
            next;
        }
        my $kind = $storage =~ /typedef/ ? 'type' : 'variable';
        my $symbol = $self->add($file, $name, $kind, $at->($name) // 0, $end);
        $symbol->{is_static} = $storage =~ /static/ && $file !~ /\.h$/;
    }
}

# The structs, unions and enums in a declaration, and the enums' constants.
sub read_tags {
    my ($self, $file, @words) = @_;
    for my $i (0 .. $#words - 1) {
        my $kind = $words[$i][0];
        next if $kind !~ /^(?:struct|union|enum)$/;
        my $open = $words[$i + 1][0] eq '{' ? $i + 1 : $i + 2;
        next if $open > $#words || $words[$open][0] ne '{';
        my ($close, $depth) = ($open, 0);
        for (; $close <= $#words; $close++) {
            $depth++ if $words[$close][0] =~ /^[{(]$/;
            $depth-- if $words[$close][0] =~ /^[})]$/;
            last if !$depth;
            $self->add($file, $words[$close][0], 'constant', $words[$close][1],
                $words[$close][1]) if $kind eq 'enum' && $depth == 1
                && $words[$close - 1][0] =~ /^[{,]$/
                && $words[$close][0] =~ /^\w/;
        }
        my $body = [$words[$open][1], $words[$close][1]];
        push @{ $self->{bodies}{$file} }, $body if $kind ne 'enum';
        $self->add($file, "$kind $words[$i + 1][0]", $kind, $words[$i + 1][1],
            $body->[1]) if $open == $i + 2;
    }
}

# The line in which a position lies, from 1, and the column, from 0.
sub place {
    my ($self, $file, $position) = @_;
    my $starts = $self->{starts}{$file};
    my ($low, $high) = (0, scalar @$starts);
    while ($high - $low > 1) {
        my $middle = int(($low + $high) / 2);
        $starts->[$middle] <= $position ? $low = $middle : ($high = $middle);
    }
    return ($low + 1, $position - $starts->[$low]);
}

sub add {
    my ($self, $file, $name, $kind, $start, $end) = @_;
    my ($line, $column) = $self->place($file, $start);
    my ($last) = $self->place($file, $end);
    my $symbol = { name => $name, kind => $kind, file => $file, line => $line,
        last => $last, is_static => 0, uses => [] };
    push @{ $self->{symbols} }, $symbol;
    push @{ $self->{named}{$name} }, $symbol;
    $self->{defined_at}{$file}{$start} = $symbol;
    return $symbol;
}

# What is declared but defined nowhere, as the linker makes it: its declaration
# is all there is.
sub add_declared {
    my ($self, $file) = @_;
    my $declared = $self->{declared}{$file} // {};
    for my $name (sort keys %$declared) {
        next if $self->{named}{$name} || $name !~ /^_binary_/;
        my $at = $declared->{$name};
        $self->add($file, $name, 'address', $at, $at);
    }
}

# ---- Uses ----

# Kernel, boot block and programs are apart; all share include/.
sub program {
    my ($file) = @_;
    return $file =~ m{^(\w+)/} ? $1 : '';
}

# The files that a file includes, and those that these include, itself first.
sub included {
    my ($self, $file) = @_;
    return @{ $self->{included}{$file} } if $self->{included}{$file};
    my @found = ($file);
    my %seen = ($file => 1);
    my ($dir) = $file =~ m{^(.*)/};
    my @folders = ($dir, program($file), 'include', 'user/lib', 'user/bin');
    for my $next (@found) {
        for my $name (@{ $self->{includes}{$next} // [] }) {
            my ($path) = grep { $self->{texts}{$_} }
                map { "$_/$name" } @folders;
            push @found, $path if $path && !$seen{$path}++;
        }
    }
    $self->{included}{$file} = \@found;
    return @found;
}

# Which of the symbols of a name a file means; undef if it knows none.
sub meaning {
    my ($self, $file, $name) = @_;
    my $program = program($file);
    my @symbols = grep { program($_->{file}) =~ /^(?:$program|include)$/
        || $program eq 'include' } $self->named($name) or return undef;
    my ($own) = grep { $_->{file} eq $file } @symbols;
    return $own if $own;
    my %included = map { $_ => 1 } $self->included($file);
    for my $symbol (@symbols) {
        next if $symbol->{is_static}
            || $symbol->{kind} eq 'system call' && $program ne 'user';
        return $symbol if $included{ $symbol->{file} }
            || $file =~ /\.(?:S|ld)$/ && $symbol->{file} !~ /\.h$/
            || $symbol->{kind} eq 'system call' && $program eq 'user'
            || grep { exists $self->{declared}{$_}{$name} } keys %included;
    }
    return undef;
}

sub find_uses {
    my ($self, $file) = @_;
    my $code = $self->code($file)
        =~ s/^(?:#include|\s*\.(?:globl|type|size)\b).*/blank($&)/megr;
    my @bodies = @{ $self->{bodies}{$file} // [] };
    my (@marks, %meaning);
    while ($code =~ /([A-Za-z_]\w*)/g) {
        my ($name, $start, $end) = ($1, $-[1], $+[1]);
        my $before = substr $code, $start < 20 ? 0 : $start - 20,
            $start < 20 ? $start : 20;
        my ($line, $column) = $self->place($file, $start);
        if (my $symbol = $self->{defined_at}{$file}{$start}) {
            push @marks, [$line, $column, $end - $start, $symbol, 1];
            next;
        }
        next if $before =~ /(?:\.|->)\s*$/ && $file !~ /\.ld$/
            || $before =~ /%$/;
        # A field's name in a struct.
        next if substr($code, $end, 20) =~ /^\s*[\[;,:]/
            && grep { $_->[0] < $start && $start < $_->[1] } @bodies;
        $name = "$1 $name" if $before =~ /\b(struct|union|enum)\s+$/;
        $meaning{$name} = $self->meaning($file, $name)
            if !exists $meaning{$name};
        my $symbol = $meaning{$name} // next;
        push @marks, [$line, $column, $end - $start, $symbol, 0];
        my $last = $symbol->{uses}[-1];
        push @{ $symbol->{uses} }, [$file, $line]
            if !$last || "@$last" ne "$file $line";
    }
    $self->{marks}{$file} = \@marks;
}

1;
