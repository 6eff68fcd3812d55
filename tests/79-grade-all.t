#!/usr/bin/env perl
# A whole course is graded: what students hand in, as courses' systems export
# it, with some that mean harm.  Each gets what is right for it, and nothing of
# the instructor's is told.  And what students get has nothing of the staff's.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../labs/lib";

use Archive::Tar;
use Archive::Tar::Constant qw(HARDLINK SYMLINK);
use IO::Compress::Gzip qw(gzip);
use IO::Compress::Zip qw(zip $ZipError);
use JSON::PP ();

use Lab::Archive qw(members);
use Lab::Conf;
use Lab::Course qw(digest_of what_counts);
use Lab::Files qw(files_of handout);
use Lab::Leak qw(leaks);
use Lab::Sandbox;
use Lab::Submissions qw(collect find_submissions);
use Lab::Summary;
use Tree qw($top capture copy_tree plant read_file temp_dir);

plan skip_all => 'git was not found' if (capture('git', '--version'))[0];

# A course of its own: this tree, with a lab that needs one boot for a test.
my $course = copy_tree(name => 'course');
my $secret = 'kept-from-students';
sub put { my ($path, $text) = @_; Lab::Files::write_file($path, $text) }

put("$course/labs/mini/lab.conf", <<'END_OF_FILE');
title = A small lab
version = 1
files = kernel/main.c
new = user/bin/*.c user/lib/mini.h
budget = 120_000_000
test one.good 10 it boots
END_OF_FILE
put("$course/labs/mini/starter/answers.md", "Answers\n");
for my $name (qw(one two)) {
    my $where = $name eq 'one' ? 'labs/mini' : 'staff/mini/hidden';
    my $program = <<"END_OF_FILE";
/* The program $name: $secret */
#include <stddef.h>
#include "../../lib/programs/lab.h"

int
main(void)
{
    int value = 0;

    lab_stop(LAB_INPUT, &value, sizeof(value));
    value++;
    lab_stop(LAB_REPORT, &value, sizeof(value));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
END_OF_FILE
    my $test = <<"END_OF_FILE";
return {
    program => '$name',
    system => ['bad'],
    input => sub { return { value => \$_[0]->(10, 90) } },
    pack => sub { return \$_[0]{value} },
    parts => { good => sub {
        my (\$run) = \@_;
        return unpack('l', \$run->{reports}[0]) == \$run->{input}{value} + 1
            ? undef : { expected => 'one more', seen => '$secret',
                cause => 'addition' };
    } },
};
END_OF_FILE
    # What is hidden has no lines in common with the other, or with this file.
    if ($name eq 'two') {
        $program =~ s/;$/;;/mg;
        $test =~ s/,$/, # hidden/mg;
    }
    put("$course/$where/programs/$name.c", $program);
    put("$course/$where/tests/$name.pl", $test);
}
put("$course/staff/mini/hidden/lab.conf", "test two.good 5 it is hidden\n");

my $main = read_file("$course/kernel/main.c");
sub changed { return plant('main.c', $main, @_) }
my $BOOT = qq{    printf("Lectern 0.1, a teaching kernel\\n");\n};

# An archive of files; a value that is an array is a link: its kind and target.
sub tar {
    my (%files) = @_;
    my $tar = Archive::Tar->new;
    for my $name (sort keys %files) {
        my $content = $files{$name};
        $tar->add_data($name, ref $content ? ('', { type => $content->[0],
            linkname => $content->[1] }) : $content);
    }
    open my $file, '>', \my $bytes;
    $tar->write($file);
    gzip(\$bytes => \my $packed);
    return $packed;
}

my @ways = grep { eval { Lab::Sandbox->new(ways => [$_]) } } qw(bwrap user);

