#!/usr/bin/env perl
# The trace of a command tells what the machine did: in Chrome's format, as a
# picture and as text.  A kernel that is not built for it knows nothing of it.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use JSON::PP;

use TraceMachine;
use Tree qw($top built capture copy_tree read_file temp_dir);

my $build = built('.');
my $dir = temp_dir();

# The groups of tracks in the JSON.
my ($CPUS, $PROCESSES, $DISK) = (1, 2, 3);

# Runs tools/trace; the files are named by their format.
sub trace {
    my (@arguments) = @_;
    my ($status, $output) = capture("$top/tools/trace", @arguments, $build);
    is($status, 0, "tools/trace @arguments") or diag($output);
    return $output;
}

sub known_calls {
    my $list = read_file("$top/include/syscall.h");
    return { map { $_ => 1 } $list =~ /^SYSCALL\(\d+, [^,]+, (\w+)/mg };
}

# The slices of the tracks as [begin, end, event, depth], by "pid tid"; tests
# that begins and ends fit, and that no time goes back.
sub slices {
    my ($events) = @_;
    my (%open, %slices, %last);
    my ($backwards, $unmatched) = (0, 0);
    for my $event (@$events) {
        next if $event->{ph} eq 'M';
        my $track = join ' ', $event->{pid}, $event->{tid} // 'counter';
        $backwards++ if $event->{ts} < ($last{$track} // 0);
        $last{$track} = $event->{ts};
        if ($event->{ph} eq 'B') {
            push @{ $open{$track} }, $event;
        }
        elsif ($event->{ph} eq 'E') {
            my $begin = pop @{ $open{$track} } // ($unmatched++, next);
            push @{ $slices{$track} },
                [$begin->{ts}, $event->{ts}, $begin, scalar @{ $open{$track} }];
        }
    }
    is($backwards, 0, 'time goes forward on each track');
    is($unmatched + grep({ @$_ } values %open), 0, 'begins and ends fit');
    return \%slices;
}

subtest 'the kernel that is not for it' => sub {
    my $nm = $ENV{NM} // 'nm';
    my (undef, $normal) = capture($nm, built('kernel.elf'));
    my (undef, $traced) = capture($nm, built('trace/kernel.elf'));
    like($normal, qr/ T kalloc$/m, 'has its symbols');
    unlike($normal, qr/trace_write|debug_/, '  but none of the trace');
    like($traced, qr/ T trace_write$/m, 'the other one has');
};

subtest 'two CPUs' => sub {
    trace('--cpus', 2, '--run', 'ls | wc', '--json', "$dir/json");
    my $json = decode_json(read_file("$dir/json"));
    my $events = $json->{traceEvents};
    my $slices = slices($events);

    my %named = map { ("$_->{pid} $_->{tid}" => $_->{args}{name}) }
        grep { ($_->{name} // '') eq 'thread_name' } @$events;
    my @nameless = grep { !$named{$_} } keys %$slices;
    is("@nameless", '', 'every track has a name');
    like(join(', ', map { $named{$_} } sort keys %named),
        qr/cpu0, cpu1, sh 2, ls \d, wc \d, disk/, '  the expected ones');

    my $known = known_calls();
    my %called = map { $_->[2]{name} => 1 }
        grep { $_->[2]{cat} eq 'call' } map { @$_ } values %$slices;
    is(join(' ', grep { !$known->{$_} } sort keys %called), '',
        'system calls have the names of include/syscall.h');
    is(join(' ', grep { !$called{$_} } qw(pipe fork exec open read write wait
        exit)), '', '  and all that it takes are there');

    my @locks = map { $_->[2]{name} } grep { $_->[2]{cat} eq 'lock' }
        map { @$_ } values %$slices;
    like($locks[0] // 'none', qr/^waits for the lock \w+$/,
        'the CPUs get in each other\'s way');

    # Which process ran when, as the CPUs' tracks have it.
    my @runs = grep { $_->[2]{cat} eq 'run' }
        map { @{ $slices->{"$CPUS $_"} // [] } } 0, 1;
    my ($nested) = grep { $_->[3] > 0 } @runs;
    is($nested, undef, 'a CPU runs one process at a time');
    my %ran;
    push @{ $ran{ ($_->[2]{name} =~ /(\d+)$/)[0] } }, $_ for @runs;
    my ($doubled, $elsewhere) = (0, 0);
    for my $pid (keys %ran) {
        my @times = sort { $a->[0] <=> $b->[0] } @{ $ran{$pid} };
        $doubled += $times[$_][0] < $times[$_ - 1][1] for 1 .. $#times;
        for my $user (grep { $_->[2]{cat} eq 'user' }
            @{ $slices->{"$PROCESSES $pid"} }) {
            $elsewhere++ if !grep { $_->[0] <= $user->[0] + 0.001
                && $_->[1] >= $user->[1] - 0.001 } merged(@times);
        }
    }
    is($doubled, 0, 'a process runs on one CPU at a time');
    is($elsewhere, 0, '  and is in user mode only while it does');

    # What the machine says itself: the results of fork and wait are pids.
    my @calls = map { $_->[2] } grep { $_->[2]{cat} eq 'call' }
        @{ $slices->{"$PROCESSES 2"} };
    for my $name (qw(fork wait)) {
        my @pids = sort map { $_->{args}{result} }
            grep { $_->{name} eq $name } @calls;
        is("@pids", join(' ', grep { $_ != 2 } sort keys %ran),
            "$name gave the shell the processes that ran");
    }

    my %arrow;
    my ($lost, $early) = (0, 0);
    for my $event (grep { $_->{ph} =~ /^[sf]$/ } @$events) {
        $arrow{ $event->{id} } = $event->{ts} if $event->{ph} eq 's';
        next if $event->{ph} eq 's';
        my $begin = delete $arrow{ $event->{id} } // ($lost++, next);
        $early++ if $begin > $event->{ts};
    }
    is($lost + $early + keys %arrow, 0, 'arrows begin, and then end');
    my @pages = map { $_->{args}{pages} } grep { $_->{ph} eq 'C' } @$events;
    is($pages[-1], $pages[0] - 1, 'all pages that were taken have come back');
};

# Intervals that touch become one: exec cuts a run in two.
sub merged {
    my @merged;
    for my $time (@_) {
        my ($begin, $end) = @$time;
        if (@merged && $merged[-1][1] >= $begin) {
            $merged[-1][1] = $end;
        } else {
            push @merged, [$begin, $end];
        }
    }
    return @merged;
}

subtest 'the disk' => sub {
    my $machine = TraceMachine->boot(build => $build, monitor => 1,
        image => TraceMachine::image($build));
    # Commands that QEMU has seen, and that the trace has.
    my $seen = sub {
        my $stats = $machine->monitor('info blockstats');
        my ($disk) = $stats =~ /^(ide0-hd0: .*)/m or die "no disk: $stats\n";
        return map { $disk =~ /\b${_}_operations=(\d+)/ } qw(rd wr flush);
    };
    my $traced = sub {
        my $trace = Trace->new($machine->records);
        my %count;
        $count{ $_->{command} }++ for map { @{ $_->{slices} } }
            grep { $_->{what} eq 'disk' } $trace->all_tracks;
        return map { $count{$_} // 0 } qw(read write flush);
    };
    $machine->wait_at_prompt;
    my @difference = map { -$_ } $seen->();
    my @before = $traced->();
    $machine->run('echo hello > f; wc usertests README');
    $machine->wait_at_prompt;
    my @now = $seen->();
    $difference[$_] += $now[$_] for 0 .. 2;
    my @after = $traced->();
    $after[$_] -= $before[$_] for 0 .. 2;
    is("@after", "@difference", 'reads, writes and flushes are those of QEMU');
    is(scalar(grep { $_ > 0 } @after), 3, '  and there are some of each');
    $machine->halt;
};

subtest 'a picture, and the same as text' => sub {
    trace('--settle', '--before', 'ls | wc', '--run', 'ls | wc',
        map { ("--$_", "$dir/$_") } qw(svg text order));
    my $picture = read_file("$dir/svg");
    like($picture, qr/^<svg .*<\/svg>\n\z/s, 'it is one picture');
    like($picture, qr/<title id="title">[^<]+<\/title>\s*<desc[^>]*>[^<]+</,
        '  with title and description');
    unlike($picture, qr/\bnan\b|\binf\b|<image|href=/i,
        '  whose numbers are some, and which needs no other file');
    for my $tag (qw(svg g text title desc pattern marker defs)) {
        my $open = () = $picture =~ /<$tag[ >]/g;
        my $close = () = $picture =~ /<\/$tag>/g;
        is($open, $close, "  each <$tag> ends");
    }
    like($picture, qr/>\Q$_\E</, "  it says: $_") for 'cpu0', 'exec wc',
        'sleeps in wait', 'in the kernel', 'fork';

    my $text = read_file("$dir/text");
    my @long = grep { length > 80 } split /\n/, $text;
    is("@long", '', 'the text has 80 columns');
    my $strip = qr/[a-z.]{64}/;
    like($text, qr/^cpu0 +$strip\n(?:disk .*\n)a sh 2 /m, '  strips for all');

    # On one CPU, first come, first served: this is how it must be.
    my @steps = (
        'sh 2 +fork gives (?<ls>\d+); \d+ pages more', 'sh 2 +starts sh \g{ls}',
        'sh 2 +fork gives (?<wc>\d+); \d+ pages more', 'sh 2 +starts sh \g{wc}',
        'sh 2 +sleeps in wait, on ptable\+\S+',
        'sh \g{ls} +exec, and becomes ls; .*',
        'ls \g{ls} +read, \d+ times', 'ls \g{ls} +write, \d+ times',
        'ls \g{ls} +exit; \d+ pages less', 'ls \g{ls} +wakes sh 2',
        'wc \g{wc} +exit; \d+ pages less', 'sh 2 +write gives 2',
        'sh 2 +sleeps in console_read, on lock');
    my $order = read_file("$dir/order");
    like($order, qr/\n/, 'the order');
    my $pattern = '';
    for my $step (@steps) {
        $pattern .= ".*?^(?:cpu0|-) +$step\$";
        last if !like($order, qr/$pattern/ms, "  $step");
    }
};

subtest 'make trace' => sub {
    my $copy = copy_tree(with_build => 1);
    my ($status, $output) = capture({ dir => $copy }, 'make', 'trace',
        'CPUS=1', "RUN=echo 'a  b' > made; cat made");
    is($status, 0, 'runs') or diag($output);
    like($output, qr/^\$ echo 'a  b' > made; cat made$/m,
        'a command with quotes');
    like($output, qr/\d+\.\d  cpu0 cat \d +write gives 5\b/, 'runs');
    ok(-s "$copy/build/trace/trace.$_", "build/trace/trace.$_")
        for qw(json svg);
    ($status, $output) = capture("$top/tools/trace", '--run', 'ls',
        "$copy/build/trace");
    isnt($status, 0, 'without a kernel for it');
    like($output, qr/make trace-kernel/, '  it says what to do');
};

done_testing();
