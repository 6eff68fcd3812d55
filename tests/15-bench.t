#!/usr/bin/env perl
# The tools that measure run, on a small case, and print and draw what they
# should.  How large the numbers are is for `make bench` to judge.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Tree qw($top built capture plant read_file temp_dir write_file);

# A tool draws into the build that it measures: into one that is only links.
my $build = temp_dir();
symlink built($_), "$build/$_" or die "$build/$_: $!\n"
    for qw(boot disk kernel.elf kernel.stripped lectern.img mkfs user);

sub runs {
    my ($tool, @arguments) = @_;
    my ($status, $output) = capture("$top/tools/$tool", $build, @arguments);
    is($status, 0, "tools/$tool @arguments") or diag($output);
    return $output;
}

# Runs a tools/bench with some changes, which measures all but once.
sub changed_bench {
    my ($changes, @parts) = @_;
    my $dir = temp_dir();
    mkdir "$dir/tools" or die "$dir/tools: $!\n";
    symlink "$top/tests", "$dir/tests" or die "$dir/tests: $!\n";
    write_file("$dir/tools/bench", plant('tools/bench',
        read_file("$top/tools/bench"), 'RUNS => 5' => 'RUNS => 1', @$changes));
    return capture($^X, "$dir/tools/bench", $build, @parts);
}

# A picture is whole, and made for those too who do not see it.
sub check_picture {
    my ($name, @words) = @_;
    my $picture = read_file("$build/$name");
    like($picture, qr/^<svg .*<\/svg>\n\z/s, "$name is one picture");
    like($picture, qr/<title id="title">[^<]+<\/title>\s*<desc[^>]*>[^<]+</,
        '  with title and description');
    like($picture, qr/\Q$_\E/, "  with $_") for @words;
    my $open = () = $picture =~ /<(?:svg|g|text|title|desc)[ >]/g;
    my $close = () = $picture =~ /<\/(?:svg|g|text|title|desc)>/g;
    is($open, $close, '  whose elements all end');
    unlike($picture, qr/\bnan\b|\binf\b/i, '  whose numbers are some');
}

subtest 'make bench' => sub {
    my ($status, $output) = changed_bench([], 'boot', 'parallel');
    is($status, 0, 'tools/bench') or diag($output);
    like($output, qr/^$_ +\d+\.\d ms$/m, $_)
        for 'BIOS', 'boot block', 'kernel and shell';
    like($output, qr/^$_ +\d+ +\d+ +\d+\.\d+ +1\.[58]  each /m,
        "$_ on one CPU and on two") for qw(compute pipes files);
    like($output, qr/^host +\d+\.\d+  /m, 'and what the host gives');

    ($status, $output) = capture("$top/tools/bench", $build, 'nonsense');
    isnt($status, 0, 'an unknown part fails');
    like($output, qr/no part nonsense/, '  with its name');
};

subtest 'a target is missed' => sub {
    my ($status, $output) = changed_bench([
        '[getpid =>            250' => '[getpid => 5',
        'PAGE_TARGET => 25' => 'PAGE_TARGET => 5',
    ], 'instructions', 'pages');
    is($status, 1, 'tools/bench says so by its status') or diag($output);
    like($output, qr/^getpid +\d+ .* 5  missed$/m, 'and in the row');
    like($output, qr/^pipe_4k +\d+ .* 12000$/m, 'but in no other');
    like($output, qr/^Booting .*page.*\(target 5\)  missed$/m, 'a page, too');
    my ($sum, $kfree) = $output =~ /takes ([\d.]+) .* ([\d.]+)  kfree$/ms;
    cmp_ok($kfree, '>', 5, 'kfree is called for each page');
    cmp_ok($kfree, '<', $sum, 'and is not all');
    like($output, qr/^Targets missed: 2$/m, 'and how many there are');
};

subtest 'make profile' => sub {
    my $output = runs('profile', 'getpid', 'pipe_pingpong');
    for my $row ('getpid', 'pipe_pingpong') {
        my ($counted, $counter) = $output =~
            /^$row: (\d+) instructions \(the counter says (\d+)\)$/m;
        cmp_ok(abs(($counted // 0) - ($counter // -10)), '<=', 1,
            "$row: the log and the time-stamp counter agree");
    }
    my ($pipe) = $output =~ /^(pipe_pingpong:.*)/ms;
    like($pipe, qr/^ +\d+\.\d +\d+\.\d %  $_$/m, $_)
        for 'acquire', 'swtch', 'bench_ping_pong \(user\)';
    my @numbers = $pipe =~ /^ +(\d+\.\d) +\d+\.\d %  (?!all others)/mg;
    is("@numbers", join(' ', sort { $b <=> $a } @numbers), 'largest first');
    check_picture('profile.svg', 'pipe_pingpong', 'swtch');
    my ($status, $complaint) = capture("$top/tools/profile", $build,
        'nonsense');
    isnt($status, 0, 'an unknown row fails');
    like($complaint, qr/no row nonsense/, '  with its name');
};

subtest 'make curves' => sub {
    my $output = runs('curves', 2);   # so one is with a crowd
    like($output, qr/^ *\Q$_\E  \w+\n( +\d+  \d+(\.\d)?\n){2}/m, "a curve by $_")
        for 'processes', 'files', 'MB of memory', 'processors', 'KiB';
    check_picture('curves.svg', 'open and close', 'MB of memory');
};

done_testing();
