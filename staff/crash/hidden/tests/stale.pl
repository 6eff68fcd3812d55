# What recovery has refused once stays refused.
#
# A transaction lacks one sector, so it is refused at the first boot.  Then that
# sector gets there, as a later transaction's contents could bring it.
use strict;
use warnings;

use Lab::Disk qw(boot odd_end);
use Lab::Files qw(copy_file);
use Lab::Planted qw(contents count_homes draw_transaction plant tear);

sub refused {
    my ($run) = @_;
    my $input = $run->{input};
    my $count = $input->{count};
    my $kept = "$run->{build}/refused.img";
    my $first = boot($run, sub {
        my ($planted, $image) = @_;
        tear(plant($planted, $image), 1, 2, $input->{old} x 512);
        return;
    });
    my $odd = odd_end($first, 'the log is torn');
    return $odd if $odd;
    copy_file("$first->{folder}/disk.img", $kept);
    my $second = boot($run, sub {
        my (undef, $image) = @_;
        copy_file($kept, $image);
        tear(plant_nothing($run, $image), 1, 2,
            substr contents($input, 1), 1024, 512);
        return;
    });
    $odd = odd_end($second, 'the log was torn');
    return $odd if $odd;
    my (undef, $old) = count_homes($run, "$second->{folder}/disk.img");
    return $old == $count ? undef : {
        expected => 'a boot refuses a transaction that lacks a sector; when '
            . 'that sector is written later on, the next boot does not take '
            . 'the transaction for a whole one',
        seen => $count - $old . ' of its blocks have been written',
        cause => 'recovery leaves the header of what it has refused in the log',
    };
}

# The disk where the log's blocks are as they were, whatever is on it by now.
sub plant_nothing {
    my ($run, $image) = @_;
    my $disk = Disk->open("$run->{kept}/first.img");
    open $disk->{file}, '+<:raw', $image or die "$image: $!\n";
    return $disk;
}

return {
    program => 'boot',
    Lab::Disk::recording(),
    disk => { blocks => 400, inodes => 64 },
    input => \&draw_transaction,
    pack => sub { return () },
    parts => { refused => \&refused },
};