subtest 'the sandbox' => sub {
    my $none = Lab::Sandbox->none;
    my $wrong = $none->prove;
    like($wrong, qr/can $_/, "without one a program can $_") for
        'read your files', 'reach services of this host', 'change your files',
        'write to';

    my $own = temp_dir();
    for my $way (@ways) {
        my $sandbox = Lab::Sandbox->new(ways => [$way], hidden => [$top]);
        my $folder = "$own/$way";
        mkdir $folder;
        chmod 0711, $own;
        $sandbox->give($folder);
        my $may = { kind => 'compile', folder => $folder, write => [$folder] };
        local $Lab::Sandbox::LIMITS{compile} = { cpu => 1, memory => 200 << 20,
            file => 1 << 20, processes => 20, time => 20 };
        my ($status, $output) = $sandbox->run($may, 'sh', '-c',
            'pwd; head -c 2000000 /dev/zero >big; wc -c <big');
        like($output, qr/^\Q$folder\E\n.*^1048576$/ms, "$way: a file's size");
        ($status) = $sandbox->run($may, 'perl', '-e',
            'my $x = "x" x 3e8; print length $x');
        isnt($status, 0, "$way: memory");
        ($status) = $sandbox->run($may, 'perl', '-e', '1 while 1');
        cmp_ok($status, '>', 128, "$way: time of the CPU");
        (undef, $output) = $sandbox->run($may, 'perl', '-e',
            'my $n = 0; $n++ while $n < 99 && defined(my $pid = fork // undef)
                && ($pid || sleep 9); print "$n\n"; kill "KILL", -getpgrp');
        cmp_ok($output || 0, '<', 90, "$way: processes");
        $Lab::Sandbox::LIMITS{compile}{time} = 1;
        ($status) = $sandbox->run($may, 'sleep', 60);
        is($status, 'time', "$way: time of the host");
        (undef, $output) = $sandbox->run($may, 'env');
        unlike($output, qr/HARNESS|PERL5LIB/, "$way: no variables of ours");
    }
    # A service for containers that does not keep anything away.
    my $bin = temp_dir();
    put("$bin/docker", "#!/bin/sh\n[ \$1 = run ] || exit 0\n"
        . "while [ \$1 != lectern ]; do shift; done\nshift\nexec \"\$@\"\n");
    chmod 0755, "$bin/docker";
    local $ENV{PATH} = "$bin:$ENV{PATH}";
    ok(!eval { Lab::Sandbox->new(ways => ['docker', 'none']) },
        'what fails the proof is refused');
    like($@, qr/no sandbox.*docker: .*read your files.*none: .*UNSAFE=1/s,
        '  with the reasons and the way out');
    is(Lab::Sandbox->new(ways => ['none'], unsafe => 1)->way, 'none',
        '  and UNSAFE=1 goes on');
};

# Without root, and where Linux gives namespaces to root only, there is none.
if (!@ways) {
    put("$course/in/ann/answers.md", "mine\n");
    my ($status, $output) = capture("$course/tools/grade-all", '--lab', 'mini',
        '--in', "$course/in", '--out', "$course/out");
    isnt($status, 0, 'without a sandbox nothing is graded');
    like($output, qr/There is no sandbox.*UNSAFE=1/s, '  and it says so');
    done_testing();
    exit;
}

# What students have handed in.
my $in = temp_dir() . '/in';
mkdir $in;
my $good = changed($BOOT => <<"END_OF_FILE" . $BOOT);
#if !__has_include("../labs/mini/programs/one.c")
#error what is public is not there
#endif
#if __has_include("../labs/mini/hidden/two.c") \\
    || __has_include("../build/clean/labs/mini/hidden/two.c") \\
    || __has_include("../staff/mini/hidden/programs/two.c")
#error this can be seen
#endif
END_OF_FILE
my $bytes = changed($BOOT => <<'END_OF_FILE');
    for (int i = 1; i < 256; i++)
        printf_sinks[0](i), printf_sinks[1](i);
    panic("]]> <script>alert(1)</script> \x1b[31m");
END_OF_FILE
my @broken = ('answers.md' => "mine\n");
my %hand_in = (
    'Ann Example_11_assignsubmission_file_/submit-mini.tar.gz' =>
        tar('.lab' => "lab = mini\nversion = 1\n", 'kernel/main.c' => $good,
            'answers.md' => "mine\n"),
    'hangs.tar.gz' => tar('kernel/main.c' =>
        changed($BOOT => "    for (;;)\n        pause();\n")),
    'prints.tgz' => tar('tree/kernel/main.c' => changed($BOOT
        => "    for (;;)\n        printf(\"0123456789abcdef\\n\");\n")),
    'bytes.tar.gz' => tar('kernel/main.c' => $bytes),
    'incbin.tar.gz' => tar('kernel/main.c' => $main . 'asm(".incbin \"'
        . "$course/staff/mini/hidden/programs/two.c\\\"\");\n"),
    'rept.tar.gz' => tar('kernel/main.c' => $main
        . 'asm(".rept 1000000000\n.long 0\n.endr");' . "\n"),
    'endless.tar.gz' => tar('kernel/main.c' => "#if __INCLUDE_LEVEL__ < 190\n"
        . "#include \"main.c\"\n#include \"main.c\"\n#endif\n"),
    'fat.tar.gz' => tar('kernel/main.c' => $main
        . "char fat[2 << 20] = { 1 };\n"),
    'names.tar.gz' => tar('answers.md' => "mine\n",
        'kernel/main.c' => [SYMLINK, '/etc/passwd'],
        'user/bin/hard.c' => [HARDLINK, '/etc/passwd'],
        '../outside.c' => 'x', '/tmp/absolute.c' => 'x',
        'user/bin/../../../../outside.c' => 'x', 'user/bin/-rf.c' => 'x',
        "user/bin/a\nb.c" => 'x', 'user/bin/a b.c' => 'x',
        "user/bin/\xff.c" => 'x', 'user/bin/$(touch pwned).c' => 'x',
        'Makefile' => "all:\n\ttouch pwned\n",
        'user/bin/bad.c' => "#error on purpose\n"),
    "-rf \$(touch x)\n<b>'\xff_12_assignsubmission_file_/nothing" => 'x',
    '=1+1.tar.gz' => tar('kernel/main.c' => "#error a formula\n"),
    'twice.tar.gz' => tar(@broken),
    'twice.tgz' => tar(@broken),
    'other.tar.gz' => tar('.lab' => "lab = warm-up\n", @broken),
    'deep.zip' => sub { my ($bytes) = @_;
        for (1 .. 4) {
            zip(\(my $inner = $bytes) => \$bytes, Name => 'a.zip');
        }
        $bytes }->(tar(@broken)),
    'cut.tar.gz' => substr(tar('kernel/main.c' => $main), 0, 900),
    'large.tar.gz' => tar('kernel/main.c' => '/' x 2_000_000),
    'flat.tar.gz' => tar('main.c' => $main),
    'word.docx' => 'my answers',
);
put("$in/$_", $hand_in{$_}) for keys %hand_in;
mkdir "$in/empty";
{
    open my $endless, '-|', 'perl', '-e', 'print "\0" x (1 << 20) for 1 .. 80';
    gzip($endless => "$in/gzip-bomb.tar.gz");
    open $endless, '-|', 'perl', '-e', 'print "\0" x (1 << 20) for 1 .. 20';
    zip($endless => "$in/zip-bomb.zip", Name => 'answers.md')
        or die $ZipError;
}
symlink '/etc/passwd', "$in/link.tar.gz";

# State, points and the reason of each, by its key.
my %expected = (
    'Ann_Example-11' => ['graded', 15],
    hangs => ['graded', 0],
    prints => ['graded', 0],
    bytes => ['graded', 0],
    fat => ['graded', 0],
    incbin => ['no build', 0],
    rept => ['no build', 0],
    endless => ['no build', 0],
    names => ['no build', 0],
    '1_1' => ['no build', 0],
    'rf_touch_x_b-12' => ['refused', '', qr/none of the files/],
    twice => ['refused', '',
        qr/two submissions.*twice\.tar\.gz and twice\.tgz/],
    other => ['refused', '', qr/for the lab warm-up/],
    cut => ['refused', '', qr/damaged, or cut off/],
    deep => ['refused', '', qr/archives in archives/],
    large => ['refused', '', qr/too large|more than 1 MB/],
    flat => ['refused', '', qr/without their folders: main\.c should be kernel/],
    'word.docx' => ['refused', '', qr/neither a folder nor/],
    empty => ['refused', '', qr/none of the files/],
    'gzip-bomb' => ['refused', '', qr/too large when it is unpacked/],
    'zip-bomb' => ['refused', '', qr/too large when it is unpacked/],
    link => ['refused', '', qr/is a link/],
);

my $out = "$in-graded";
sub grade_all {
    my (@options) = @_;
    return capture({ limit => 300 }, "$course/tools/grade-all", '--lab', 'mini',
        '--in', $in, '--out', $out, '--cpu-seconds', 2, @options);
}
sub state_of { return JSON::PP::decode_json(
    read_file("$out/state/$_[0].json")) }
sub report { return read_file("$out/reports/$_[0].txt") }

subtest 'each gets what is right' => sub {
    my ($status, $output) = grade_all();
    is($status, 0, 'all are graded') or diag($output);
    my @keys = sort map { m{([^/]+)\.json$} } glob "$out/state/*.json";
    is_deeply(\@keys, [sort keys %expected], 'each has a plain name');
    for my $key (sort keys %expected) {
        my ($state, $points, $why) = @{ $expected{$key} };
        my $record = eval { state_of($key) } // {};
        is($record->{state}, $state, "$key: $state")
            or diag($record->{why}, report($key));
        like($record->{why}, $why, '  and why') if $why;
        like(report($key), qr/^Points: $points\b/m, "  $points points")
            if $points ne '';
        like(read_file("$out/rerun/$key.txt"),
            qr/make grade-all L=mini IN=\S+ OUT=\S+ ONLY=$key$/m,
            '  the command that grades it again');
    }
};

subtest 'results among submissions' => sub {
    my ($status, $output) = grade_all('--out', "$in/more/out");
    is($status, 2, 'are refused');
    like($output, qr/lies in what is to be graded/, '  and why');
    ok(!-e "$in/more", '  before anything is made');
};

subtest 'without staff/' => sub {
    my ($staff, $none) = ("$course/staff/mini", temp_dir() . '/none');
    mkdir $none;
    rename $staff, "$staff-away";
    my ($status, $output) = grade_all('--in', $none, '--out', "$none-graded");
    rename "$staff-away", $staff;
    like($output, qr/^No hidden tests: .*staff\/mini\/hidden/m, 'it says so');
    is($status, 2, 'without submissions nothing is graded');
    like($output, qr/^There is no submission in \Q$none\E/m, '  and why');
    ($status, $output) = grade_all('--in', '');
    like($output, qr/^Whose\?.*IN=folder/, 'without IN neither');
};

subtest 'reports' => sub {
    like(report('hangs'), qr/budget of instructions/, 'it hangs');
    like(report('prints'), qr/(?:budget|prints without end).*0123456789abcdef/s,
        'it prints without end');
    like(report('fat'), qr/mkfs cannot make a disk of it/,
        'it does not fit on the disk');
    like(report('bytes'), qr/panic: \]\]> <script>.* \\x1b\[31m/,
        'a panic with odd bytes');
    ok(utf8::decode(my $text = report('bytes')), '  is UTF-8');
    unlike($text, qr/[^\n\t\x20-\x7e\xa0-\x{ffff}]/, '  without control bytes');
    like(report('incbin'), qr/file not found/, 'no secret can be included');
    like(report('rept'), qr/memory/, 'a compiler without end of memory');
    like(report('endless'), qr/time limit exceeded/, '  and one of time');
    like(report('names'), qr/^note: $_.*graded without/m, "noted: $_")
        for 'kernel/main.c is a link', 'user/bin/hard.c is a link',
        'Makefile differs', 'user/bin/a b.c is not', 'user/bin/\\\\xff.c is not';
    is_deeply([files_of("$out/files/names")], [qw(answers.md user/bin/bad.c)],
        'only what has a plain name is taken');
    my @all = map { report($_) } keys %expected;
    is(scalar(grep { /\Q$secret\E/ } @all), 0, 'no report tells a secret');
    my ($hidden) = report('hangs') =~ /^FAILED.*two\.good(.*?)^Points/ms;
    like($hidden, qr/cause/, 'a hidden test has its cause');
    unlike($hidden, qr/expected|seen|console/, '  but no inputs or output');
    ok(!-e "$_/pwned", 'nothing was executed') for $in, $out, $course, $top;
    ok(!-e "/tmp/absolute.c", 'nothing was written elsewhere');
};

