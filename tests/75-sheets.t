#!/usr/bin/env perl
# `make sheets` prints all of the source, once and in order, with an index that
# agrees with the compiler; notes that refer to it say the right line, and a
# reference to what is not there is a mistake.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Sheets;
use Tree qw($top built capture read_file temp_dir write_file);

my $dir = temp_dir();
my ($status, $output) = capture({ dir => $top }, 'make', 'sheets', "O=$dir");
is($status, 0, 'make sheets') or diag($output);
my ($html, $pdf) = map { read_file("$dir/sheets.$_") } qw(html pdf);
my $sheets = Sheets->new($top);
my @files = $sheets->files;

# Every line as [number, text].
sub lines_of_sources {
    return map { my $file = $_; my @lines = $sheets->lines($file);
        map { my $number = $sheets->number($file, $_);
            $number ? [Sheets::digits($number), $lines[$_ - 1]] : () }
            1 .. @lines } @files;
}
my @lines = lines_of_sources();

subtest 'order' => sub {
    my %printed = map { $_ => 1 } @files;
    is(scalar keys %printed, scalar @files, 'no file comes twice');
    my @compiled = grep { !m{/debug_} } map { s{^\Q$top\E/}{}r } glob
        "$top/{include/*.h,bootblock/*.[chS],kernel/*.[ch],kernel/*/*.[chS]}";
    is("@{[grep { !$printed{$_} } @compiled]}", '',
        'none of the kernel that is compiled is left out');
    my @missing;
    for my $file (@files) {
        my @text = $sheets->lines($file);
        push @missing, grep { $text[$_ - 1] =~ /\S/
            && !$sheets->number($file, $_) } 1 .. @text;
    }
    is("@missing", '', 'no line with anything on it has no number');
    my @wrong = grep { $lines[$_][0] <= $lines[$_ - 1][0] } 1 .. $#lines;
    is("@wrong", '', 'numbers only grow');
    cmp_ok(scalar @lines, '>', 5000, 'there are many');
};

subtest 'HTML' => sub {
    my %entity = (amp => '&', lt => '<', gt => '>', quot => '"');
    my @found;
    my $number = qr{<a class="number" id="(\d+)" href="#\g1">\g1</a>  };
    while ($html =~ m{^(?:<pre>)?$number(.*)$}mg) {
        my ($number, $text) = ($1, $2);
        $text =~ s/<[^>]*>//g;
        push @found, [$number, $text =~ s/&(\w+);/$entity{$1}/gr];
    }
    is_deeply(\@found, \@lines, 'has every line of the source');
    my (%ids, @twice);
    $ids{$_}++ && push @twice, $_ for $html =~ / id="([^"]*)"/g;
    is("@twice", '', 'no address has two places');
    my @dead = grep { !$ids{$_} } $html =~ / href="#([^"]*)"/g;
    is("@dead", '', 'every link leads somewhere');
    ok($html !~ m{ (?:src|href)="(?!#)|url\(|<script|<link},
        'it needs nothing but itself');
};

# ---- PDF ----

# Reads a PDF by its table of objects; returns them by number, 0 is the trailer.
sub read_objects {
    my ($bytes) = @_;
    my ($at) = $bytes =~ /\nstartxref\n(\d+)\n%%EOF\n\z/ or return;
    my ($count, $entries, $trailer) = substr($bytes, $at)
        =~ /\Axref\n0 (\d+)\n((?:\d{10} \d{5} [nf] \n)+)trailer\n(.*)startxref/s
        or return;
    my @entries = $entries =~ /(\d{10}) \d{5} [nf] \n/g;
    return if @entries != $count;
    my %object = (0 => $trailer);
    for my $n (1 .. $#entries) {
        my $start = substr $bytes, $entries[$n];
        ($object{$n}) = $start =~ /\A$n 0 obj\n(.*?)\nendobj\n/s or return;
    }
    return %object;
}

