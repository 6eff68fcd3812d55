# Lab::Leak - does anything of staff/ appear where students can read it?
package Lab::Leak;

use strict;
use warnings;
use Exporter qw(import);

use Lab::Files qw(files_of read_file);

our @EXPORT_OK = qw(leaks);

# So many lines in a row are no accident.
our $LINES = 8;

# Lines without what does not matter: spaces, and empty lines.
sub normal {
    my ($text) = @_;
    return grep { $_ ne '' } map { s/\s+//gr } split /\n/, $text;
}

# Of a patch, the lines that it adds.
sub own_lines {
    my ($text) = @_;
    return $text if $text !~ /^(?:diff --git|--- a\/)/m;
    return join '', map { s/^\+//r . "\n" } grep { /^\+(?!\+\+ )/ }
        split /\n/, $text;
}

# Calls a function with each run of lines.
sub each_run {
    my ($text, $call) = @_;
    my @lines = normal($text);
    $call->(join "\n", @lines[$_ .. $_ + $LINES - 1]) for 0 .. @lines - $LINES;
}

# Looks for all runs of lines of the staff's folder in files below another one.
# Returns lines that say what is where, and how many runs were looked for.
sub leaks {
    my ($staff, $folder, @names) = @_;
    my (%from, @found);
    for my $name (files_of($staff)) {
        each_run(own_lines(read_file("$staff/$name")),
            sub { $from{ $_[0] } //= $name });
    }
    for my $name (@names) {
        my %told;
        each_run(own_lines(read_file("$folder/$name")), sub {
            my $source = $from{ $_[0] } // return;
            my ($first) = split /\n/, $_[0];
            push @found, "$name has lines of staff/$source, from: $first"
                if !$told{$source}++;
        });
    }
    return (\@found, scalar keys %from);
}

1;
