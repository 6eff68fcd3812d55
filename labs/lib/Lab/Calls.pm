# Lab::Calls - calls that change files, drawn for labs/crash/programs/calls.c.
#
#     my $calls = draw_calls($draw, processes => 2, calls => 12);
#     pack_calls($calls)              the numbers that the program gets
#     note_call($run)                 at_report: what came of a call, and when
#     $calls->[$process][$number]{words}      as FileModel calls it
#
# A model makes each call as it is drawn, so that all of them succeed.
package Lab::Calls;

use strict;
use warnings;
use Exporter qw(import);

use Lab::Disk qw(moment);

our @EXPORT_OK = qw(draw_calls note_call pack_calls);

# As in the program.
my %VERBS = (mkdir => 0, create => 1, empty => 2, unlink => 3, rmdir => 4,
    link => 5, rename => 6, write => 7, append => 8);
my ($FILES, $FOLDERS, $OWN) = (4, 3, 99);

# What is drawn, each as often as it stands here.
my @OFTEN = qw(mkdir mkdir create create create empty unlink unlink rmdir link
    rename rename write write write append append append);

sub path {
    my ($process, $number) = @_;
    return "p$process" if $number == $OWN;
    return "p$process/f$number" if $number < $FILES;
    return "p$process/d" . ($number - $FILES) if $number < 2 * $FILES;
    return "p$process/d" . (int($number / $FILES) - 2) . '/f'
        . $number % $FILES;
}

sub draw_file {
    my ($draw) = @_;
    my $number = $draw->(0, $FILES - 1);
    return $draw->(0, 2) ? $number
        : $number + $FILES * $draw->(2, $FOLDERS + 1);
}

sub draw_folder { return $FILES + $_[0]->(0, $FOLDERS - 1) }

# Draws one call; nothing if it could not be made.
sub draw_one {
    my ($draw, $model, $process, $large) = @_;
    my $verb = $OFTEN[$draw->(0, $#OFTEN)];
    my $from = $verb =~ /dir$/ ? draw_folder($draw) : draw_file($draw);
    my %call = (verb => $verb, from => $from, to => 0, n => 0,
        words => "$verb " . path($process, $from));
    if ($verb =~ /^(?:link|rename)$/) {
        $call{to} = draw_file($draw);
        $call{words} .= ' ' . path($process, $call{to});
    } elsif ($verb =~ /^(?:write|append)$/) {
        my $node = $model->lookup(path($process, $from));
        return if !$node || $node->{entries};
        $call{n} = $large ? $draw->(30_000, 65_536) : $draw->(1, 9000);
        $call{to} = $draw->(0, 12_000) if $verb eq 'write';
        $call{words} .= " $call{to}" if $verb eq 'write';
        $call{words} .= " $call{n}";
    }
    return \%call;
}

# Options: processes, calls (of each), large (all writes are), changing (none
# that leaves all as it was, as to create what is there).
sub draw_calls {
    my ($draw, %option) = @_;
    my @all;
    for my $process (0 .. $option{processes} - 1) {
        my $model = FileModel->new;
        my @calls = ({ verb => 'mkdir', from => $OWN, to => 0, n => 0,
            words => "mkdir p$process" });
        $model->call($process, 0, $calls[0]{words});
        while (@calls < $option{calls}) {
            my $call = draw_one($draw, $model, $process, $option{large})
                or next;
            my $before = ($model->states)[-1];
            push @calls, $call
                if $model->call($process, scalar @calls, $call->{words}) >= 0
                && !($option{changing} && ($model->states)[-1] eq $before);
        }
        push @all, \@calls;
    }
    return \@all;
}

sub pack_calls {
    my ($calls, $quiet) = @_;
    return (scalar @$calls, scalar @{ $calls->[0] }, $quiet // 0,
        map { ($VERBS{ $_->{verb} }, @$_{qw(from to n)}) } map { @$_ } @$calls);
}

sub note_call {
    my ($run) = @_;
    my ($process, $number, $result) = unpack 'l<3', $run->{reports}[-1];
    my $call = $run->{input}{calls}[$process][$number] // return;
    moment($run);
    push @{ $run->{calls} }, [$process, $number, $call->{words}, $result];
}

1;