subtest 'PDF' => sub {
    is(substr($pdf, 0, 9), "%PDF-1.4\n", 'it says what it is');
    my %object = read_objects($pdf);
    cmp_ok(scalar keys %object, '>', 100, 'its table leads to each object')
        or return;
    my @dead = grep { !$object{$_} }
        map { s/^stream\n.*//msr =~ /\b(\d+) 0 R\b/g } values %object;
    is("@dead", '', 'what objects refer to is there');
    my ($kids) = $object{2} =~ m{/Kids \[(.*?)\]};
    my @pages = $kids =~ /(\d+) 0 R/g;
    my ($count) = $object{2} =~ m{/Count (\d+)};
    is(scalar @pages, $count, 'it counts its pages');

    my (@found, @headings);
    for my $page (@pages) {
        my ($contents) = $object{$page} =~ m{/Contents (\d+) 0 R};
        my ($length, $stream) = $object{$contents}
            =~ m{\A<< /Length (\d+) >>\nstream\n(.*)\nendstream\z}s;
        fail("page $page has its length") if $length != length $stream;
        my $sheet;
        for my $line (split /\n/, $stream) {
            my $text = join '', map { s/\\(.)/$1/gr }
                $line =~ /\(((?:[^\\()]|\\.)*)\) Tj/g;
            $sheet = $1 if $text =~ /^Sheet (\d+)$/;
            next if !$sheet || $text !~ /^ ?(\d{4,5}) (.*)$/
                || index($2, '---- ') == 0;
            push @found, [$1, $2];
            fail("$1 is on sheet $sheet") if int($1 / 100) != $sheet;
        }
        push @headings, $sheet if $sheet;
    }
    is_deeply(\@found, \@lines, 'it has every line of the source');
    is(scalar @headings, Sheets::sheet($sheets->last_number),
        'sheet by sheet');
    ok(substr($pdf, 20) !~ /[^\n -~]/, 'and nothing but text');

    my $again = temp_dir();
    capture("$top/tools/sheets", $again);
    is(read_file("$again/sheets.$_") eq ($_ eq 'pdf' ? $pdf : $html), 1,
        "the same bytes every time: $_") for qw(html pdf);
};

# ---- Index ----

subtest 'index' => sub {
    my (undef, $symbols) = capture($ENV{NM} // 'nm', built('kernel.elf'));
    my @missing = grep { !$sheets->index->named($_) }
        grep { !/^(?:_binary_initcode_end$|kernel_n?symbols$)/ }
        $symbols =~ /^\w+ [TtBbDdRr] ([A-Za-z]\w*)$/mg;
    is("@missing", '', 'it has whatever the kernel was linked from');

    # The lines that have a word, not as a struct's name, outside of comments
    # and definitions.
    my $lines_with = sub {
        my ($word) = @_;
        my @found;
        for my $file (grep { m{^(?:kernel|include)/} } @files) {
            my @code = split /\n/,
                $sheets->index->code($file) =~ s/struct \w+/struct/gr;
            push @found, map { $sheets->number($file, $_) } grep {
                $code[$_ - 1] =~ /(?<![\w.>])\Q$word\E\b/
                && $code[$_ - 1] !~ /^(?:\Q$word\E[(:]|\.globl|#include)/ }
                1 .. @code;
        }
        return sort { $a <=> $b } @found;
    };
    for my $name (qw(kfree allocproc ptable swtch trapret KSTACKSIZE RUNNABLE
        mappages entrypgdir)) {
        my @symbols = $sheets->index->named($name);
        is(scalar @symbols, 1, "$name is defined once");
        my $place = $sheets->place_of($symbols[0]);
        my %uses = map { $sheets->number(@$_) => 1 } @{ $symbols[0]{uses} };
        my @uses = sort { $a <=> $b } keys %uses;
        is("@uses", join(' ', grep { $_ != $place } $lines_with->($name)),
            "  and used where it is written");
        my ($row) = $html =~ /^<tr id="uses:[^"]*:$name">(.*)/m;
        is(join(' ', map { $_ + 0 } ($row // '') =~ />(\d+)</g),
            "$place @uses", '  as the index says');
    }
    my ($end) = grep { $_->{file} =~ /kernel/ } $sheets->index->named('end');
    is($end->{kind}, 'address', 'what the linker defines is there, too');
};

# ---- References ----

# Runs tools/sheets on a text.
sub check_notes {
    my ($text) = @_;
    write_file("$dir/notes.md", $text);
    return capture("$top/tools/sheets", '--check', "$dir/notes.md");
}

subtest 'references' => sub {
    my $number_of = sub {
        my ($file, $pattern) = @_;
        my @text = $sheets->lines($file);
        my ($line) = grep { $text[$_ - 1] =~ $pattern } 1 .. @text;
        my $number = $sheets->number($file, $line);
        return sprintf 'sheet %02d, line %04d', int($number / 100), $number;
    };
    my %meaning = (
        '{@kfree}' => 'kfree (' . $number_of->('kernel/mem/kalloc.c',
            qr/^kfree\(/) . ')',
        '{@struct proc}' => 'struct proc ('
            . $number_of->('kernel/sched/proc.h', qr/^struct proc \{/) . ')',
        '{@RUNNABLE}' => 'RUNNABLE ('
            . $number_of->('kernel/sched/proc.h', qr/^enum.*RUNNABLE/) . ')',
        '{@PGSIZE}' => 'PGSIZE ('
            . $number_of->('kernel/x86/mmu.h', qr/define PGSIZE/) . ')',
        '{@swtch}' => 'swtch ('
            . $number_of->('kernel/sched/swtch.S', qr/^swtch:/) . ')',
        '{@nextpid}' => 'nextpid ('
            . $number_of->('kernel/proc/proc.c', qr/^static int nextpid/) . ')',
        '{@initcode.S:start}' => 'start ('
            . $number_of->('kernel/proc/initcode.S', qr/^start:/) . ')',
        '{@boot.S:start}' => 'start ('
            . $number_of->('bootblock/boot.S', qr/^start:/) . ')',
        '{@swtch.S}' => 'swtch.S ('
            . $number_of->('kernel/sched/swtch.S', qr/^/) . ')',
        '{@switchuvm "write_cr3"}' => 'switchuvm ('
            . $number_of->('kernel/sched/sched.c', qr/^    write_cr3/) . ')',
        # Over the end of a line.
        qq({\@struct\ncontext "uint32_t\n    edi"}) => 'struct context ('
            . $number_of->('kernel/sched/proc.h', qr/^    uint32_t edi/) . ')',
    );
    my @names = sort keys %meaning;
    my $notes = join '', map { "See $_.\n" } @names;
    write_file("$dir/notes.md", "$notes`{\@nothing}`\n```\n{\@nothing}\n```\n");
    ($status, $output) = capture({ prepare => sub {
        open STDIN, '<', "$dir/notes.md";
    } }, "$top/tools/sheets", '--resolve');
    is($status, 0, 'they are resolved, but not in code') or diag($output);
    my @found = split /\n/, $output;
    is($found[$_], "See $meaning{ $names[$_] }.", $names[$_]) for 0 .. $#names;

    for ('{@no_such_name}', '{@no_such.c:kfree}', '{@no_such.c}', '{@proc.h}',
        '{@kfree "no such words"}', '{@kfree "("}') {
        ($status, $output) = check_notes("One\n\nsee $_ there\n");
        isnt($status, 0, "$_ is dead");
        like($output, qr{notes\.md:3: \Q$_\E: \w}, '  and its place is told');
    }

    my @notes = glob "$top/README.md $top/docs/*.md $top/lectures/*.md "
        . "$top/lectures/*/*.md";
    ($status, $output) = capture("$top/tools/sheets", '--check', @notes);
    is($status, 0, 'those in our notes are all alive') or diag($output);
};

subtest 'concordance' => sub {
    my $text = read_file("$top/lectures/CONCORDANCE.md");
    my @rows = $text =~ /^\| ((?:sheet|line) \d+) \|.*\|(.*)\|$/mg;
    my (%places, @empty);
    while (my ($there, $here) = splice @rows, 0, 2) {
        $places{$there} = 1;
        push @empty, $there if $here !~ /\{\@/;
    }
    is_deeply([sort keys %places], [sort map({ "sheet $_" } qw(06 17 20 21 22
        24 26 27 29 75)), 'line 2767', 'line 2768'],
        'has each number that the first notes give');
    is("@empty", '', 'and says for each where that is');
    my ($row) = $html =~ m{^(<tr><td>line 2768<td>.*)}m;
    my ($kfree) = $sheets->index->named('kfree');
    my $store = $sheets->find_line(@$kfree{qw(file line last)}, 'r->next =');
    like($row, qr{kfree \(sheet \d+, line <a href="#$store">$store</a>\)},
        'the booklet has it, with our numbers');
    ok($pdf =~ m{\(line 2768 }, '  in both forms');
};

done_testing();
