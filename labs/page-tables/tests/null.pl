# Page 0: nobody has it.
use strict;
use warnings;
use Scalar::Util qw(weaken);

use Lab::Files qw(read_file);
use Lab::PageTables qw(look pages parts step wrong_pages);

my ($FIRST, $CHILD, $KILLS, $CALLS) = 1 .. 4;

# Where programs are linked, and the code segment of user mode.
my ($LINKED, $USER_CS) = (0x1000, 0x23);

# The first trap from user mode is the first program's: at alltraps the stack
# has the trap's number, an error code, eip and cs.
sub at_start {
    my ($run, $machine) = @_;
    my $gdb = $machine->gdb;
    my ($address, @others) = read_file("$run->{build}/kernel.sym")
        =~ /^(\w+) \w alltraps$/mg;
    delete $run->{first};
    # With two of them, who knows which is the one of the IDT?
    return if @others;
    # The machine keeps the function, so the function must not keep the machine.
    weaken $machine;
    $machine->stop_in_kernel(hex $address, sub {
        my ($registers) = @_;
        my (undef, undef, undef, $cs) =
            unpack 'V4', $gdb->read($registers->{esp}, 16) // return 1;
        return 1 if $cs != $USER_CS;
        $run->{first} = pages($machine);
        return 0;
    });
}

# Nothing in page 0; what else is wanted comes as a hash.
sub no_page_0 {
    my ($pages, $who, $cause, %wanted) = @_;
    my %others = map { $_ => $pages->{$_}{may} } grep { $_ } keys %$pages;
    return wrong_pages($pages, \%others, "$who has no page 0", $cause)
        // wrong_pages($pages, { %others, %wanted },
        "$who has its text at 0x1000, which may not be written",
        'the address stands in user/user.ld; what may be written is as the '
        . 'file says, and a child has it as its parent');
}

sub kills {
    my ($run) = @_;
    my ($input, ($seen)) = ($run->{input}, step($run, $KILLS));
    my $across = 0x1000 - $input->{last};
    my @deeds = map { sprintf $_->[0], $_->[1] }
        ['a read of address %#x', $input->{near}],
        ['a read of address %#x', $input->{far}],
        ['a write to address %#x', $input->{near}],
        ['a write to address %#x', $input->{far}],
        ['a read of four bytes from %#x on', $across],
        ['a jump to address %#x', $input->{near}];
    for my $i (0 .. $#deeds) {
        next if $seen->[$i] == -1;
        return {
            expected => "$deeds[$i] kills the program: wait gives -1",
            seen => "it ends with status $seen->[$i]",
            cause => 'something is mapped at page 0: look at null.unmapped '
                . 'first',
        };
    }
    return undef;
}

sub calls {
    my ($run) = @_;
    my ($input, ($seen)) = ($run->{input}, step($run, $CALLS));
    my ($near, $far) = map { sprintf '%#x', $_ } @$input{qw(near far)};
    my @calls = ("write($input->{length} bytes from $near)",
        sprintf('write(8 bytes from %#x)', 0x1000 - $input->{last}),
        "read(1 byte to $far)", "fstat(to $near)", "wait(to $near)",
        "open(the name at $far)", "exec with an argument at $near",
        sprintf 'exec with the list of arguments at %#x', $input->{far} & ~3);
    for my $i (0 .. $#calls) {
        next if $seen->[$i] == -1;
        return {
            expected => "$calls[$i] gives -1",
            seen => "it gives $seen->[$i]",
            cause => 'calls look at the page tables, so they refuse page 0 as '
                . 'soon as nothing is mapped there; a check by p->sz does not',
        };
    }
    return undef;
}

return {
    program => 'null',
    cpus => 2,
    at_start => \&at_start,
    at_report => \&look,
    input => sub {
        my ($draw) = @_;
        return { near => $draw->(4, 60), far => $draw->(100, 4000),
            last => $draw->(1, 3), length => $draw->(1, 90) };
    },
    pack => sub { return @{ $_[0] }{qw(near far last length)} },
    parts => parts(
        unmapped => sub {
            my ($run) = @_;
            my @text = ($LINKED => 'r');
            return no_page_0((step($run, $FIRST))[1], 'a program linked at '
                . '0x1000', 'the address stands in user/user.ld', @text)
                // no_page_0((step($run, $CHILD))[1], 'its child',
                'fork copies a page that the parent does not have', @text);
        },
        kills => \&kills,
        calls => \&calls,
        first => sub {
            my ($run) = @_;
            return { expected => 'the first process comes to alltraps, in '
                . 'kernel/x86/vectors.S', seen => 'it never does',
                cause => 'nothing else in the kernel may have this name' }
                if !$run->{first};
            return no_page_0($run->{first}, 'the first process',
                'userinit and inituvm put initcode at address 0, and start '
                . 'there; initcode.S has addresses of its own, too');
        },
    ),
};
