# Protections of parents, children and new programs, on four CPUs.
use strict;
use warnings;

use Lab::PageTables qw(look parts step wrong_pages);

my ($BEFORE, $INHERITED, $TURNED, $AFTER, $NEW) = (1, 10, 20, 30, 40);
my ($CHILDREN, $PAGES, $PGSIZE) = (4, 8, 0x1000);

# What pages shall allow if those of a mask are protected.
sub wanted {
    my ($run, $mask) = @_;
    my ($values, $pages) = step($run, $BEFORE);
    return { (map { $_ => $pages->{$_}{may} } keys %$pages),
        map { $values->[0] + $_ * $PGSIZE => $mask >> $_ & 1 ? 'r' : 'rw' }
            0 .. $PAGES - 1 };
}

sub family {
    my ($run) = @_;
    for my $i (0 .. $CHILDREN - 1) {
        my $mask = $run->{input}{masks}[$i];
        my ($seen, $turned) = step($run, $TURNED + $i);
        return {
            expected => 'the text of a forked child cannot become writable',
            seen => "mprotect gives $seen->[0]",
            cause => 'the mark of text is a flag of the entry as well: fork '
                . 'has to copy it',
        } if $seen->[0] != -1;
        my $wrong = wrong_pages((step($run, $INHERITED + $i))[1],
            wanted($run, $mask), 'a child has the protections of its parent',
            'copyuvm copies the flags of each entry')
            // wrong_pages($turned, wanted($run, ~$mask), 'the child turns the '
            . 'protections of its heap around', 'mprotect in a forked child '
            . 'changes its own page tables')
            // wrong_pages((step($run, $AFTER + $i))[1], wanted($run, $mask),
            'its parent has its own protections, as before', 'parent and child '
            . 'share a page table');
        return $wrong if $wrong;
    }
    return wrong_pages((step($run, $NEW + $CHILDREN))[1], wanted($run, 0),
        'the parent of all has no page protected', 'a child has changed the '
        . 'page tables of its parent');
}

sub new_program {
    my ($run) = @_;
    my ($values) = step($run, $BEFORE);
    my $wanted = wanted($run, 0);
    # A new program has no heap.
    delete @$wanted{ grep { $_ >= $values->[0] } keys %$wanted };
    for my $i (0 .. $CHILDREN - 1) {
        step($run, $AFTER + $i);
        my $wrong = wrong_pages((step($run, $NEW + $i))[1], $wanted,
            'exec makes a process whose stack and data may be written, and no '
            . 'other', 'protections belong to pages, and exec makes new ones');
        return $wrong if $wrong;
    }
    return undef;
}

return {
    program => 'family',
    cpus => 4,
    at_report => \&look,
    input => sub {
        my ($draw) = @_;
        return { masks => [map { $draw->(1, 254) } 1 .. $CHILDREN],
            rounds => [map { $draw->(20, 60) } 1 .. $CHILDREN] };
    },
    pack => sub { return map { @$_ } @{ $_[0] }{qw(masks rounds)} },
    parts => parts(fork => \&family, exec => \&new_program),
};
