#!/usr/bin/env perl
# The tools that measure run, on a small case, and print and draw what they
# should.  How large the numbers are is for `make bench` to judge.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Tree qw($top built capture read_file temp_dir);

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
    my $output = runs('bench', 'boot');
    like($output, qr/^$_ +\d+\.\d ms$/m, $_)
        for 'BIOS', 'boot block', 'kernel and shell';
    my ($status, $complaint) = capture("$top/tools/bench", $build, 'nonsense');
    isnt($status, 0, 'an unknown part fails');
    like($complaint, qr/no part nonsense/, '  with its name');
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
    my $output = runs('curves', 1);
    like($output, qr/^ *\Q$_\E  \w+\n +\d+  \d+(\.\d)?$/m, "a curve by $_")
        for 'processes', 'files', 'MB of memory', 'processors', 'KiB';
    check_picture('curves.svg', 'open and close', 'MB of memory');
};

done_testing();
