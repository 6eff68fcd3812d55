# mprotect where a careless check goes wrong, and a program at page 0.
use strict;
use warnings;

use Lab::PageTables qw(look parts step wrong_pages);

my ($BEFORE, $SIZE, $GUARD, $HEAP, $LEAKS, $IMAGE) = 1 .. 6;
my $PGSIZE = 0x1000;
my ($FAR, $REFUSED) = (16, 77);

sub wanted {
    my ($run, %changed) = @_;
    my ($values, $pages) = step($run, $BEFORE);
    return { (map { $_ => $pages->{$_}{may} } keys %$pages), %changed };
}

sub heap {
    my ($run, $may, @pages) = @_;
    my ($values) = step($run, $BEFORE);
    return map { $values->[0] + $_ * $PGSIZE => $may } @pages;
}

# The first of some results that is not as expected: each is [call, expected].
sub results {
    my ($seen, $cause, @calls) = @_;
    for my $i (0 .. $#calls) {
        my ($call, $expected) = @{ $calls[$i] };
        next if $seen->[$i] == $expected;
        return { expected => "$call gives $expected",
            seen => "it gives $seen->[$i]", cause => $cause };
    }
    return undef;
}

sub size {
    my ($run) = @_;
    my ($first, $n, $part) = @{ $run->{input} }{qw(first n part)};
    my ($seen, $pages) = step($run, $SIZE);
    my $cause = 'the last page is the one with the last byte of the range; '
        . 'a range of no byte has none';
    my $next = $first + $n + 2;
    return results($seen, $cause, map { [$_, 0] }
        sprintf('mprotect(page %d of the heap, %#x, PROT_READ)', $first,
            $n * $PGSIZE + $part), 'mprotect(a page, 1, PROT_READ)',
        'mprotect(a page, 0x1fff, PROT_READ)', ('mprotect(a page, 0)') x 2)
        // wrong_pages($pages, wanted($run, heap($run, 'r', $first
        .. $first + $n, $next, $next + 2, $next + 3)), sprintf('the ranges '
        . 'are %#x, 1, 0x1fff and 0 bytes long', $n * $PGSIZE + $part), $cause);
}

sub guard {
    my ($run) = @_;
    my ($seen, $pages) = step($run, $GUARD);
    my $cause = 'a page that is not there (no PTE_P) makes the call fail, '
        . 'whatever its entry or p->sz says';
    return results($seen, $cause, (map { ["mprotect($_)", -1] }
        'the guard page, PROT_READ', 'the guard page, PROT_READ | PROT_WRITE',
        'the guard page and the next one', 'from the data to the heap',
        '0, 0x1000, PROT_READ', '0, 0x1000, PROT_READ | PROT_WRITE',
        '0, 0x2000, PROT_READ'),
        ['wait for a child that reads from the guard page', -1])
        // wrong_pages($pages, wanted($run), 'nothing has changed', $cause);
}

sub heap_again {
    my ($run) = @_;
    my ($pages, $gone) = @{ $run->{input} }{qw(pages gone)};
    my ($seen, $after) = step($run, $HEAP);
    my $cause = 'protections belong to pages, and new pages may be written';
    return results($seen, $cause, ['mprotect of the end of the heap', 0],
        ['mprotect of what sbrk has taken back', -1],
        ['the old end, from sbrk to where it was,', 0],
        ['a byte of a new page', 0])
        // wrong_pages($after,
        wanted($run, heap($run, 'r', $pages - $gone - 1)),
        "the last $gone pages are new, and one before is protected", $cause);
}

sub leaks {
    my ($run) = @_;
    my ($seen) = step($run, $LEAKS);
    my ($before, $after) = @$seen;
    return undef if $before > 1000 && $after == $before;
    return {
        expected => "sbrk can get $before pages before and after calls that "
            . 'fail',
        seen => "$after pages after $FAR calls far above the heap",
        cause => 'walkpgdir(..., true) makes a page table where there is none',
    };
}

sub image {
    my ($run) = @_;
    my ($seen) = step($run, $IMAGE);
    return results($seen, 'a segment below 0x1000 is a page 0: load_segment '
        . 'refuses it', ['exec of a program at address 0, from which it '
        . 'returned -1,', $REFUSED], ['the status of the same program, but at '
        . 'address 0x1000,', $run->{input}{status}]);
}

# A program that ends with a status, linked at this address: its header, one
# segment, and pushl $status; pushl $0; movl $2, %eax; int $64.
sub program {
    my ($address, $status) = @_;
    my $header = pack 'a4 C3 x9 v2 V5 v6', "\x7fELF", 1, 1, 1, 2, 3, 1,
        $address + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0;
    my $segment = pack 'V8', 1, 0, $address, $address, 96, 96, 5, $PGSIZE;
    my $code = pack 'C*', 0x6a, $status, 0x6a, 0, 0xb8, 2, 0, 0, 0, 0xcd, 64;
    return $header . $segment . $code . "\0";
}

return {
    program => 'edges',
    at_report => \&look,
    input => sub {
        my ($draw) = @_;
        my ($first, $n) = ($draw->(1, 4), $draw->(2, 5));
        return { pages => 16, first => $first, n => $n,
            part => $draw->(1, 4095), gone => $draw->(2, 6),
            far => [map { $_ * 100 + $draw->(1, 12) * 8 } 1 .. $FAR],
            status => $draw->(3, 70) };
    },
    pack => sub {
        my ($input) = @_;
        return (@$input{qw(pages first n part gone)}, @{ $input->{far} },
            map { unpack 'l<*', program($_, $input->{status}) } 0, $PGSIZE);
    },
    parts => parts(size => \&size, guard => \&guard, heap => \&heap_again,
        leaks => \&leaks, image => \&image),
};
