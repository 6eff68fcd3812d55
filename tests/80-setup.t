#!/usr/bin/env perl
# tools/setup does nothing where nothing is missing.  Without root it says what
# to do, and with --prefix an unprivileged user gets a working toolchain.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use POSIX ();
use Tree qw($top capture copy_tree temp_dir read_file write_file);

my ($status, $output) = capture({ dir => $top }, 'tools/setup');
is($status, 0, 'nothing is missing here') or diag($output);
unlike($output, qr/^\+ /m, 'so nothing is run');
($status, $output) = capture({ dir => $top }, 'tools/setup', '--nonsense');
is($status, 2, 'an unknown option is refused');
like($output, qr/usage/, 'with the usage');

# From here on: someone without rights, on a Debian machine that lacks a
# package. All programs are there through links, but for cmp of diffutils; and
# apt-get is told that diffutils is not installed.
my $NOBODY = 65534;
my $dir = copy_tree();
my $bin = temp_dir();
for my $program (map { glob "$_/*" } '/usr/local/bin', '/usr/bin', '/bin',
    '/usr/sbin') {
    my ($name) = $program =~ m{([^/]+)$};
    symlink $program,
        "$bin/$name" if !-e "$bin/$name" && $name !~ /^(?:cmp|sudo|apt-get)$/;
}
my $debian = -x '/usr/bin/apt-get' && -e '/var/lib/dpkg/status';
if ($debian) {
    my $packages = join "\n\n", grep { !/^Package: diffutils$/m }
        split /\n\n/, read_file('/var/lib/dpkg/status');
    write_file("$bin/status", "$packages\n");
    write_file("$bin/apt-get", "#!/bin/sh\n"
        . qq{exec /usr/bin/apt-get "\$@" -o Dir::State::status=$bin/status\n});
    chmod 0755, "$bin/apt-get";
}
chmod 0755, $bin;

# Runs a command in the copy as that person.
my ($home) = $dir =~ m{^(.*)/};
sub as_nobody {
    my @command = @_;
    return capture({ dir => $dir, prepare => sub {
        $ENV{PATH} = $bin;
        $ENV{HOME} = $home;
        delete @ENV{qw(PREFIX BXSHARE)};
        return if $> != 0;
        POSIX::setgid($NOBODY);
        POSIX::setuid($NOBODY);
        $> == $NOBODY or die "cannot become nobody: $!\n";
    } }, @command);
}
capture('chown', '-R', "$NOBODY:$NOBODY", $home) if $> == 0;

subtest 'without root' => sub {
    my ($status, $output) = as_nobody('tools/setup');
    isnt($status, 0, 'it cannot install');
    like($output, qr/^Missing here: cmp$/m, 'it says what is missing');
    like($output, qr/apt-get install.* diffutils|package manager/,
        'which command would');
    like($output, qr/container/, 'and what can be done without root');
    ok(!-e "$dir/.prefix.mk", 'nothing has changed');
};

subtest 'into an own prefix' => sub {
    plan skip_all => 'prefixes are for Debian and its like' if !$debian;
    my $prefix = "$home/own";
    my ($status, $output) = as_nobody('tools/setup', '--prefix', $prefix);
    plan skip_all => "Debian's archive is out of reach from here"
        if $status && $output
            =~ /Could not (?:resolve|connect)|Temporary failure|Unable to connect/;
    is($status, 0, 'tools/setup --prefix succeeds') or diag($output);
    like($output, qr/^\+ apt-get .*download diffutils$/m,
        'each command is shown');
    like($output, qr/^\+ dpkg -x /m, 'also this one');

    ($status, $output) = as_nobody("$prefix/bin/cmp", '--version');
    is($status, 0, 'cmp is there');
    like($output, qr/diffutils/, 'and runs');
    ($status, $output) = as_nobody('tools/setup');
    is($status, 0, 'now nothing is missing') or diag($output);
    ($status, $output) = as_nobody('make', '--eval', 'the.cmp: ; @command -v cmp',
        'the.cmp');
    is($output, "$prefix/bin/cmp\n", 'make finds it');
};

done_testing();
