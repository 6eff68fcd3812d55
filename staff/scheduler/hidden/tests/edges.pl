# getpinfo with addresses of all kinds.
use strict;
use warnings;

my $ADDRESSES = 4;
my $CAUSE = 'an address from a program is checked before anything is written '
    . 'there: copyout does so, page by page';

return {
    program => 'edges',
    panics => $CAUSE,
    input => sub {
        my ($draw) = @_;
        # Beyond any program, the kernel's first page and one of its own, and an
        # end of all memory.
        return { addresses => [4 * $draw->(0x10000000, 0x1fffffff),
            0x80000000, 0x80100000 + 4 * $draw->(0, 10_000), 0xfffffff0] };
    },
    pack => sub { return map { unpack 'l', pack 'L', $_ }
        @{ $_[0]{addresses} } },
    parts => {
        address => sub {
            my ($run) = @_;
            my ($good, @rest) = unpack 'l<*', $run->{reports}[0];
            my @bad = splice @rest, 0, $ADDRESSES;
            my ($text, $end, $n) = @rest;
            my %cause = (cause => $CAUSE);
            return { expected => 'getpinfo returns 0 for memory of the process',
                seen => "$good, with $n entries", %cause }
                if $good != 0 || $n < 1;
            for my $i (0 .. $ADDRESSES - 1) {
                return { expected => sprintf('getpinfo(%#x) returns -1',
                        $run->{input}{addresses}[$i]),
                    seen => "it returned $bad[$i]", %cause } if $bad[$i] != -1;
            }
            return undef if $text == -1 && $end == -1;
            return { expected => 'getpinfo returns -1 for '
                    . ($text == -1 ? 'the last four bytes of memory'
                        : 'the program\'s own text, which may only be read'),
                seen => $text == -1 ? $end : $text, %cause };
        },
    },
};
