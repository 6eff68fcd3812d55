# SymbolTable - a program's symbols: a list of [address, name] in order.
package SymbolTable;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(count_up_to symbols_in);

# From what nm prints.  Types, as in a pattern's [...], are nm's letters.
sub symbols_in {
    my ($listing, $types) = @_;
    return [sort { $a->[0] <=> $b->[0] }
        map { /^([0-9a-f]+) [$types] ([^.\s]\S*)$/ ? [hex $1, $2] : () }
        split /\n/, $listing];
}

# How many of the symbols begin at the address or below it.
sub count_up_to {
    my ($list, $address) = @_;
    my ($low, $high) = (0, scalar @$list);
    while ($low < $high) {
        my $middle = int(($low + $high) / 2);
        if ($list->[$middle][0] <= $address) {
            $low = $middle + 1;
        } else {
            $high = $middle;
        }
    }
    return $low;
}

1;
