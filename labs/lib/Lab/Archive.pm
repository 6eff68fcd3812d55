# Lab::Archive - what is in a folder, a tar file (also packed by gzip) or a zip
# file, without unpacking it.
#
# Whoever made it may mean harm: sizes, names and kinds are looked at before
# anything is read, each read has a limit, and nothing is written.  That is why
# the two formats are read here and not by programs that unpack.
#
# A member is a hash: path, as it is written there; odd, why it is no plain
# file, or ''; and read, a function that returns its bytes, or dies if there are
# more than the number it is given.
package Lab::Archive;

use strict;
use warnings;
use Compress::Raw::Zlib qw(MAX_WBITS WANT_GZIP Z_BUF_ERROR Z_OK Z_STREAM_END
    crc32);
use Exporter qw(import);
use Fcntl qw(O_NOFOLLOW O_RDONLY S_ISDIR S_ISLNK S_ISREG);
use File::Find ();

our @EXPORT_OK = qw(is_archive_name members);

# An archive has at most so many bytes, packed and unpacked, and members.
our ($MOST_PACKED, $MOST_UNPACKED, $MOST_MEMBERS) =
    (32 << 20, 64 << 20, 20_000);
our $TOO_MANY = "there are too many files in it\n";

# What a name of an archive ends with.
my $ARCHIVE = qr/\.(?:tar|tar\.gz|tgz|zip)\z/i;
sub is_archive_name { return $_[0] =~ $ARCHIVE }

# What is nobody's work: build/, what git keeps, and what systems leave behind.
my $LEFT_OUT = qr{(?:^|/)(?:build|\.git|\.gdbinit|\.prefix\.mk|__MACOSX
    |\.DS_Store|\._[^/]*|Thumbs\.db)(?:/|\z)}x;

# The members of a folder or of an archive, given by its path or, as a
# reference, by its bytes.  Dies with a line that says what is wrong.
sub members {
    my ($source, $most) = @_;
    local $MOST_MEMBERS = $most // $MOST_MEMBERS;
    my @members = !ref $source && -d $source ? folder($source)
        : archive($source);
    return grep { $_->{path} !~ $LEFT_OUT } @members;
}

sub add {
    my ($members, %member) = @_;
    die $TOO_MANY if @$members >= $MOST_MEMBERS;
    push @$members, { odd => '', %member };
}

# Reads a plain file, and never more than that.
sub read_plain {
    my ($path, $most) = @_;
    sysopen my $file, $path, O_RDONLY | O_NOFOLLOW
        or die "cannot be read: $!\n";
    binmode $file;
    my $bytes = '';
    my $n = read $file, $bytes, $most + 1;
    die "cannot be read: $!\n" if !defined $n;
    die "is too large\n" if $n > $most;
    return $bytes;
}

sub folder {
    my ($folder) = @_;
    my @members;
    File::Find::find({ no_chdir => 1, wanted => sub {
        my $path = $File::Find::name;
        my $name = substr $path, length $folder;
        $name =~ s{^/+}{};
        if ($name =~ $LEFT_OUT) {
            $File::Find::prune = 1;
            return;
        }
        my $mode = (lstat $path)[2] // return;
        return if S_ISDIR($mode);
        add(\@members, path => $name, odd => S_ISREG($mode) ? ''
            : S_ISLNK($mode) ? 'a link' : 'no plain file',
            read => sub { return read_plain($path, $_[0]) });
    } }, $folder);
    return @members;
}

sub archive {
    my ($source) = @_;
    my $bytes = '';
    open my $file, '<:raw', $source or die "cannot be read: $!\n";
    read $file, $bytes, 4;
    return zip($file) if $bytes =~ /^PK(?:\x03\x04|\x05\x06)/;
    my $size = -s $file // length $$source;
    die "is too large\n" if $size > $MOST_PACKED;
    seek $file, 0, 0;
    read $file, $bytes, $size;
    $bytes = inflate($bytes, $MOST_UNPACKED, WANT_GZIP)
        if $bytes =~ /^\x1f\x8b/;
    return tar($bytes);
}

# Unpacks bytes, but no more than so many.
sub inflate {
    my ($packed, $most, $kind) = @_;
    my $stream = Compress::Raw::Zlib::Inflate->new(-WindowBits => $kind,
        -Bufsize => 65536, -LimitOutput => 1, -ConsumeInput => 1,
        -AppendOutput => 1);
    my ($bytes, $status) = ('', Z_OK);
    while ($status == Z_OK || $status == Z_BUF_ERROR) {
        my $before = length($packed) + length $bytes;
        my $length = length $bytes;
        $status = $stream->inflate($packed, $bytes);
        die "is too large when it is unpacked\n" if length $bytes > $most;
        last if $length == length $bytes
            && $before == length($packed) + length $bytes;
    }
    die "is damaged, or cut off\n" if $status != Z_STREAM_END;
    return $bytes;
}

# What the letters of tar's kinds of members mean.
my %TAR_ODD = (1 => 'a link', 2 => 'a link', 3 => 'a device', 4 => 'a device',
    6 => 'a pipe', S => 'a file with holes');
my $BLOCK = 512;

