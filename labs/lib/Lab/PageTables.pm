# Lab::PageTables - what a process may do with which page, as the CPU sees it.
#
# The host walks the page tables in physical memory, from %cr3 on: neither
# program nor kernel is asked.  SDM 3A, "32-Bit Paging".
#
# A test program that reports by labs/page-tables/programs/pages.h says which
# step it reports of; here each step is found again, with its page tables.
package Lab::PageTables;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(look pages parts picture step wrong_pages);

my $PGSIZE = 4096;
my ($PRESENT, $WRITE, $USER, $BIG) = (0x1, 0x2, 0x4, 0x80);

# The lower half of a directory is the process's.
my $USER_TABLES = 512;

# How many lines a picture has.
my $MOST_LINES = 16;

# %cr3 of the CPU that stopped.  QEMU numbers CPUs from 0 where it shows them,
# and from 1 as threads for GDB.
sub cr3 {
    my ($machine) = @_;
    my $text = $machine->command('human-monitor-command',
        'command-line' => 'info registers -a');
    my $cpu = hex($machine->gdb->{thread}) - 1;
    my ($cr3) = $text =~ /^CPU#$cpu\b.*?\bCR3=(\w+)/ms
        or die "QEMU shows no CR3\n";
    return hex $cr3;
}

# The entries of a directory or table.
sub entries {
    my ($gdb, $entry, $n) = @_;
    return unpack 'V*', $gdb->read($entry & ~($PGSIZE - 1), 4 * $n) // '';
}

# What is mapped in the user's half of the CPU that stopped: a hash from
# addresses to the entry there and what it allows user mode: `rw`, `r`, or `-`
# if only the kernel may use it.
sub pages {
    my ($machine) = @_;
    my ($gdb, $cr3, %pages) = ($machine->gdb, cr3($machine));
    $gdb->physical(1);
    my @directory = entries($gdb, $cr3, $USER_TABLES);
    for my $i (grep { $directory[$_] & $PRESENT } 0 .. $#directory) {
        my $pde = $directory[$i];
        my @table = $pde & $BIG ? ($pde) : entries($gdb, $pde, 1024);
        for my $j (grep { $table[$_] & $PRESENT } 0 .. $#table) {
            # What both levels allow.
            my $both = $pde & $table[$j];
            $pages{ $i * 1024 * $PGSIZE + $j * $PGSIZE } = {
                entry => $table[$j],
                may => !($both & $USER) ? '-' : $both & $WRITE ? 'rw' : 'r',
            };
        }
    }
    $gdb->physical(0);
    return \%pages;
}

# Compares pages with what they should allow: a hash from addresses to `rw`, `r`
# or '' for no page; all others are to have none.  Returns nothing, or a
# picture: a line for each entry that is wrong, and for its neighbours.
sub picture {
    my ($pages, $wanted) = @_;
    my %seen = map { $_ => $pages->{$_}{may} } keys %$pages;
    my @all = sort { $a <=> $b } keys %{ { %seen, %$wanted } };
    my %wrong = map { $_ => 1 }
        grep { ($seen{$_} // '') ne ($wanted->{$_} // '') } @all;
    return undef if !%wrong;
    my $near = sub { return grep { $wrong{$_} } $_[0], $_[0] - $PGSIZE,
        $_[0] + $PGSIZE };
    my @lines = 'page        entry       allows';
    for my $page (grep { $near->($_) } @all) {
        my $should = $wanted->{$page} // '';
        push @lines, sprintf '0x%08x  0x%08x  %-6s%s', $page,
            $pages->{$page} ? $pages->{$page}{entry} : 0,
            $seen{$page} // 'no page',
            $wrong{$page} ? ' <- should be: ' . ($should || 'no page') : '';
    }
    splice @lines, $MOST_LINES, @lines, '... and so on' if @lines > $MOST_LINES;
    s/\s+$// for @lines;
    return join "\n", @lines;
}

# What `at_report` of a test is: the page tables of whoever reports.
sub look {
    my ($run, $machine) = @_;
    $run->{pages}[$#{ $run->{reports} }] = pages($machine);
}

# What a step has reported: its values, and what pages it had.  Dies with what a
# part returns if it has not.
sub step {
    my ($run, $step) = @_;
    for my $i (0 .. $#{ $run->{reports} }) {
        my ($which, @values) = unpack 'l<*', $run->{reports}[$i];
        return (\@values, $run->{pages}[$i]) if $which == $step;
    }
    my @killed = $run->{console} =~ /^(.*; killed)$/mg;
    die {
        expected => 'each step of the test reports what it has seen',
        seen => 'this one was killed before it could',
        cause => 'a page that it needs has gone, or may no longer be written: '
            . 'see who was killed, as far as the console tells',
        console => join "\n", @killed > 6 ? @killed[-6 .. -1] : @killed,
    };
}

# Judges pages: returns nothing, or what a part returns.
sub wrong_pages {
    my ($pages, $wanted, $expected, $cause) = @_;
    my $picture = picture($pages, $wanted) // return undef;
    return { expected => $expected, seen => $picture, cause => $cause };
}

# The parts of a test.  A judge may also die with what is wrong.
sub parts {
    my (%parts) = @_;
    my %judged;
    for my $name (keys %parts) {
        my $judge = $parts{$name};
        $judged{$name} = sub {
            my ($run) = @_;
            my $wrong = eval { $judge->($run) // { none => 1 } } // $@;
            die $wrong if !ref $wrong;
            return $wrong->{none} ? undef : $wrong;
        };
    }
    return \%judged;
}

1;