subtest 'the overviews' => sub {
    my $csv = read_file("$out/grades.csv");
    like($csv, qr/^student,id,points,of,state,why,one\.good,two\.good\r$/m,
        'a table');
    like($csv, qr/^Ann Example,11,15,15,graded,,10,5\r$/m, 'one who has all');
    like($csv, qr/^hangs,,0,15,graded,,0,0\r$/m, 'one who has nothing');
    like($csv, qr/^cut,,,15,refused,"is damaged, or cut off",,\r$/m,
        'one who has no points, which is not the same');
    like($csv, qr/^'=1\+1,/m, 'a name is no formula');
    my $page = read_file("$out/summary.html");
    my %open;
    $1 ? $open{$2}-- : $open{$2}++ while $page =~ m{<(/?)(\w+)[^>]*>}g;
    is(join(' ', grep { $open{$_} && $_ ne 'meta' } keys %open), '',
        'the page: each element is closed');
    unlike($page, qr/<b>|<script/, '  and nothing in it is a student\'s HTML');
    like($page, qr/one\.good.*1 of 10 \(10 %\).*times: /, '  how many passed');
    like(read_file("$out/summary.txt"), qr/^  10 %    1 of 10   one\.good/m,
        'the same as text');
};

subtest 'again' => sub {
    my $before = read_file("$out/state/Ann_Example-11.json");
    utime 1, 1, glob "$out/state/*.json";
    # Something has changed, and it ends when that is being graded.
    put("$in/1_1.tar.gz", tar('kernel/main.c' => "#error another\n"));
    unlink "$in/=1+1.tar.gz", "$in/twice.tgz";
    put("$out/state/fat.json", '{"state": "error", "why": "interrupted"}');
    my ($status, $output) = grade_all('--jobs', 3);
    is($status, 0, 'what changed is graded') or diag($output);
    my @done = sort map { m{([^/]+)\.json$} } grep { (stat)[9] > 1 }
        glob "$out/state/*.json";
    is_deeply([grep { state_of($_)->{state} ne 'refused' } @done],
        [qw(1_1 fat twice)], '  and nothing else');
    like(report('1_1'), qr/#error another/, '  in what it is');
    is(read_file("$out/state/Ann_Example-11.json"), $before,
        '  all else stays');

    # What else decides about points: the tree, and the hidden tests.
    my $digest = sub { return digest_of(what_counts($course, 'mini',
        $course)) };
    my $old = $digest->();
    is($digest->(), $old, 'the tree is as it was');
    put("$course/staff/mini/hidden/lab.conf", "test two.good 4 it is hidden\n");
    isnt($digest->(), $old, '  and with other points it is not');
};

subtest 'what was graded with other points' => sub {
    my @records = map { { why => '', digest => $_ } } 'a old 7', 'b new 7',
        undef;
    is(scalar Lab::Summary::mark_old('new 7', @records), 1, 'is found');
    like($records[0]{why}, qr/^out of date/, '  and says so');
    is($records[$_]{why}, '', '  and nothing else does') for 1, 2;
};

# How systems name what they export.
subtest 'who handed it in' => sub {
    my $folder = temp_dir();
    my $archive = tar('answers.md' => 'x');
    my $conf = Lab::Conf->read("$course/labs/mini/lab.conf");
    my $who = sub { return join '; ', map { my $one = $_; join ',', $one->{key},
        (map { "$_->{name}/$_->{id}" } @{ $one->{people} }),
        $one->{wrong} ? 'wrong' : eval {
            collect($conf, 'mini', $one->{source}, $course, temp_dir() . '/x');
            1 } ? () : "no: $@" } find_submissions($_[0]) };

    put("$folder/canvas/exampleann_17_99_submit-mini-2.tar.gz", $archive);
    put("$folder/canvas/bob_LATE_18_98_submit-mini.tar.gz", $archive);
    put("$folder/canvas/bob_LATE_18_97_notes.pdf", 'x');
    put("$folder/canvas/carol_LATE_19_$_", 'x') for '1_a.c', '2_b.h';
    is($who->("$folder/canvas"), 'bob-18,bob/18; carol-19,carol/19,wrong; '
        . 'exampleann-17,exampleann/17', 'Canvas');
    is((find_submissions("$folder/canvas"))[1]{wrong},
        'files without their folders: carol_LATE_19_1_a.c and '
        . 'carol_LATE_19_2_b.h; what counts is the archive of make submit',
        '  and of files without folders it says what is wrong');

    my $export = "$folder/gradescope/assignment_5_export";
    put("$export/submission_7/answers.md", 'x');
    put("$export/submission_8/submit-mini.tar.gz", $archive);
    put("$export/submission_metadata.yml", <<'END_OF_FILE');
---
submission_7:
  :submitters:
  - :name: Ann Example
    :sid: '123'
    :email: ann@example.org
  - :name: "Bob: other"
    :sid: 
    :email: bob@example.org
  :created_at: 2026-01-01
  :results:
    tests:
    - :name: none
submission_8:
  :submitters:
  - :name: Carol
    :sid: '9'
END_OF_FILE
    is($who->("$folder/gradescope"), 'Ann_Example-123,Ann Example/123,'
        . 'Bob: other/bob@example.org; Carol-9,Carol/9', 'Gradescope');

    # What a student has of that kind says nothing of others.
    put("$export/submission_7/submission_metadata.yml",
        "submission_8:\n  :submitters:\n  - :name: Mallory\n");

    put("$folder/moodle/Ann Ex_1_assignsubmission_onlinetext_/x.html", 'x');
    put("$folder/moodle/Ann Ex_1_assignsubmission_file_/a.tar.gz", $archive);
    put("$folder/moodle/B\xc3\xb6b_2_assignsubmission_file_a.tar.gz", $archive);
    is($who->("$folder/moodle"), "Ann_Ex-1,Ann Ex/1; B_b-2,B\xc3\xb6b/2",
        'Moodle');

    # The same as zip files, which is what one downloads.
    for my $system (qw(canvas gradescope moodle)) {
        my $from = "$folder/$system";
        my @names = files_of($from);
        my $zip;
        for my $name (@names) {
            $zip ? $zip->newStream(Name => $name)
                : ($zip = IO::Compress::Zip->new("$from.zip", Name => $name));
            $zip->print(read_file("$from/$name"));
        }
        $zip->close;
        is($who->("$from.zip"), $who->($from), "$system, as a zip file");
    }

    # A git clone of a whole tree, and one with another beside it.
    put("$folder/clones/ann/.lab", "lab = mini\n");
    put("$folder/clones/ann/answers.md", 'x');
    put("$folder/clones/ann/old.zip", 'x');
    put("$folder/clones/bob/$_/.lab", "lab = mini\n") for qw(one two);
    like($who->("$folder/clones"),
        qr{^ann,ann/; bob,bob/,no: has more than one}, 'clones');
    put("$folder/named/warm-up_2026_11_$_/answers.md", 'x') for qw(ann bob);
    put("$folder/named/warm-up_2026_11_$_.tgz", $archive) for qw(carol);
    is($who->("$folder/named"), join('; ', map { "warm-up_2026_11_$_,"
        . "warm-up_2026_11_$_/" } qw(ann bob carol)),
        'clones with names that look like those of Canvas');

    # What differs from today's tree need not be the student's doing.
    put("$folder/older/$_", 'other than here') for qw(Makefile labs/README.md
        docs/VERIFY.md docs/gone.md lectures/x.html answers.md);
    my $notes = sub {
        put("$folder/older/.lab", "lab = mini\nversion = $_[0]\nbase = abc\n");
        return join '; ', collect($conf, 'mini', "$folder/older", $course,
            temp_dir() . '/x');
    };
    my $rest = qr/the tree was handed out at commit abc: [^;]*; Makefile [^;]*$/;
    like($notes->(1), qr/^$rest/, 'a note on what counts, but no document');
    like($notes->(2), qr/^the tree has version 2 .* version 1; $rest/,
        '  and on the version, if it is another one');

    # The limit of files is one of a submission, not of a whole export.
    {
        local $Lab::Archive::MOST_MEMBERS = 3;
        my $many = "$folder/many.zip";
        my $zip = IO::Compress::Zip->new($many, Name => 'submission_1/a.c');
        for my $name ((map { "submission_2/$_.c" } 1 .. 4),
            map { "submission_$_/answers.md" } 1, 3) {
            $zip->newStream(Name => $name);
            $zip->print('x');
        }
        $zip->close;
        is($who->($many), "submission_1,submission_1/1; submission_2,"
            . "submission_2/2,no: there are too many files in it\n; "
            . 'submission_3,submission_3/3', 'a large export');
        put($many, substr read_file($many), 0, 300);
        ok(!eval { find_submissions($many); 1 }, 'an export that is cut off');
        like($@, qr/many\.zip cannot be read.*cut off\n.*unpack it/s,
            '  is refused as a whole, and why');
    }

    # A size that needs more than 32 bits.
    my $tar = Archive::Tar->new;
    $tar->add_data('answers.md', 'x');
    open my $file, '>', \my $header;
    $tar->write($file);
    substr $header, 124, 12, "77777777777\0";
    substr $header, 148, 8, ' ' x 8;
    substr $header, 148, 8, sprintf "%06o\0 ", unpack '%32C*',
        substr $header, 0, 512;
    my @warnings;
    local $SIG{__WARN__} = sub { push @warnings, @_ };
    ok(!eval { members(\$header); 1 }, 'a size without end in a tar file');
    is("$@@warnings", "is too large\n", '  is too large, and nothing else');

    # A link in a zip file: its mode is in the list at the end.
    my $bytes = '';
    zip(\'/etc/passwd' => \$bytes, Name => 'answers.md',
        ExtAttr => 0120777 << 16);
    is((members(\$bytes))[0]{odd}, 'a link', 'a link in a zip file');
};

subtest 'what students get' => sub {
    my $public = temp_dir() . '/public';
    my @git = ('git', '-C', $course, '-c', 'user.name=x', '-c', 'user.email=x');
    capture(@git, $_ eq 'init' ? 'init' : split / /)
        for 'init', 'add -A', 'commit -q -m x';
    put("$course/notes.txt", 'not known to git');
    my ($status, $output) = capture("$course/tools/publish", $public,
        'warm-up');
    is($status, 0, 'is published') or diag($output);
    like($output, qr/does not know notes\.txt: it is left out/,
        '  with a note');
    my @files = files_of($public);
    is(join(' ', grep { m{^staff/|^labs/warm-up/|^notes} } @files), '',
        '  without staff/, a lab that is hidden, and others\' files');
    ok((grep { $_ eq 'labs/mini/lab.conf' } @files), '  with a lab');
    my $page = 'docs/FROM-XV6.md';
    like(read_file("$course/$page"), qr/^## OSTEP projects$/m,
        '  a page tells how labs are solved') if -d "$top/staff";
    unlike(read_file("$public/$page"), qr/OSTEP projects$|getreadcount/m,
        '  but not what is published');
    ($status, $output) = capture({ dir => $public }, 'tools/where', 'ilock');
    like($output, qr/^ilock: inode_lock/, '  and its tables are there');
    ($status, $output) = capture('git', '-C', $public, 'status', '--porcelain');
    is("$status$output", '0', '  as a repository');

    capture("$course/tools/publish", $public, 'mini');
    ok(!-e "$public/labs/mini", 'a lab that is hidden again leaves no folders');
    capture("$course/tools/publish", $public, 'warm-up');

    my ($found, $runs) = leaks("$course/staff", $public, @files);
    cmp_ok($runs, '>', 50, 'the staff has lines to look for');
    is_deeply($found, [], '  and none of them is published');
    # The labs themselves, as they are here: what is in this tree, and what
    # their starters change in it.
    if (-d "$top/staff") {
        my @here = grep { !m{^staff/} } files_of($top);
        ($found) = leaks("$top/staff", $top, @here);
        my @labs = map { m{([^/]+)/lab\.conf$} } glob "$top/labs/*/lab.conf";
        for my $lab (@labs) {
            my $tree = temp_dir();
            handout($top, $lab, $tree);
            push @$found, "lab $lab: $page" if read_file("$tree/$page")
                =~ /^## OSTEP projects$/m;
            my ($more) = leaks("$top/staff", $tree, grep { !-f "$top/$_"
                || read_file("$top/$_") ne read_file("$tree/$_") }
                files_of($tree));
            push @$found, map { "lab $lab: $_" } @$more;
        }
        is_deeply($found, [], 'the labs that are here tell nothing');
    }

    put("$course/labs/mini/starter/two.c", "// Mine\n"
        . read_file("$course/staff/mini/hidden/programs/two.c"));
    capture(@git, 'add', '-A');
    ($status, $output) = capture("$course/tools/publish", $public);
    isnt($status, 0, 'lines of the staff are not published');
    like($output, qr{labs/mini/starter/two\.c has lines of staff/mini/hidden},
        '  and it says where');
};

done_testing();
