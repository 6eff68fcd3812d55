# mprotect of the kernel's half, and of ranges whose end wraps around.
use strict;
use warnings;

use Lab::PageTables qw(look parts step wrong_pages);

my ($BEFORE, $AFTER) = 1 .. 2;
my $CAUSE = 'a range ends at KERNBASE at the latest; addr + n may wrap, so '
    . 'that the end is below the beginning; and n may be negative';

sub kernel {
    my ($run) = @_;
    my (undef, $before) = step($run, $BEFORE);
    my ($seen, $pages) = step($run, $AFTER);
    my $more = sprintf '%#x', $run->{input}{more} * 0x1000;
    my @calls = ((map { "$_, $more" } qw(0x80000000 0x80100000 0xfdc01000
        0xfee00000)), '0xfffff000, 0x1000', "0xfffff000, $more",
        "0x7ffff000, $more", '0x80000000, 0x7fffffff', 'heap, 0x7fffffff',
        'heap, 0x7ffff000', 'heap, -0x80000000');
    for my $i (0 .. $#calls) {
        return {
            expected => "mprotect($calls[$i]) gives -1",
            seen => "it gives $seen->[$i]",
            cause => $CAUSE,
        } if $seen->[$i] != -1;
    }
    my %wanted = map { $_ => $before->{$_}{may} } keys %$before;
    return wrong_pages($pages, \%wanted, 'nothing has changed', $CAUSE);
}

return {
    program => 'bounds',
    panics => $CAUSE,
    at_report => \&look,
    input => sub {
        my ($draw) = @_;
        return { pages => $draw->(2, 9), more => $draw->(2, 9) };
    },
    pack => sub { return @{ $_[0] }{qw(pages more)} },
    parts => parts(kernel => \&kernel),
};
