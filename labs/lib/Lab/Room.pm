# Lab::Room - leaks, as seen from outside: what the machine had left of
# everything before some work, and after it.
package Lab::Room;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(leak);

# The numbers of labs/lib/programs/room.h, in their order: what they count, the
# least that any machine has, and where a leak of them comes from.
my @ROOM = (
    ['pages of memory', 100, 'memory', 'each kalloc needs its kfree: look at '
        . 'what fork, exec, sbrk and pipes take, also on the paths that fail'],
    ['processes', 10, 'fork', 'wait gives back what allocproc took, and so '
        . 'does a call that fails after it'],
    ['open files', 100, 'open', 'each struct file that is taken or shared '
        . 'needs its file_close'],
    ['descriptors', 4, 'open', 'each descriptor that is taken needs its close'],
    ['files to be made', 10, 'open', 'an inode whose last name and last user '
        . 'are gone has to be freed'],
    ['blocks to be written', 10, 'write', 'a file that is cut or freed gives '
        . 'back its blocks'],
);

# How many bytes a struct room has.
our $SIZE = 4 * @ROOM;

# Judges two of them, as bytes.  Returns nothing, or a hash that says what was
# expected and seen, and the likely cause.
sub leak {
    my ($before, $after) = map { [unpack 'l<*', substr $_, 0, $SIZE] } @_;
    # Whatever is lost has pages, too: they tell least.
    for my $i (1 .. $#ROOM, 0) {
        my ($what, $least, $call, $cause) = @{ $ROOM[$i] };
        my ($then, $now) = map { $_->[$i] // 0 } $before, $after;
        return {
            expected => "$what: $then are left before, and as many after",
            seen => "$now are left after",
            cause => "something is taken each time and not given back: $cause",
        } if $now < $then;
        return {
            expected => "$what: more than $least can be had",
            seen => "$now can be had",
            cause => "$call fails much too early",
        } if $now < $least;
    }
    return undef;
}

1;
