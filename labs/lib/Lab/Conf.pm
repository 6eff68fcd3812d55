# Lab::Conf - what lab.conf says about a lab.
#
# Each line is `key = value`, or one of these:
#
#     test RUN.PART POINTS [after RUN.PART] WORDS      new behaviour
#     keep RUN.PART WORDS                              what worked before
#
# RUN names tests/RUN.pl, which says what is run and judges each of its parts.
# A line that begins with # says nothing.
package Lab::Conf;

use strict;
use warnings;
use File::Basename qw(dirname);
use File::Glob qw(bsd_glob);

use Lab::Files qw(read_file);

# The keys, and whether a lab can do without.
my %KEYS = (title => 1, version => 1, week => 0, files => 1, new => 0,
    gives => 0, linked => 0, budget => 1, seeds => 0, except => 0);

# All files that a student hands in have at most so many bytes.
our $MOST_BYTES = 1 << 20;

# A test of more points has to have parts.
my $MOST_POINTS = 10;

# Reads the lab's file, and with more paths what is added to its tests.  Dies
# with one line that names file and line.
sub read {
    my ($class, @paths) = @_;
    my $self = bless { tests => [], keeps => [], new => '', seeds => 1,
        gives => '', linked => '', week => 0, except => '' }, $class;
    my $first = $paths[0];
    for my $path (@paths) {
        open my $file, '<', $path or die "$path: $!\n";
        while (my $line = <$file>) {
            chomp $line;
            $line =~ s/^\s+|\s+$//g;
            next if $line eq '' || $line =~ /^#/;
            $self->line("$path:$.", $line, $path ne $first);
        }
    }
    for my $key (grep { $KEYS{$_} && !defined $self->{$_} } sort keys %KEYS) {
        die "$first: there is no line `$key = ...`\n";
    }
    die "$first: there is no line `test ...`\n" if !@{ $self->{tests} };
    $self->{path} = $first;
    return $self;
}

# What the labs of earlier weeks have in lines of these keys: a student may have
# begun with his work of these labs.  One that is not finished yet is no reason
# to refuse this one: no more is read than is wanted.
sub earlier {
    my ($self, @keys) = @_;
    my @words;
    for my $other (bsd_glob(dirname(dirname($self->{path})) . '/*/lab.conf')) {
        my %line = read_file($other) =~ /^(\w+)\s*=\s*(.*?)\s*$/mg;
        push @words, map { split } grep { defined } @line{@keys}
            if ($line{week} // $self->{week}) < $self->{week};
    }
    return @words;
}

sub line {
    my ($self, $where, $line, $hidden) = @_;
    if ($line =~ /^(test|keep)\s+(.*)/) {
        $self->test_line($where, $1, $2, $hidden);
        return;
    }
    my ($key, $value) = $line =~ /^(\w+)\s*=\s*(.*)$/
        or die "$where: neither `key = value` nor `test` nor `keep`: $line\n";
    exists $KEYS{$key} or die "$where: there is no key $key; there are: "
        . join(' ', sort keys %KEYS) . "\n";
    $value =~ /^[1-9][\d_]*$/ or die "$where: $key wants a number: $value\n"
        if $key =~ /^(?:version|week|budget|seeds)$/;
    $value =~ s/_//g if $key eq 'budget';
    $self->{$key} = $value;
}

sub test_line {
    my ($self, $where, $kind, $rest, $hidden) = @_;
    my %test = (hidden => $hidden);
    ($test{name}, $rest) = $rest =~ /^([a-z]\w*\.[a-z]\w*)\s+(.*)$/
        or die "$where: after $kind comes a name such as count.good\n";
    if ($kind eq 'test') {
        ($test{points}, $rest) = $rest =~ /^(\d+)\s+(.*)$/
            or die "$where: $test{name} lacks its points\n";
        $test{points} <= $MOST_POINTS or die "$where: $test{name} has more "
            . "than $MOST_POINTS points: make parts of it\n";
        $test{after} = $1 if $rest =~ s/^after\s+(\S+)\s+//;
    }
    $test{words} = $rest;
    my @known = map { $_->{name} } $self->all;
    die "$where: a second $test{name}\n"
        if grep { $_ eq $test{name} } @known;
    die "$where: $test{name} comes after $test{after}, which is not above it\n"
        if $test{after} && !grep { $_ eq $test{after} } @known;
    push @{ $self->{ $kind eq 'test' ? 'tests' : 'keeps' } }, \%test;
}

sub get { return $_[0]{ $_[1] } }
sub tests { return @{ $_[0]{tests} } }
sub keeps { return @{ $_[0]{keeps} } }
sub all { return ($_[0]->tests, $_[0]->keeps) }

# The names of the runs, in the order of their first test.
sub runs {
    my ($self) = @_;
    my %seen;
    return grep { !$seen{$_}++ } map { $_->{name} =~ /^(\w+)/ } $self->all;
}

# Does a path match one of these patterns?  Their * stands for any part of a
# name, but no slash.
sub matches {
    my ($path, @patterns) = @_;
    my @regexes = map { join '[^/]*', map { quotemeta } split /\*/, $_, -1 }
        @patterns;
    return scalar grep { $path =~ /^$_\z/ } @regexes;
}

# May a student change or add the file at this path?
sub may_change {
    my ($self, $path) = @_;
    return 0 if $path !~ m{^(?:[\w.+-]+/)*[\w+][\w.+-]*\z} || $path =~ m{\.\.};
    my $may = $self->{may} //= ['answers.md',
        split(' ', "$self->{files} $self->{new}"),
        $self->earlier(qw(files new gives))];
    return matches($path, @$may);
}

# Are test programs linked with the student's file at this path?
sub is_linked {
    my ($self, $path) = @_;
    my $linked = $self->{all_linked} //= [split(' ', $self->{linked}),
        $self->earlier('linked')];
    return matches($path, @$linked);
}

1;
