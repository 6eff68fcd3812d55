# Lab::Course - grading of what students handed in, with the staff's tests.
package Lab::Course;

use strict;
use warnings;
use Digest::SHA;
use Exporter qw(import);
use File::Temp qw(tempdir);

use Lab::Conf;
use Lab::Files qw(files_of handout read_file);
use Lab::Grade;

our @EXPORT_OK = qw(digest_of grade_of what_counts work_folder);

# A folder to work in, where paths are short enough for sockets and a user who
# owns nothing else comes through.  It goes when the program ends.
sub work_folder {
    my $folder = tempdir('lectern-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0711, $folder;
    return $folder;
}

sub hidden_of { my ($top, $lab) = @_; return "$top/staff/$lab/hidden" }

# The files whose content decides about points, but for the student's: by name
# and path.
sub what_counts {
    my ($top, $lab, $tree) = @_;
    my $hidden = hidden_of($top, $lab);
    return ((map { [$_, "$tree/$_"] } files_of($tree)),
        -d $hidden ? map { ["hidden/$_", "$hidden/$_"] } files_of($hidden)
            : ());
}

# A number for the content of files, each given as name and path.
sub digest_of {
    my $sum = Digest::SHA->new(256);
    for my $file (@_) {
        my ($name, $path) = @$file;
        my $bytes = read_file($path);
        $sum->add(length($name), ' ', length($bytes), " $name$bytes");
    }
    return $sum->hexdigest;
}

# What grades a lab in a tree as it was handed out.  Options: top, the checkout;
# lab, tree; and what else Lab::Grade takes.
sub grade_of {
    my (%option) = @_;
    my ($top, $lab, $tree) = delete @option{qw(top lab tree)};
    my $hidden = hidden_of($top, $lab);
    my $own = "$tree/labs/$lab";
    return Lab::Grade->new(%option, tree => $tree,
        conf => Lab::Conf->read(grep { -f } "$own/lab.conf",
            "$hidden/lab.conf"),
        tests => ["$own/tests", "$hidden/tests"],
        programs => ["labs/$lab/programs"],
        -d "$hidden/programs"
            ? (hidden => ["$hidden/programs", "labs/$lab/hidden"]) : ());
}

1;
