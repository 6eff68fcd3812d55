# mprotect: which pages it changes, and what that means.
use strict;
use warnings;

use Lab::PageTables qw(look parts step wrong_pages);

my ($BEFORE, $READONLY, $WRITABLE, $FLUSH, $CALLS, $REFUSES, $WHOLE, $TEXT) =
    1 .. 8;
my $PGSIZE = 0x1000;
my $DATA_PAGES = 4;

# What the process's pages allowed before, as picture() wants it; changed where
# a hash from addresses says so.
sub wanted {
    my ($run, %changed) = @_;
    my ($values, $pages) = step($run, $BEFORE);
    return { (map { $_ => $pages->{$_}{may} } keys %$pages), %changed };
}

# Pages of the heap, by their numbers, and what each shall allow.
sub heap {
    my ($run, $may, @pages) = @_;
    my ($values) = step($run, $BEFORE);
    return map { unpack('L', pack 'l', $values->[0]) + $_ * $PGSIZE => $may }
        @pages;
}

# All that is protected by protect_range() of the program.
sub protected {
    my ($run) = @_;
    my $input = $run->{input};
    my ($values) = step($run, $BEFORE);
    return (heap($run, 'r', $input->{first}
        .. $input->{first} + $input->{n} - 1),
        $values->[1] + $input->{data} * $PGSIZE => 'r');
}

# The call as one reads it in a program.
sub call {
    my ($run, $first, $n, $protection) = @_;
    return sprintf 'mprotect(heap + %#x, %#x, %s)', $first * $PGSIZE,
        $n * $PGSIZE, $protection;
}

sub first_call {
    my ($run) = @_;
    return call($run, @{ $run->{input} }{qw(first n)}, 'PROT_READ');
}

sub gives {
    my ($what, $expected, $seen, $cause) = @_;
    return undef if $seen == $expected;
    return { expected => "$what gives $expected", seen => "it gives $seen",
        cause => $cause };
}

sub readonly {
    my ($run) = @_;
    my ($before) = step($run, $BEFORE);
    my ($seen, $pages) = step($run, $READONLY);
    my $call = first_call($run);
    return gives($call, 0, $seen->[0], 'is there call 30 in '
        . 'include/syscall.h, and sys_mprotect?')
        // wrong_pages($pages, wanted($run, protected($run)),
        "after $call these pages may be read, and all others are as before",
        'walkpgdir finds the entry of a page; PTE_W is to go from it, PTE_P '
        . 'and PTE_U stay')
        // gives('a sum of the pages', $before->[2], $seen->[1],
        'mprotect changes no contents');
}

sub writable {
    my ($run) = @_;
    my $input = $run->{input};
    my ($seen, $pages) = step($run, $WRITABLE);
    my $call = call($run, @$input{qw(second m)}, 'PROT_READ | PROT_WRITE');
    return gives($call, 0, $seen->[0], 'a page that was protected may become '
        . 'writable again')
        // wrong_pages($pages, wanted($run, protected($run),
        heap($run, 'rw', $input->{second}
        .. $input->{second} + $input->{m} - 1)),
        first_call($run) . ", then $call: just the latter may be written",
        'only the pages of the range change');
}

sub flush {
    my ($run) = @_;
    my ($seen) = step($run, $FLUSH);
    return {
        expected => 'a write to a page that may only be read kills',
        seen => "the program ends with status $seen->[0]",
        cause => 'the entry of the page still has PTE_W: look at '
            . 'protect.readonly',
    } if $seen->[0] != -1;
    for my $status (@$seen[1 .. 4]) {
        return {
            expected => 'a page that was written to just before mprotect '
                . 'cannot be written to just after it: the program dies',
            seen => "it ends with status $status",
            cause => 'the CPU keeps entries of page tables in its TLB: whoever '
                . 'takes a permission away reloads %cr3',
        } if $status != -1;
    }
    return undef;
}

