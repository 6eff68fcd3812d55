# FileModel - what a directory holds after each call that changed it.
#
#     my $model = FileModel->new;
#     $model->call('mkdir p0');           # as user/test/powercut.c prints it
#     $model->states;                     # texts, one for each atomic step
#     FileModel::text(@lines);            # the same of a list from `recover`
#
# A model has all below one directory, itself included; that is what one process
# changes.  A call adds a state for each atomic step of it, and none if it
# changes nothing; call() returns what the kernel's call must return.
package FileModel;

use strict;
use warnings;

use constant PIECE => 64 * 1024;        # what a write does in one step

sub new {
    my ($class) = @_;
    my $root = { nlink => 1, entries => {} };
    my $self = bless { root => $root, calls => 0 }, $class;
    $self->{states} = [$self->describe];
    return $self;
}

sub states { return @{ $_[0]{states} } }

my %body = (
    mkdir => \&make_directory,
    create => \&create_file,
    empty => \&empty_file,
    unlink => \&remove,
    rmdir => \&remove,
    link => \&add_link,
    rename => \&move,
    write => \&write_file,
    append => \&append_file,
);

# Makes a call, the number-th of a process.
sub call {
    my ($self, $process, $number, $line) = @_;
    my ($verb, @words) = split ' ', $line;
    my $body = $body{$verb} // die "no model of the call $verb\n";
    $self->{tag} = $process << 28 | $number << 16;
    my $result = $body->($self, @words);
    $self->add_state;
    return $result;
}

sub add_state {
    my ($self) = @_;
    my $text = $self->describe;
    push @{ $self->{states} }, $text if $text ne $self->{states}[-1];
}

# ---- The tree.  A directory has entries, a file has data. ----

# What a path names, undef if nothing.
sub lookup {
    my ($self, $path) = @_;
    my $node = $self->{root};
    for my $name (split m{/}, $path) {
        $node = $node->{entries} && $node->{entries}{$name} or return undef;
    }
    return $node;
}

# The directory that a path's last name is in, and that name; or nothing.
sub parent {
    my ($self, $path) = @_;
    my ($way, $name) = $path =~ m{^(?:(.*)/)?([^/]+)$};
    my $directory = $self->lookup($way // '');
    return $directory && $directory->{entries} ? ($directory, $name) : ();
}

# Puts a new node where nothing is.
sub enter {
    my ($self, $path, $node) = @_;
    my ($directory, $name) = $self->parent($path) or return -1;
    return -1 if $directory->{entries}{$name};
    $directory->{entries}{$name} = $node;
    $directory->{nlink}++ if $node->{entries};
    return 0;
}

sub make_directory {
    my ($self, $path) = @_;
    return $self->enter($path, { nlink => 1, entries => {} });
}

sub create_file {
    my ($self, $path) = @_;
    my $node = $self->lookup($path);
    return $node->{entries} ? -1 : 0 if $node;
    return $self->enter($path, { nlink => 1, data => '' });
}

sub empty_file {
    my ($self, $path) = @_;
    return -1 if $self->create_file($path) < 0;
    $self->add_state;                       # made, and then emptied
    my $node = $self->lookup($path);
    $node->{data} = '';
    delete $node->{sum};
    return 0;
}

sub remove {
    my ($self, $path) = @_;
    my ($directory, $name) = $self->parent($path) or return -1;
    my $node = $directory->{entries}{$name} or return -1;
    return -1 if $node->{entries} && %{ $node->{entries} };
    delete $directory->{entries}{$name};
    $node->{nlink}--;
    $directory->{nlink}-- if $node->{entries};
    return 0;
}

sub add_link {
    my ($self, $from, $to) = @_;
    my $node = $self->lookup($from);
    return -1 if !$node || $node->{entries} || $self->enter($to, $node) < 0;
    $node->{nlink}++;
    return 0;
}

sub move {
    my ($self, $from, $to) = @_;
    my ($from_directory, $from_name) = $self->parent($from) or return -1;
    my ($to_directory, $to_name) = $self->parent($to) or return -1;
    my $node = $from_directory->{entries}{$from_name} or return -1;
    my $target = $to_directory->{entries}{$to_name};
    return 0 if $target && $target == $node;
    return -1 if $node->{entries} && "$to/" =~ m{^\Q$from\E/};
    if ($target) {
        return -1 if !$node->{entries} != !$target->{entries};
        return -1 if $self->remove($to) < 0;
    }
    delete $from_directory->{entries}{$from_name};
    $from_directory->{nlink}-- if $node->{entries};
    return $self->enter($to, $node);
}

sub write_file {
    my ($self, $path, $offset, $n) = @_;
    my $node = $self->lookup($path);
    my $words = int(($n + 3) / 4);
    my $bytes = substr pack('V*', map { $self->{tag} | $_ } 0 .. $words - 1),
        0, $n;
    for (my $done = 0; $done < $n; $done += PIECE) {
        my $piece = substr $bytes, $done, PIECE;
        my $at = $offset + $done;
        my $gap = $at - length $node->{data};
        $node->{data} .= "\0" x $gap if $gap > 0;
        substr($node->{data}, $at, length $piece) = $piece;
        delete $node->{sum};
        $self->add_state;
    }
    return $n;
}

sub append_file {
    my ($self, $path, $n) = @_;
    return $self->write_file($path, length $self->lookup($path)->{data}, $n);
}

# ---- Texts ----

# The masks of all words that a file may have, for sum().
my $masks = '';

# The sum that `recover` computes: each word has a mask of its own.
sub sum {
    my ($data) = @_;
    $data .= "\0" x (-length($data) % 4);
    while (length $masks < length $data) {
        my $n = length($masks) / 4;
        $masks .= pack 'V*', map { $_ * 2654435761 & 0xffffffff }
            $n + 1 .. $n + 16384;
    }
    return unpack '%32V*', $data ^ substr $masks, 0, length $data;
}

# The state as a text.
sub describe {
    my ($self) = @_;
    my @lines;
    my $entries = $self->{root}{entries};
    list($entries->{$_}, "/$_", \@lines) for keys %$entries;
    return text(@lines);
}

sub list {
    my ($node, $path, $lines) = @_;
    if ($node->{entries}) {
        push @$lines, "$path directory $node->{nlink}";
        list($node->{entries}{$_}, "$path/$_", $lines)
            for keys %{ $node->{entries} };
    } else {
        $node->{sum} //= sum($node->{data});
        push @$lines, "$path file $node->{nlink} " . length($node->{data})
            . " $node->{sum} " . (0 + $node);
    }
}

# Sorts a list, and replaces the number of each file's inode by its first path.
sub text {
    my %first;
    return join '', map { "$_\n" }
        map { s{^(\S+)( file .* )(\d+)$}{$1 . $2 . ($first{$3} //= $1)}er }
        sort @_;
}

1;
