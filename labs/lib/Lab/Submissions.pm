# Lab::Submissions - who handed in what, in a folder as a course's system
# exports it; and of each submission the files that a lab takes.
#
# A submission is a hash: key, a plain name for files of ours; people, a list of
# hashes with name and id; label, how messages call what was handed in; source,
# what Lab::Archive reads, or a function that returns it; and wrong, why it
# cannot be graded, or ''.
package Lab::Submissions;

use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(basename);
use List::Util qw(sum0);

use Lab::Archive qw(is_archive_name members);
use Lab::Conf;
use Lab::Files qw(files_of read_file write_file);
use Lab::Grade;

our @EXPORT_OK = qw(collect find_submissions);

# An archive in an export is at most so large; what says who handed in what,
# too.
my ($MOST_ARCHIVE, $MOST_METADATA) = (32 << 20, 8 << 20);

# So many files may be in a zip file that has all submissions of a course.
my $MOST_EXPORTED = 0xfffe;

# How each system names a submission.
my %NAMES = (
    moodle => qr/^(.+)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_|\z)/s,
    canvas => qr/^([^\s_-]+)_(?:LATE_)?(\d+)_\d+_[^\/]+\z/s,
    gradescope => qr/^submission_(\d+)\z/,
);

my $ZIP = qr/\.zip\z/i;
my $METADATA = 'submission_metadata.yml';

# What may lie beside submissions.
my $NOT_HANDED_IN = qr/_assignsubmission_onlinetext|\.(?:csv|ya?ml|html?|txt
    |md|json|xlsx?|ods)\z/xi;

