#!/usr/bin/env perl
# What grading writes for engines: Gradescope's results.json as its
# specification has it, JUnit's XML valid against the schema, a page for GitHub;
# never a score where the host was at fault; the bundle without solutions; and
# the workflow's commands in a clone as GitHub makes it.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../labs/lib";

use Encode ();
use IO::Uncompress::Unzip;
use JSON::PP ();
use Time::HiRes qw(sleep time);

use Keeper qw(has_ended reap spawn);
use Lab::Conf;
use Lab::Grade;
use Lab::Gradescope;
use Lab::Junit;
use Lab::Markdown;
use Lab::Results qw(results);
use Tree qw($top capture read_file temp_dir write_file);

plan skip_all => 'the staff has the hidden tests' if !-d "$top/staff";

my $dir = temp_dir();

# What a kernel may print: every byte, what ends CDATA and comments in XML,
# HTML, Markdown's table, escape codes; UTF-8 that is none, and that is.
my $NASTY = join('', map { chr } 0 .. 255) . "]]>--></pre><script>|x|**\e[31m"
    . "\xed\xa0\x80\xc0\x80\xf4\x90\x80\x80\xef\xbf\xbf\xe2\x80\xae\xc2\x85"
    . "\xe2\x82\xac\n";

write_file("$dir/lab.conf", "title = A <lab> & more\nversion = 3\nweek = 1\n"
    . "files = a.c\nbudget = 1\ntest one.good 10 it |works|\n"
    . "test one.bad 5 it fails\ntest two.after 5 after one.bad it waits\n"
    . "test two.slow 10 it is slow\nkeep old.same it is as before\n"
    . "keep old.other it is as it was\n");
write_file("$dir/hidden.conf", "test three.secret 10 what nobody sees\n");

# Grading that has found this.
sub graded {
    my (%result) = @_;
    my $conf = Lab::Conf->read("$dir/lab.conf", "$dir/hidden.conf");
    return bless { conf => $conf, tree => $dir, seed => 42, notes => [$NASTY],
        result => \%result,
        wanted => { map { $_ => 1 } qw(one two three old) } }, 'Lab::Grade';
}

my %failed = (state => 'failed', seed => 42, expected => 'more', cause => 'x',
    seen => $NASTY, console => $NASTY x 100);
my %all = (
    'one.good' => { state => 'passed' },
    'one.bad' => { %failed },
    'two.after' => { state => 'not run', seen => 'one.bad has to pass first' },
    'two.slow' => { state => 'passed' },
    'three.secret' => { %failed, expected => 'secret input 4711' },
    'old.same' => { state => 'passed' },
    'old.other' => { %failed },
);

# The file for Gradescope, as it reads it: bytes of UTF-8, and no key or value
# that its specification does not have.
my %KEYS = map { $_ => 1 } qw(score execution_time output output_format
    test_output_format test_name_format visibility stdout_visibility extra_data
    tests leaderboard);
my %TEST_KEYS = map { $_ => 1 } qw(score max_score status name name_format
    number output output_format tags visibility extra_data);