sub calls {
    my ($run) = @_;
    my ($seen) = step($run, $CALLS);
    my @calls = (['read of 1 byte to a protected page', -1],
        ['read of 3 bytes, the last one to a protected page', -1],
        ['fstat to a protected page', -1], ['pipe to a protected page', -1],
        ['wait with the status to a protected page', -1],
        ['write of 5 bytes from a protected page', 5],
        ['read of 4 bytes, just below a protected page', 4]);
    for my $i (0 .. $#calls) {
        my $wrong = gives(@{ $calls[$i] }, $seen->[$i], 'a call writes only '
            . 'where the program itself may: copyout and user_range_ok look at '
            . 'PTE_W of each page');
        return $wrong if $wrong;
    }
    return undef;
}

# Calls that are to fail, and to change nothing.
sub fails {
    my ($run, $step, $cause, @calls) = @_;
    my ($seen, $pages) = step($run, $step);
    for my $i (0 .. $#calls) {
        my $wrong = gives($calls[$i], -1, $seen->[$i], $cause);
        return $wrong if $wrong;
    }
    return wrong_pages($pages, wanted($run),
        'calls that fail change nothing: ' . join('; ', @calls),
        'look at the whole range first, and change the first page only when '
        . 'nothing can fail any more');
}

sub refuses {
    my ($run) = @_;
    my ($input, $page) = ($run->{input}, $run->{input}{first} * $PGSIZE);
    return fails($run, $REFUSES, 'check address, length and protection before '
        . 'anything else',
        sprintf('mprotect(heap + %#x, 0x1000, PROT_READ)',
            $page + $input->{offset}),
        (map { sprintf 'mprotect(heap + %#x, 0x1000, %d)', $page, $_ }
            @{ $input->{odd} }),
        map { sprintf 'mprotect(heap + %#x, %d, PROT_READ)', $page, $_ }
            -$PGSIZE, -$input->{offset});
}

sub whole {
    my ($run) = @_;
    my $input = $run->{input};
    my $from = ($input->{pages} - $input->{past}) * $PGSIZE;
    return fails($run, $WHOLE, 'each page that has a byte of the range must be '
        . 'there',
        (map { sprintf 'mprotect(heap + %#x, %#x, PROT_READ), beyond the end',
            $from, $_ } ($input->{past} + 1) * $PGSIZE,
            $input->{past} * $PGSIZE + $input->{offset}),
        'mprotect(heap, 0x10000000, PROT_READ), beyond the end');
}

sub text {
    my ($run) = @_;
    my ($seen, $pages) = step($run, $TEXT);
    my $both = 'PROT_READ | PROT_WRITE';
    my $cause = 'text and constants never become writable, whatever was asked '
        . 'for them before; the CPU leaves three bits of an entry to you';
    my ($text, @data) = step($run, $BEFORE);
    my $start = $text->[1];
    return gives("mprotect(a page of text, 0x1000, $both)", -1, $seen->[0],
        $cause)
        // gives('mprotect(a page of text, 0x1000, PROT_READ)', 0, $seen->[1],
        'that is what the page allows already')
        // gives("mprotect(the same page, 0x1000, $both)", -1, $seen->[2],
        $cause)
        // gives('mprotect(text and data, PROT_READ)', 0, $seen->[3],
        'text may be in a range that becomes read-only')
        // gives("mprotect(text and data, $both)", -1, $seen->[4], $cause)
        // wrong_pages($pages, wanted($run, map { $_ => 'r' }
        grep { $_ < $start + $PGSIZE } keys %{ wanted($run) }),
        'neither text nor data have become writable', $cause);
}

return {
    program => 'protect',
    at_report => \&look,
    input => sub {
        my ($draw) = @_;
        my $pages = $draw->(12, 24);
        my ($first, $n) = ($draw->(1, 4), $draw->(4, 7));
        my $m = $draw->(1, 2);
        return { pages => $pages, first => $first, n => $n,
            second => $first + $draw->(0, $n - $m), m => $m,
            data => $draw->(0, $DATA_PAGES - 1), offset => $draw->(1, 4000),
            odd => [0, 2, $draw->(4, 999)], past => $draw->(1, 5) };
    },
    pack => sub {
        my ($input) = @_;
        return (@$input{qw(pages first n second m data offset)},
            @{ $input->{odd} }, $input->{past});
    },
    parts => parts(readonly => \&readonly, writable => \&writable,
        flush => \&flush, calls => \&calls, refuses => \&refuses,
        whole => \&whole, text => \&text),
};