# Who handed in what has this name: a system's own, or the student's name, which
# is then all that is known.  Canvas exports no folders.
sub person {
    my ($name, $is_file) = @_;
    return (name => $1, id => $2) if $name =~ $NAMES{moodle};
    return (name => $1, id => $2) if $is_file && $name =~ $NAMES{canvas};
    return (name => $name, id => $1) if $name =~ $NAMES{gradescope};
    return (name => $name =~ s/\.(?:tar\.gz|tar|tgz|zip)\z//ir, id => '');
}

# All submissions in a folder, or in a zip file that a system made.
sub find_submissions {
    my ($in) = @_;
    my %of;
    for my $one (-d $in ? in_folder($in) : whole_export($in)) {
        my $who = $one->{people}[0];
        push @{ $of{ $who->{id} ne '' ? "id $who->{id}" : $who->{name} } },
            $one;
    }
    my (@one_each, %taken);
    for my $who (sort keys %of) {
        # A file that lies beside an archive is not what counts.
        my @some = grep { !$_->{loose} } @{ $of{$who} };
        my ($first, @others) = @some ? @some : @{ $of{$who} };
        my $names = join ' and ', map { $_->{label} } $first, @others;
        $first->{wrong} = $first->{loose}
            ? "files without their folders: $names; what counts is the archive "
                . 'of make submit'
            : "two submissions of one student: $names; leave only the one that "
                . 'counts' if @others;
        my $key = key_of($first);
        my $n = 1;
        $n++ while $taken{ lc $key . ($n > 1 ? "-$n" : '') }++;
        $first->{key} = $key . ($n > 1 ? "-$n" : '');
        push @one_each, $first;
    }
    return sort { $a->{key} cmp $b->{key} } @one_each;
}

# A plain name for files of ours.
sub key_of {
    my ($one) = @_;
    my ($name, $id) = @{ $one->{people}[0] }{qw(name id)};
    return join '-', plain($name),
        $id eq '' || $name =~ $NAMES{gradescope} ? () : plain($id);
}

sub plain {
    my ($name) = @_;
    $name =~ s/[^A-Za-z0-9.-]+/_/g;
    $name =~ s/^[._-]+|_+\z//g;
    return $name eq '' ? 'unnamed' : substr $name, 0, 60;
}

# Of a folder, or of a file if more says so.
sub submission {
    my ($name, $source, %more) = @_;
    my %person = person($name, $more{is_file});
    return { people => [\%person], label => $name, source => $source,
        wrong => '', %more };
}

# A file that is no archive.
sub loose {
    my ($name, $path) = @_;
    return submission($name, $path, is_file => 1, loose => 1,
        wrong => 'is neither a folder nor a .tar, .tar.gz, .tgz or .zip');
}

# What is in a folder: submissions, exports and what says who they are by.
sub in_folder {
    my ($in) = @_;
    opendir my $handle, $in or die "$in: $!\n";
    my @names = sort grep { !/^\./ } readdir $handle;
    # An export that was unpacked may be in a folder of its own.
    return in_folder("$in/$names[0]")
        if @names == 1 && -f "$in/$names[0]/$METADATA";
    my @found;
    for my $name (@names) {
        my $path = "$in/$name";
        next if $name =~ $NOT_HANDED_IN && $name !~ $NAMES{canvas};
        push @found, -l $path ? submission($name, $path, is_file => 1,
                wrong => 'is a link')
            : -d $path ? submission($name, $path)
            : is_archive_name($name) ? in_export($path, $name,
                eval { exported($path) })
            : loose($name, $path);
    }
    return with_metadata(\@found, -f "$in/$METADATA"
        ? Lab::Archive::read_plain("$in/$METADATA", $MOST_METADATA) : '');
}

# The zip file that a system made of a whole course.  If it cannot be read,
# nothing is known of anybody.
sub whole_export {
    my ($path) = @_;
    my $members = eval { [exported($path)] };
    return in_export($path, $path, @$members) if $members;
    die "IN=$path cannot be read as a zip file: " . $@ =~ s/\s+\z//r
        . "\nIf it is whole, unpack it and give the folder as IN.\n";
}

# What may be an export: a zip file's members.
sub exported { return $_[0] =~ $ZIP ? members($_[0], $MOST_EXPORTED) : () }

# What a zip file has: the submissions of an export, each a folder or an archive
# in it; or, if it is none, one submission.  One that cannot be read, of which
# no members are given, is told of when it is graded.
sub in_export {
    my ($path, $name, @all) = @_;
    # Gradescope puts all into one folder.  What a student has in his own folder
    # says nothing of others.
    my %tops = map { $_->{path} =~ m{^(.*?/|)} => 1 } @all;
    my ($top) = keys %tops == 1 ? keys %tops : '';
    $top = '' if $top =~ $NAMES{moodle} || $top =~ $NAMES{gradescope};
    my ($folder) = grep { my $there = "$_$METADATA";
        grep { $_->{path} eq $there } @all } '', $top;
    # Canvas has but files, and names all of them in its way.
    my $is_canvas = @all && !grep { $_->{path} =~ m{/}
        || $_->{path} !~ $NAMES{canvas} } @all;
    my (%in, %is_file);
    for my $member (@all) {
        my $inside = $member->{path};
        next if defined $folder && $inside !~ s/^\Q$folder\E//;
        my ($first, $rest) = split m{/}, $inside, 2;
        next if !$is_canvas && $first !~ $NAMES{moodle}
            && $first !~ $NAMES{gradescope}
            && !(!defined $rest && is_archive_name($first)
                && $first =~ $NAMES{canvas})
            || $first =~ /_assignsubmission_onlinetext/;
        $is_file{$first} = !defined $rest;
        push @{ $in{$first} }, { %$member, path => $rest // $first };
    }
    return submission(basename($name), $path, is_file => 1) if !%in;
    my @found = map { my $members = $in{$_};
        $is_canvas && !is_archive_name($_) ? loose($_, $path)
            : submission($_, sub { return $members },
                is_file => $is_file{$_}) } sort keys %in;
    my ($metadata) = grep { defined $folder
        && $_->{path} eq "$folder$METADATA" } @all;
    return with_metadata(\@found,
        $metadata ? $metadata->{read}->($MOST_METADATA) : '');
}

# Gradescope's names of those who handed in together.  Of its YAML we know the
# lines that it writes:
#
#     submission_12345:
#       :submitters:
#       - :name: Ann Example
#         :sid: '678'
sub with_metadata {
    my ($found, $text) = @_;
    my (%people, $submission, $inside);
    for my $line (split /\r?\n/, $text) {
        $submission = $1, $inside = 0 if $line =~ /^(submission_\d+):/;
        next if !defined $submission;
        $inside = $line =~ /^  :submitters:/ if $line =~ /^  :\w+:/;
        next if !$inside;
        my ($key, $value) = $line =~ /^\s+(?:- )?:(name|sid|email):\s*(.*)/
            or next;
        $value =~ s/^(['"])(.*)\1\s*\z/$2/;
        my $people = $people{$submission} //= [];
        push @$people, { name => '', id => '' } if $line =~ /^\s+- :/;
        next if !@$people;
        $people->[-1]{name} = $value if $key eq 'name';
        $people->[-1]{id} = $value if $key eq 'sid'
            || $key eq 'email' && $people->[-1]{id} eq '';
    }
    for my $one (@$found) {
        my $people = $people{ $one->{label} } // next;
        $one->{people} = $people if @$people;
    }
    return @$found;
}

# The members of a submission's tree, with paths from its top, and notes.
sub tree_of {
    my ($conf, $source, $depth) = @_;
    my @all = ref $source eq 'CODE' ? @{ $source->() } : members($source);
    # Of a whole course's export this is one submission.
    die $Lab::Archive::TOO_MANY if @all > $Lab::Archive::MOST_MEMBERS;
    my @tops = map { $_->{path} =~ m{^(.*/|)\.lab\z}s ? $1 : () } @all;
    if (@tops) {
        # A tree may have another below it, as in build/.
        @tops = sort { length $a <=> length $b } @tops;
        my $top = $tops[0];
        my @beside = grep { index($_, $top) != 0 } @tops;
        die 'has more than one tree: ' . join(' and ', map { "`$_`" } $top,
            @beside) . "; leave only the one that counts\n" if @beside;
        return below($top, @all);
    }
    my @archives = grep { is_archive_name($_->{path}) } @all;
    die 'has more than one archive: ' . join(' and ',
        map { basename($_->{path}) } @archives)
        . "; leave only the one that counts\n" if @archives > 1;
    if (@archives) {
        die "has archives in archives, too deep to look into; what counts is "
            . "the archive of make submit\n" if $depth == 0;
        die "$archives[0]{path} is $archives[0]{odd}\n"
            if $archives[0]{odd} ne '';
        my $bytes = $archives[0]{read}->($MOST_ARCHIVE);
        return tree_of($conf, \$bytes, $depth - 1);
    }
    # Without our mark, the top is where most names are those of the lab.
    my %votes = ('' => 0);
    for my $path (map { $_->{path} } @all) {
        my @names = split m{/}, $path, -1;
        for my $i (0 .. $#names) {
            $votes{ join '', map { "$_/" } @names[0 .. $i - 1] }++
                if $conf->may_change(join '/', @names[$i .. $#names]);
        }
    }
    my ($top) = sort { $votes{$b} <=> $votes{$a} || length $a <=> length $b }
        keys %votes;
    return below($top, @all);
}

sub below {
    my ($top, @all) = @_;
    return map { { %$_, path => substr $_->{path}, length $top } }
        grep { index($_->{path}, $top) == 0 } @all;
}

# Writes the files that the lab takes from a submission to a folder, which must
# be empty.  Returns notes on what was not taken.  Dies with what is wrong with
# the submission, or, if that begins with `This host`, not with it.  `clean` is
# a tree as it was handed out: what is the same there is not the student's.
sub collect {
    my ($conf, $lab, $source, $clean, $folder) = @_;
    my (@notes, @differ, %taken);
    for my $member (tree_of($conf, $source, 2)) {
        my ($path, $odd) = ($member->{path} =~ s{^\./}{}r, $member->{odd});
        if ($path ne '.lab' && !$conf->may_change($path)) {
            my $home = home_of($conf, $path, $clean);
            die "has files without their folders: $path should be $home\n"
                if defined $home;
            push @differ, not_taken($path, $member, $clean);
        } elsif ($odd ne '') {
            push @notes, "$path is $odd: graded without it";
        } else {
            $taken{$path} = eval { $member->{read}->($Lab::Conf::MOST_BYTES) }
                // die "$path $@";
            die "has more than 1 MB of files\n"
                if sum0(map { length } values %taken) > $Lab::Conf::MOST_BYTES;
        }
    }
    my %made = ($taken{'.lab'} // '') =~ /^(lab|version|base) = ([\w.-]+)$/mg;
    die "is for the lab $made{lab}\n" if defined $made{lab}
        && $made{lab} ne $lab;
    die "has none of the files that this lab is about\n"
        if !grep { $_ ne '.lab' } keys %taken;
    eval { write_file("$folder/$_", $taken{$_}) for sort keys %taken; 1 }
        or die "This host: $@";
    push @notes, handed_out($conf, scalar @differ, %made);
    return @notes, @differ;
}

# What is said of a tree that was handed out from another one than grades it, as
# far as its .lab tells.
sub handed_out {
    my ($conf, $differs, %made) = @_;
    my ($version, $ours) = ($made{version}, $conf->get('version'));
    my @notes;
    push @notes, "the tree has version $version of the lab, and is graded as "
        . "version $ours" if defined $version && $version ne $ours;
    push @notes, "the tree was handed out at commit $made{base}: what differs "
        . 'below may have been changed by the course since then'
        if $differs && defined $made{base};
    return @notes;
}

# Where in the tree a file belongs whose folders were lost on the way here.
sub home_of {
    my ($conf, $path, $clean) = @_;
    return undef if $path =~ m{/} || -e "$clean/$path";
    my ($home) = grep { m{/\Q$path\E\z} && $conf->may_change($_) }
        files_of($clean);
    return $home;
}

# No build has these.  What is published may have other ones than the staff.
my $DOCUMENT = qr{\.md\z|^(?:docs|lectures)/};

# What is said of a file that this lab does not take, if anything.
sub not_taken {
    my ($path, $member, $clean) = @_;
    return if $path =~ m{^(?:\.|submit)};
    return "$path is $member->{odd}: graded without it"
        if $member->{odd} ne '';
    # Whatever name it has, it is one that git or we have made.
    my $plain = $path !~ m{(?:^|/)\.\.(?:/|\z)|^/|\0};
    return if $plain && $path =~ $DOCUMENT;
    return "$path is not a file that this lab lets you add: graded without it"
        if !$plain || !-f "$clean/$path";
    my $same = eval { $member->{read}->(-s "$clean/$path") };
    return if defined $same && $same eq read_file("$clean/$path");
    return "$path differs from what is handed out, and is not a file that this "
        . 'lab lets you change: graded without what differs';
}

1;