sub tar {
    my ($bytes) = @_;
    my ($at, $long, @members) = (0);
    while ($at + $BLOCK <= length $bytes) {
        my $header = substr $bytes, $at, $BLOCK;
        last if $header !~ /[^\0]/;
        my ($name, $size, $sum, $kind, $magic, $prefix) =
            unpack 'Z100 x24 a12 x12 a8 a1 x100 a6 x82 Z155', $header;
        my $real = unpack '%32C*', substr($header, 0, 148) . ' ' x 8
            . substr $header, 156;
        $sum =~ /^[ \0]*([0-7]+)/ && oct $1 == $real
            or die "is no tar file, or a damaged one\n";
        $size =~ /^ *0*([0-7]{0,10})[ \0]*\z/ or die "is too large\n";
        $size = oct($1 || 0);
        $at += $BLOCK;
        die "is cut off\n" if $at + $size > length $bytes;
        my $begin = $at;
        $at += $BLOCK * int(($size + $BLOCK - 1) / $BLOCK);
        if ($kind =~ /[LxgK]/) {
            my $data = substr $bytes, $begin, $size;
            $long = $1 if $kind eq 'L' && $data =~ /^([^\0]+)/
                || $kind eq 'x' && $data =~ /^\d+ path=([^\n]*)$/m;
            next;
        }
        $name = "$prefix/$name" if $magic =~ /^ustar/ && $prefix ne '';
        $name = $long if defined $long;
        undef $long;
        next if $kind eq '5';
        add(\@members, path => $name, odd => $TAR_ODD{$kind}
            // ($kind =~ /[0\0 7]/ ? '' : 'no plain file'),
            read => sub {
                die "is too large\n" if $size > $_[0];
                return substr $bytes, $begin, $size;
            });
    }
    die "is no archive, or an empty one\n" if !@members;
    return @members;
}

# Reads n bytes of a file from an offset.
sub at {
    my ($file, $offset, $n) = @_;
    my $bytes = '';
    seek $file, $offset, 0;
    my $got = read $file, $bytes, $n;
    die "is damaged, or cut off\n" if !defined $got || $got != $n;
    return $bytes;
}

# A zip file has at its end a list of its members.  PKWARE, APPNOTE.TXT 4.3.
my ($END, $END_BYTES, $ENTRY_BYTES, $LOCAL_BYTES) = ("PK\x05\x06", 22, 46, 30);
my ($STORED, $DEFLATED, $ENCRYPTED, $UNIX) = (0, 8, 1, 3);
my $COMMENT = 65535;

sub zip {
    my ($file) = @_;
    seek $file, 0, 2;
    my $size = tell $file;
    my $tail = $size < $COMMENT + $END_BYTES ? $size : $COMMENT + $END_BYTES;
    my $end = at($file, $size - $tail, $tail);
    my $at = rindex $end, $END;
    die "is damaged, or cut off\n" if $at < 0 || $at + $END_BYTES > $tail;
    my ($n, $length, $offset) = unpack 'x10 v V V', substr $end, $at;
    # Larger ones have another list, which is not read here.
    die "is too large\n" if $offset == 0xffffffff;
    die $TOO_MANY if $n == 0xffff || $n > $MOST_MEMBERS;
    my $list = at($file, $offset, $length);
    my @members;
    for my $i (1 .. $n) {
        die "is damaged\n" if length $list < $ENTRY_BYTES;
        my ($magic, $maker, $flags, $method, $crc, $packed, $name_length,
            $extra, $comment, $mode, $where) =
            unpack 'a4 x1 C x2 v v x4 V V x4 v v v x4 V V', $list;
        die "is damaged\n" if $magic ne "PK\x01\x02";
        my $name = substr $list, $ENTRY_BYTES, $name_length;
        $list = substr $list, $ENTRY_BYTES + $name_length + $extra + $comment;
        # Some programs of Windows write its own sign between folders.
        $name =~ tr{\\}{/} if $name !~ m{/};
        next if $name =~ m{/\z};
        $mode >>= 16;
        my $odd = $flags & $ENCRYPTED ? 'encrypted'
            : $method != $STORED && $method != $DEFLATED
                ? 'packed in a way that this does not know'
            : $maker == $UNIX && S_ISLNK($mode) ? 'a link'
            : $maker == $UNIX && $mode & 0170000 && !S_ISREG($mode)
                ? 'no plain file' : '';
        add(\@members, path => $name, odd => $odd, read => sub {
            my ($most) = @_;
            die "is too large\n" if $packed > $MOST_PACKED;
            my ($mark, $names, $more) = unpack 'a4 x22 v v',
                at($file, $where, $LOCAL_BYTES);
            die "is damaged\n" if $mark ne "PK\x03\x04";
            my $bytes = at($file, $where + $LOCAL_BYTES + $names + $more,
                $packed);
            $bytes = inflate($bytes, $most, -MAX_WBITS)
                if $method == $DEFLATED;
            die "is too large\n" if length $bytes > $most;
            die "is damaged\n" if crc32($bytes) != $crc;
            return $bytes;
        });
    }
    die "there is nothing in it\n" if !@members;
    return @members;
}

1;
