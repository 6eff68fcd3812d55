# A disk that fails to write, or to flush, once: the call returns -1, or 0 if it
# is durable all the same; nothing can be changed until the next boot, and then
# all that had returned is there.
#
# QEMU's driver blkdebug counts the disk's requests, and lets one fail.
use strict;
use warnings;

use Lab::Calls qw(draw_calls pack_calls);
use Lab::Disk qw(boot look odd_end trouble);
use Lab::Files qw(write_file);

my $CALLS = 16;

# QEMU's names for what the kernel asks of the disk.  It leaves out a flush that
# has no write before it.
my %EVENTS = (write => 'write_aio', flush => 'flush_to_disk');

# QEMU's words for a disk whose n-th request of a kind fails.
sub sick_disk {
    my ($run, $image, $event, $n) = @_;
    my $config = "$run->{folder}/faults";
    write_file($config, join "\n", (map { ('[set-state]', qq(event = "$event"),
            qq(state = "$_"), qq(new_state = ") . ($_ + 1) . qq(")) }
            1 .. $n - 1),
        '[inject-error]', qq(event = "$event"), qq(state = "$n"),
        qq(once = "on"), '');
    return (drive => ['-drive', "file=blkdebug:$config:$image,format=raw,if=ide"
        . ',rerror=report,werror=report']);
}

# What the files of process 0 are after 0, 1, 2 ... calls.
sub states {
    my ($run) = @_;
    my $model = FileModel->new;
    my @states = ($model->states)[-1];
    my $number = 0;
    for my $call (@{ $run->{input}{calls}[0] }) {
        $model->call(0, $number++, $call->{words});
        push @states, ($model->states)[-1];
    }
    return @states;
}

# Why a machine whose disk has failed may not come to its end.
my %CAUSES = (
    panic => 'that a disk fails is no bug of the kernel: an error is returned',
    idle => 'a process waits for ever: whoever fails must give back the locks '
        . 'that he has, and begin_op that returns -1 keeps none',
);

sub judge {
    my ($run, $kind, $request) = @_;
    my $what = sprintf $request, $run->{input}{request};
    my $booted = boot($run, sub {
        my ($sick, $image) = @_;
        return sick_disk($sick, $image, $EVENTS{$kind},
            $run->{input}{request});
    });
    my $odd = odd_end($booted, $what);
    return { %$odd, $odd->{expected} ? (expected => "$what: all calls return",
        cause => $CAUSES{ $booted->{end} } // 'the kernel does not go on') : ()
    } if $odd;
    my %answer = (cause => "what disk_$kind returns is not looked at, or "
        . 'forgotten after the call');
    my @results = unpack "l<$CALLS", $booted->{reports}[-1] // '';
    my $done = 0;
    $done++ while $done < $CALLS && $results[$done] >= 0;
    # To open a file that is still there changes nothing, nor does it to empty
    # one into which nothing was written: that may go well.
    my $calls = $run->{input}{calls}[0];
    my $last = grep { $results[$_] >= 0
        && $calls->[$_]{verb} !~ /^(?:create|empty)$/ } $done .. $CALLS - 1;
    return { %answer, expected => "$what: from then on each call that changes "
        . 'a file returns -1', seen => $done == $CALLS ? 'all calls went well'
        : "$done calls went well, one returned -1, and then $last went well" }
        if $done == $CALLS || $last;
    my ($trouble, @list) = look($run, "$booted->{folder}/disk.img");
    my $text = FileModel::text(grep { m{^/p0} } @list);
    my @right = (states($run))[$done, $done + 1];
    return undef if !$trouble && grep { $_ eq $text } @right;
    return { %answer, expected => "$what: at the next boot all is there that "
            . "the $done calls before have done",
        seen => trouble($trouble // "the files are:\n$text") };
}

return {
    program => 'calls',
    tools => ['fsck'],
    disk => { blocks => 500, inodes => 64 },
    input => sub {
        my ($draw) = @_;
        # Behind those of the boot, and before the last: each call makes one.
        return { calls => draw_calls($draw, processes => 1, calls => $CALLS,
            changing => 1), request => $draw->(9, 15) };
    },
    pack => sub { return pack_calls($_[0]{calls}, 1) },
    parts => {
        write => sub { return judge($_[0], 'write',
            'write number %d since the boot fails') },
        flush => sub { return judge($_[0], 'flush',
            'flush number %d since the boot fails, of those behind a '
                . 'write') },
    },
};
