# Promises - what usertests tests, read from its source, and lists of its names.
package Promises;

use strict;
use warnings;
use Exporter qw(import);

use Tree qw($top read_file);

our @EXPORT_OK = qw(named usertests);

# All tests, each as { name, flags }, in the order of the files.
sub usertests {
    my @tests;
    for my $path (sort glob "$top/user/test/usertests/*.c") {
        my $text = read_file($path);
        while ($text =~ /^const struct test \w+\[\] = \{\n(.*?)^\};/gms) {
            my $table = $1;
            push @tests, { name => $1, flags => $2 }
                while $table =~ /\{"([^"]+)",\s*\w+,\s*([^}]+)\}/g;
        }
    }
    return @tests;
}

# Those of the names that a list means by one of its own: a * at its end stands
# for any end.
sub named {
    my ($listed, @names) = @_;
    my $pattern = $listed =~ s/\*$// ? qr/^\Q$listed\E/ : qr/^\Q$listed\E$/;
    return grep { /$pattern/ } @names;
}

1;
