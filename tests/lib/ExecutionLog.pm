# ExecutionLog - which instructions a machine executed, from QEMU's own log.
#
#     log in_asm,exec,nochain      (in QEMU's monitor)
#
# writes each block of code once, when it is translated, and then a line each
# time that one is entered.  So the count is exact and nothing in the machine
# changes.  Counted is the whole log, or what stands between two executions of
# rdtsc in user mode, which is how bench delimits a row.
#
# The log knows no stacks, so we follow the calls and returns ourselves, in the
# kernel only.  swtch returns on another kernel stack, and does not say whose:
# taken is the one left last among those that were left at that place, and if a
# later return proves that wrong, one that fits.
package ExecutionLog;

use strict;
use warnings;

use SymbolTable qw(count_up_to symbols_in);

use constant USER_TOP => 0x80000000;

# The symbols, of the kernel and of the program, are lists of [address, name] in
# order.
sub new {
    my ($class, $kernel, $program) = @_;
    my ($vectors) = map { $_->[0] } grep { $_->[1] eq 'vectors' } @$kernel;
    my ($vectors_end) = map { $_->[0] } grep { $_->[1] eq 'alltraps' } @$kernel;
    return bless { kernel => $kernel, program => $program,
        vectors => $vectors, vectors_end => $vectors_end,
        blocks => {}, block_at => {} }, $class;
}

# The functions of a program as nm prints them.
sub symbols {
    my ($listing) = @_;
    return symbols_in($listing, 'Tt');
}

sub function_at {
    my ($self, $address) = @_;
    my $in_user = $address < USER_TOP;
    my $list = $self->{ $in_user ? 'program' : 'kernel' };
    my $n = count_up_to($list, $address);
    my $name = $n ? $list->[$n - 1][1] : sprintf '%#x', $address;
    return $in_user ? "$name (user)" : $name;
}

# From the lines of a block: what we need to know when it is entered.
sub block {
    my ($self, $lines) = @_;
    my ($address, $bytes, $operation) = @{ $lines->[-1] };
    return {
        at => [map { $_->[0] } @$lines],
        count => scalar @$lines,
        user => $lines->[0][0] < USER_TOP,
        vector => $lines->[0][0] >= $self->{vectors}
            && $lines->[0][0] < $self->{vectors_end},
        function => $self->function_at($lines->[0][0]),
        rdtsc => scalar(grep { $_->[2] eq 'rdtsc' } @$lines),
        call => $operation =~ /^l?call/ ? $address + $bytes : 0,
        return => !!($operation =~ /^ret/),
        iret => !!($operation =~ /^iret/),
    };
}

# Reads a log, to its end: a block that it shows only once may be executed in
# the next log too.  Returns the number of instructions by path: the names of
# the calling functions and of the one that executed them, with ";" between.
# With the option whole => 1 all is counted, otherwise one row of bench.
sub profile {
    my ($self, $file, %option) = @_;
    my (@lines, $last);
    $self->{paths} = {};
    $self->{stack} = [];
    $self->{left} = [];
    $self->{counting} = $self->{done} = $option{whole};
    $self->{scheduling} = 0;
    while (my $line = <$file>) {
        if ($line =~ /^Trace \d+: (\S+) \[\w+\/(\w+)\//) {
            my ($code, $address) = ($1, hex $2);
            $self->learn($code, $address, [splice @lines]) if @lines;
            $self->leave($last, $address) if $last;
            $last = $self->{blocks}{$code} // $self->{block_at}{$address};
            die "block $code has no code\n" if !$last && $self->{counting};
            $self->enter($last) if $last;
        } elsif ($line =~ /^IN:/) {
            @lines = ();
        } elsif ($line =~ /^0x(\w+):\s+((?:[0-9a-f]{2} )+)\s+([a-z]\S*)/) {
            my ($address, $bytes, $operation) = ($1, $2, $3);
            push @lines, [hex $address, length($bytes) / 3, $operation];
        } elsif ($line =~ /^Stopped execution of TB chain before/) {
            $self->take_back($last->{count}) if $last;
            $last = undef;
        } elsif ($line =~ /rewound execution of TB to (\w+)/ && $last) {
            my $address = hex $1;
            $self->take_back(scalar grep { $_ >= $address }
                @{ $last->{at} });
            $last = undef;
        }
    }
    die "the log has no whole row\n" if !$self->{done};
    return $self->{paths};
}

# Notes what a block consists of.  One that was translated while the log was
# just being switched is never shown: then another at its address will do.
sub learn {
    my ($self, $code, $address, $lines) = @_;
    my $block = $self->block($lines);
    $self->{blocks}{$code} = $block;
    $self->{block_at}{$address} = $block;
}

sub path {
    my ($self, $function) = @_;
    return join ';', (map { $_->[1] } @{ $self->{stack} }), $function;
}

# Counts a block that is being entered.  The one with the first rdtsc is not,
# that with the second one is: as the counter itself does.
sub enter {
    my ($self, $block) = @_;
    if ($block->{vector}) {
        $self->{stack} = [] if !$self->{in_kernel};
        push @{ $self->{stack} }, [0, 'interrupt'] if $self->{in_kernel};
    }
    $self->{in_kernel} = !$block->{user};
    if ($self->{counting}) {
        my $path = $block->{user} ? $block->{function}
            : $self->path($block->{function});
        $self->{paths}{$path} += $block->{count};
        $self->{counted} = $path;
    }
    if ($block->{user} && $block->{rdtsc}) {
        $self->{done} ||= $self->{counting};
        $self->{counting} = !$self->{done};
    }
}

# Of the block that was entered last, n instructions were not executed.
sub take_back {
    my ($self, $n) = @_;
    $self->{paths}{ $self->{counted} } -= $n
        if $self->{counting} && defined $self->{counted};
}

# Follows the last instruction of a block to the address where it led.
sub leave {
    my ($self, $block, $next) = @_;
    return if $block->{user};
    my $stack = $self->{stack};
    if ($block->{call}) {
        push @$stack, [$block->{call}, $block->{function}];
    } elsif ($block->{iret}) {
        while (my $frame = pop @$stack) {
            last if !$frame->[0];
        }
    } elsif ($block->{return} && $block->{function} eq 'swtch') {
        $self->switch($next);
    } elsif ($block->{return}) {
        my $frame = pop @$stack;
        $self->exchange($next, $frame) if $frame && $frame->[0] != $next;
    }
}

# swtch leaves this stack for the one that goes on at an address.
sub switch {
    my ($self, $next) = @_;
    my $left = $self->{left};
    my $function = $self->function_at($next);
    unshift @$left, $self->{stack} if !$self->{scheduling};
    $self->{scheduling} = $function eq 'scheduler';
    $self->{stack} = [];
    return if $function ne 'sched';
    # Rather not the one that was left just now: most often others had waited.
    my @fitting = grep { @{ $left->[$_] } && $left->[$_][-1][0] == $next }
        0 .. $#$left;
    my $chosen = $fitting[1] // $fitting[0] // return;
    $self->{stack} = splice @$left, $chosen, 1;
    pop @{ $self->{stack} };
}

# A return leads to where the stack did not say: find the stack that does.
sub exchange {
    my ($self, $next, $frame) = @_;
    for my $other (@{ $self->{left} }) {
        next if @$other < 2 || $other->[-2][0] != $next;
        push @{ $self->{stack} }, $frame;
        ($self->{stack}, $other) = ($other, $self->{stack});
        splice @{ $self->{stack} }, -2;
        return;
    }
    # None: a new process, which forkret leads out of the kernel.
    $self->{stack} = [];
}

1;