my $NUMBER = qr/^-?\d+(?:\.\d+)?$/;
sub gradescope {
    my ($bytes) = @_;
    my $text = Encode::decode('UTF-8', $bytes, Encode::FB_CROAK());
    my $data = JSON::PP->new->decode($text);
    is(join(' ', grep { !$KEYS{$_} } keys %$data), '', 'no unknown key');
    like($data->{score}, $NUMBER, 'a score');
    my @wrong;
    for my $test (@{ $data->{tests} }) {
        push @wrong, grep { !$TEST_KEYS{$_} } keys %$test;
        push @wrong, $test->{number} if $test->{number} !~ /^\d+\.\d+$/
            || $test->{visibility} !~ /^(?:visible|after_published)$/
            || ($test->{status} // 'passed') !~ /^(?:passed|failed)$/
            || ($test->{output_format} // 'text') ne 'text'
            || grep { $_ !~ $NUMBER } $test->{score} // 0, $test->{max_score};
    }
    is("@wrong", '', 'and no unknown key or value of a test');
    unlike($text, qr/[\x00-\x08\x0b-\x1f\x7f-\x9f\x{202e}\x{ffff}]/,
        'no control byte');
    unlike($bytes, qr/"score" : "/, 'numbers are numbers');
    return $data;
}

sub junit {
    my ($bytes, $words) = @_;
    write_file("$dir/junit.xml", $bytes);
    my ($status, $output) = capture('xmllint', '--noout', '--schema',
        "$top/labs/lib/junit.xsd", "$dir/junit.xml");
    is($status, 0, "XML is valid: $words") or diag($output);
}

subtest 'what grading has found' => sub {
    my $results = results(graded(%all), 'sample', '');
    is($results->{points}, 20, 'points');
    is($results->{most}, 40, 'of all');
    is($results->{score}, 10, 'half of what worked before halves them');
    ok($results->{complete}, 'all is judged');
    my ($bad) = grep { $_->{name} eq 'one.bad' } @{ $results->{tests} };
    cmp_ok(length $bad->{console}, '<=', 8192, 'no more than 8 KiB');
    like($bad->{console},
        qr/\\xef\\xbf\\xbf\\xe2\\x80\\xae\\xc2\\x85\xe2\x82\xac$/,
        'its end, in which what is no text is \xNN');
    ok(defined eval { Encode::decode('UTF-8', $bad->{console},
        Encode::FB_CROAK()) }, 'UTF-8, not cut in a character');
    is($bad->{debug}, 'make grade T=one.bad SEED=42 GDB=1', 'how to see it');
};

subtest 'for Gradescope' => sub {
    my $bytes = Lab::Gradescope::text(results(graded(%all), 'sample', ''), 7);
    my $data = gradescope($bytes);
    my %test = map { $_->{name} =~ /^(\S+):/ => $_ } @{ $data->{tests} };
    is($data->{score}, 10, 'the total is scaled');
    is_deeply([map { $test{$_}{score} } qw(one.good one.bad two.after
        two.slow three.secret old.same)], [10, 0, 0, 10, 0, 0],
        'each test has its points');
    is_deeply([map { $_->{number} } @{ $data->{tests} }],
        [qw(1.1 1.2 2.1 2.2 3.1 4.1 4.2)], 'runs and parts are numbered');
    my $secret = $test{'three.secret'};
    is($secret->{visibility}, 'after_published', 'a hidden test is hidden');
    is($secret->{status}, 'failed', 'but counts');
    ok(!exists $secret->{output}, 'and tells nothing');
    unlike($bytes, qr/4711/, 'its input is nowhere');
    like($test{'one.bad'}{output}, qr/^ +expected +more$/m, 'others tell');

    $data = gradescope(Lab::Gradescope::text(results(graded(), 'sample',
        "a.c:3: error: $NASTY"), 7));
    is($data->{score}, 0, 'no build, no points');
    like($data->{output}, qr/a\.c:3: error: \\x00/, 'and the first error');
    is(scalar(grep { $_->{status} ne 'failed' || $_->{score} }
        @{ $data->{tests} }), 0, 'no test passes');

    my $refused = graded();
    $refused->{refused} = 'What was handed in is a link';
    $data = gradescope(Lab::Gradescope::text(results($refused, 'sample',
        $refused->{refused}), 7));
    is($data->{score}, 0, 'nothing to grade, no points');
    like($data->{output}, qr/cannot be graded.*\n.*is a link/, 'and why');

    my %some = map { $_ => $all{$_} } qw(one.good one.bad);
    $data = gradescope(Lab::Gradescope::text(results(graded(%some), 'sample',
        ''), 7));
    is($data->{score}, 10, 'on the way: what is known');
    like($data->{output}, qr/not all points/, 'and that it is not all');
    is(scalar(grep { exists $_->{score} } @{ $data->{tests} }), 2,
        'what is to come has no score');
    my $grade = graded('one.bad' => { state => 'not graded' },
        'two.after' => { state => 'passed' });
    $grade->look_back;
    is($grade->result('two.after')->{state}, 'not graded',
        'nor has what needs such a test');
};

subtest 'as XML, and as a page' => sub {
    my $results = results(graded(%all), 'sample', '');
    my $xml = Lab::Junit::text($results, 7.25);
    junit($xml, 'all kinds of tests');
    like($xml, qr/ tests="8" failures="3" errors="0" skipped="1" /, 'counted');
    unlike($xml, qr/4711/, 'hidden tests tell nothing');
    junit(Lab::Junit::text(results(graded(), 'sample', "x: $NASTY"), 7),
        'no build');
    my $part = Lab::Junit::text(results(graded('one.good' =>
        { state => 'passed' }), 'sample', ''), 0);
    junit($part, 'on the way');
    like($part, qr/ errors="6" /, 'what is not judged is an error');
    # Would it find a mistake?
    write_file("$dir/junit.xml", $xml =~ s/<skipped/<tired/r
        =~ s/<\/skipped/<\/tired/r);
    my ($status) = capture('xmllint', '--noout', '--schema',
        "$top/labs/lib/junit.xsd", "$dir/junit.xml");
    isnt($status, 0, 'the schema refuses another element');

    my $page = Lab::Markdown::text($results);
    like($page,
        qr{^\| passed \| 10/10 \| one\.good \| it &\#124;works&\#124; \|$}m,
        'a row of the table');
    unlike($page, qr/<(?!\/?pre>)|4711/, 'nothing of the guest is HTML');
    like(Lab::Markdown::text(results(graded(), 'sample', 'a.c:3: error')),
        qr/^<pre>\nIt does not build.*\na\.c:3: error\n/m, 'no build');
};

subtest 'the bundle' => sub {
    my $zip = "$dir/bundle.zip";
    my ($status, $output) = capture("$top/tools/autograder", 'warm-up', $zip);
    is($status, 0, 'is made') or diag($output);
    like($output, qr/autograder points to 75\./, 'it says the points');
    my %file;
    my $in = IO::Uncompress::Unzip->new($zip);
    do {
        $file{ $in->getHeaderInfo->{Name} } = join '', $in->getlines;
    } while $in->nextStream > 0;
    like($file{'setup.sh'}, qr/^#!.*tools\/setup --grade/s, 'setup.sh');
    like($file{run_autograder},
        qr{^#!.*--lab warm-up --in /autograder/submission}s, 'run_autograder');
    ok(exists $file{"lectern/$_"}, "it has $_") for qw(Makefile tools/grade
        labs/warm-up/tests/count.pl staff/warm-up/hidden/tests/kinds.pl);
    is(join(' ', grep { m{/staff/(?!warm-up/hidden/)|/build/|/\.git/|solution} }
        keys %file), '', 'but no solution, and nothing else of the staff');
    # A central directory's entry: attributes 38 bytes from its beginning.
    my ($attributes) = read_file($zip)
        =~ /PK\x01\x02.{34}(.{4}).{4}run_autograder/s;
    is(unpack('V', $attributes) >> 16, 0100755, 'scripts are executable');
    ($status, $output) = capture("$top/tools/autograder", 'none', $zip);
    isnt($status, 0, 'no lab, no bundle');
    like($output, qr/Which lab/, '  and it says so');

    for my $lab (map { m{([^/]+)/lab\.conf$} } glob "$top/labs/*/lab.conf") {
        ($status, $output) = capture("$top/tools/autograder", $lab, $zip);
        like($output,
            qr/^Wrote \S+: \d+ files, with the hidden tests\.\n[^\n]*$/,
            "$lab: all runs fit into Gradescope's time");
    }
};

# A student's tree on GitHub: only main is pushed.
my ($tree, $clone) = ("$dir/tree", "$dir/clone");
sub run { my ($status, $output) = capture({ dir => $dir, limit => 120 }, @_);
    return is($status, 0, "@_[0 .. 1]") || diag($output) }
run('make', '-s', '-C', $top, 'lab', 'L=warm-up', "DIR=$tree");
run('git', 'init', '-q', '--bare', "$dir/origin");
run('git', '-C', $tree, 'push', '-q', "$dir/origin", 'main');
run('git', 'clone', '-q', '-b', 'main', "$dir/origin", $clone);
my $workflow = read_file("$clone/.github/workflows/grade.yml");
my ($setup, $line) = $workflow =~ /^ +run: (.*)$/mg;
is($setup, 'sudo tools/setup --grade', 'the workflow installs the tools');

# One run of the clone; the others need no other build.
sub grade {
    my ($qemu, @options) = @_;
    return capture({ dir => $clone, prepare => sub { $ENV{QEMU} = $qemu
        if $qemu; $ENV{GITHUB_STEP_SUMMARY} = "$dir/summary.md" } },
        'bash', '-ec', "$line @options");
}
my ($json, $xml) = ("$dir/results.json", "$dir/results.xml");

subtest 'the workflow' => sub {
    my ($status, $output) = grade('', "--test program --junit $xml");
    is($status, 1, 'fails where tests do') or diag($output);
    like(read_file("$dir/summary.md"),
        qr{^\| \*\*failed\*\* \| 0/5 \| program\.}m, 'and writes its page');
    junit(read_file($xml), 'of a real run');

    run('git', 'clone', '-q', '--depth', 1, "file://$clone", "$dir/shallow");
    write_file("$dir/shallow/x", '');
    run('git', '-C', "$dir/shallow", '-c', 'user.name=x', '-c', 'user.email=x',
        'commit', '-q', '--amend', '--author', 'x <x>', '-m', 'squashed');
    ($status, $output) = capture("$dir/shallow/tools/grade");
    isnt($status, 0, 'without history it cannot');
    like($output, qr/must not be shallow/, '  and it says why');
};

subtest 'a fault of the host is no score' => sub {
    write_file($json, '{"score": 55}');
    my ($status, $output) = grade('false', "--test program --json $json");
    isnt($status, 0, 'QEMU does not start');
    like($output, qr/QEMU does not start/, '  and it says so');
    ok(!-e $json, '  and there is no results.json, not even an old one');

    ($status, $output) = grade('', "--seconds 0 --json $json --junit $xml");
    is($status, 3, 'there is no time to judge');
    ok(!-e $json, '  and there is no results.json');
    like(read_file($xml), qr/ tests="13" failures="0" errors="12"/,
        '  and the XML has errors, not failures');
};

subtest 'a run that is cut short' => sub {
    my $pid = spawn(sub {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>&', \*STDOUT;
    }, "$clone/tools/grade", '--json', $json);
    my $deadline = time + 120;
    sleep 0.05 while !-e $json && !has_ended($pid) && time < $deadline;
    kill 'TERM', $pid;
    reap($pid, 30);
    my $data = gradescope(read_file($json));
    my @judged = grep { exists $_->{score} } @{ $data->{tests} };
    cmp_ok(scalar @judged, '>', 0, 'leaves what was judged');
    cmp_ok(scalar @judged, '<', 11, 'and says what was not');
};

done_testing();
