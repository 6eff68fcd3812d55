#!/usr/bin/env perl
# What a lab's tests say of kernels that go wrong: one panics, writes where it
# may not, never ends, sleeps for ever, is reset, leaks, or loses a race.  And
# of those that do not build, of a host that is too slow, and of mistakes that
# are not the student's: these are no score.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../labs/lib";

use File::Path qw(make_path);

use Lab::Conf;
use Lab::Files;
use Lab::Grade;
use Lab::Report;
use Tree qw($top capture plant read_file temp_dir write_file);

plan skip_all => 'the staff has the solutions' if !-d "$top/staff";

my $dir = temp_dir();

# A tree with what `make test` has built already, and in it the one for test
# programs, so that only what is changed in them is compiled.
sub built_tree {
    my ($lab, $tree) = @_;
    for my $folder ($tree, "$tree/build/clean") {
        Lab::Files::handout($top, undef, $folder);
        # All of it gets one time, later than that of the sources.
        my ($status, $output) = capture('sh', '-c', 'mkdir -p "$2/debug" && '
            . 'cd "$1" && cp -R *.mk flags mkfs kernel* boot* host user "$2" '
            . '&& cd debug && cp -R flags kernel* "$2/debug" && '
            . 'cd "$2" && find [!c]* -exec touch -r flags {} +',
            'sh', "$top/build", "$folder/build");
        die $output if $status;
        # What a lab's starter has otherwise is later still.
        Lab::Files::handout($top, $lab, $folder) if defined $lab;
    }
}

# A lab whose runs differ only in what they ask the kernel to do.
my %DEEDS = (good => 0, panic => -1, text => -2, ever => -3, idle => -4,
    reset => -5, leak => -6, race => -7, asks => -9);
my $PROGRAM = <<'END';
#include <stdlib.h>
#include <unistd.h>
#include "../../lib/programs/lab.h"
#include "../../lib/programs/room.h"

enum { TEXT = -2, LEAK = -6, RACE = -7, COUNT = -8 };

int
main(void)
{
    struct { int deed; } input;
    struct { int count; struct room before, after; } seen = { 0 };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    if (input.deed == TEXT)
        sleep(TEXT);
    if (input.deed == LEAK)
        room_measure(&seen.before);
    for (int child = 0; child < 2; child++)
        if (fork() == 0) {
            for (int i = 0; i < (input.deed == RACE ? 200 : 1); i++)
                sleep(input.deed);
            exit(0);
        }
    wait(NULL);
    wait(NULL);
    seen.count = sleep(COUNT);
    if (input.deed == LEAK)
        room_measure(&seen.after);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
END
my $RUN = <<'END';
use Lab::Room qw(leak);
return {
    program => 'deed',
    schedules => SCHEDULES,
    disk => { blocks => 320, inodes => 40 },
    input => sub { return {} },
    pack => sub { return (DEED) },
    parts => {
        count => sub {
            my ($n) = unpack 'l<', $_[0]{reports}[0];
            return $n == 400 ? undef : { expected => 'a count of 400',
                seen => $n, cause => 'counts are lost' };
        },
        leaks => sub {
            my $rooms = substr $_[0]{reports}[0], 4;
            return leak($rooms, substr $rooms, $Lab::Room::SIZE);
        },
        any => sub { return undef },
    },
};
END
my $DEEDS = <<'END';
    static int count;
    if (n == -1)
        panic("planted");
    if (n == -2)
        *(char *)P2V(PTE_ADDR(*walkpgdir(proc->pgdir, 0, false))) ^= 1;
    while (n == -3)
        ;
    if (n == -5)
        asm volatile("lidt 0; ud2");
    if (n == -6)
        kalloc();
    if (n == -7) {
        int next = count + 1;
        acquire(&ptable.lock);
        release(&ptable.lock);
        count = next;
        return 0;
    }
    if (n == -8)
        return count;
    if (n == -9) {
        volatile uint8_t *stop = (uint8_t *)(proc->tf->eip & 15);
        while (stop[0] != 0x90 || stop[1] != 0xc3)
            stop++;
        uint32_t *stack = (uint32_t *)proc->tf->esp - 4;
        stack[1] = 1;
        stack[2] = proc->tf->esp;
        stack[3] = 0xf0000000;
        proc->tf->eip = (uintptr_t)stop;
        proc->tf->esp = (uintptr_t)stack;
    }
    if (n == -4)
        n = 1000000000;
END

my $tree = "$dir/tree";
built_tree(undef, $tree);
my $lab = "$tree/labs/deeds";
write_file_in("$lab/programs/deed.c", $PROGRAM);
my $conf = "title = Deeds\nversion = 1\nweek = 1\nbudget = 2_000_000_000\n"
    . "files = kernel/syscall/sysproc.c\n";
for my $deed (sort keys %DEEDS) {
    my $schedules = $deed eq 'race' ? 8 : 0;
    write_file_in("$lab/tests/$deed.pl", $RUN =~ s/DEED/$DEEDS{$deed}/r
        =~ s/SCHEDULES/$schedules/r);
    my $part = { leak => 'leaks', race => 'count' }->{$deed} // 'any';
    $conf .= "test $deed.$part 5 the deed $deed\n";
}
write_file_in("$lab/lab.conf", $conf);

sub write_file_in {
    my ($path, $text) = @_;
    make_path($path =~ s{/[^/]*$}{}r);
    write_file($path, $text);
}

# What the student hands in: these files.
sub hand_in {
    my ($name, %files) = @_;
    write_file_in("$dir/$name/$_", $files{$_}) for keys %files;
    return "$dir/$name";
}

# Grades what a student hands in.  Returns the Lab::Grade, and what it says of
# the build.
sub grade {
    my ($folder, $only) = @_;
    my $grade = Lab::Grade->new(conf => Lab::Conf->read("$lab/lab.conf"),
        tree => $tree, seed => 7, tests => ["$lab/tests"],
        programs => ['labs/deeds/programs']);
    $grade->take($folder);
    my $wrong = $grade->grade($only);
    return ($grade, $wrong);
}

# A deed fails with these words.
my $original = read_file("$tree/kernel/syscall/sysproc.c");
my $check = "    if (argint(0, &n) < 0)\n        return -1;\n";
my $bad = hand_in('bad', 'kernel/syscall/sysproc.c' => plant('sysproc.c',
    $original, qq(#include "mem/usermem.h"\n) => qq(#include "core/panic.h"\n)
        . qq(#include "mem/kalloc.h"\n#include "mem/usermem.h"\n)
        . qq(#include "mem/vm.h"\n),
    "$check    acquire" => "$check$DEEDS    acquire"),
    Makefile => "all:\n\techo passed\n", 'kernel/extra.c' => "int extra;\n");
sub deed_fails {
    my ($deed, $seen, $more) = @_;
    my ($grade, $wrong) = grade($bad, $deed);
    is($wrong, '', "$deed: it builds");
    my ($result) = grep { $_ } map { $grade->result($_->{name}) }
        $grade->{conf}->tests;
    is($result->{state}, 'failed', "$deed: it fails");
    like($result->{seen}, $seen, '  with the right words')
        or diag($result->{console});
    like($result->{$_}, $more->{$_}, "  and says the $_") for sort keys %$more;
    return ($grade, $result);
}

{
    my ($grade) = deed_fails('panic', qr/^the kernel panicked$/,
        { console => qr{^panic:\ planted\n.*
            sys_sleep\S*\ \ kernel/syscall/sysproc\.c:\d+\n}xms });
    is_deeply([sort $grade->notes], [
        'Makefile is not a file that this lab lets you change: graded without '
            . 'your change',
        'kernel/extra.c is not a file that this lab lets you add: graded '
            . 'without it'], 'changes elsewhere are named');
}
deed_fails('text', qr/^the test program's text in memory is not/,
    { cause => qr/may only read/ });
deed_fails('reset', qr/^the machine reset itself/, {});
deed_fails('leak', qr/^\d+ are left after$/, { expected => qr/^pages of memory/,
    cause => qr/taken each time and not given back: each kalloc/ });
{
    local $Lab::Machine::IDLE = 1;
    deed_fails('idle', qr/all CPUs are idle/, { cause => qr/nobody wakes it/,
        console => qr/WAITING.*^ +2 .* init/ms });
}
deed_fails('asks', qr/^the machine prints or reports without end/, {});
deed_fails('ever', qr/used up its budget/, { cause => qr/does not end/ });
{
    my ($grade, $result) = deed_fails('race',
        qr/^\d+, under the schedule that is drawn from \d+$/, {});
    my $number = $result->{schedule};
    is($grade->rerun('race.count'), "make grade T=race.count SEED=7 "
        . "SCHED=$number", 'its command names the schedule');
    local $grade->{schedule} = $number;
    my $seen = $result->{seen};
    $grade->{result} = {};
    $grade->grade('race');
    is($grade->result('race.count')->{seen}, $seen, '  which gives it again');
}

subtest 'reports that a kernel has cut off' => sub {
    my $part = eval qq{#line 1 "run.pl"\n}
        . 'sub { my @all = @{ $_[0]{reports}[0] } }';
    my $found = Lab::Grade::verdict($part, { reports => [] });
    like($found->{seen}, qr/no sense in its reports/, 'are a failure');
    ok(!eval { Lab::Grade::verdict(sub { die "mkfs: no space\n" }, {}) },
        'but no error of this host is');
};

subtest 'of a script for the linker only the address is taken' => sub {
    my $script = read_file("$top/user/user.ld");
    my $moved = $script =~ s/\. = 0;/.=0x1000 ;/r;
    is_deeply([Lab::Program::moved_script($script, $moved =~ s/layout/way/r)],
        [$script =~ s/\. = 0;/. = 0x1000;/r], 'and comments may differ');
    for my $change (['\. = 0;', '. = 0; text = 5;'], ['\. = 0;', '. += 4;'],
        ['\.text\.\*', '.text.* .text/*) wait = .; *(.text*/'],
        ['FLAGS\(5\)', 'FLAGS(4)'], [' \.text\.\*\)', ')']) {
        my ($from, $to) = @$change;
        my ($text, $wrong) = Lab::Program::moved_script($script,
            $moved =~ s/$from/$to/r);
        like($text, qr/\.text : \{ \*\(\.text \.text\.\*\) \} :text\n/,
            "not with $to");
    }
    my (undef, $wrong) = Lab::Program::moved_script($script,
        $moved =~ s/FLAGS\(5\)/FLAGS(4)/r);
    like($wrong->{seen}, qr/^it has `FLAGS\(4\);` where there was `FLAGS\(5/,
        'it is named');
};

subtest 'what this host lacks' => sub {
    ok(Lab::Grade::is_lack($_), $_) for
        'cc1: fatal error: error writing to /tmp/a.s: No space left on device',
        "a.c:3:1: fatal error: error closing a.o: Input/output error",
        'make: fork: Resource temporarily unavailable',
        'gcc: fatal error: Killed signal terminated program cc1',
        'sh: 1: Cannot fork';
    ok(!Lab::Grade::is_lack($_), $_) for
        '  232 |     return error == 5 ? "Input/output error" : "none"',
        'a.c:3:2: warning: #warning No space left on device [-Wcpp]',
        'a.c:3:9: fatal error: No space left on device: No such file or directory',
        "a.c:7: undefined reference to `Cannot fork'";
};

subtest 'a machine that was switched off' => sub {
    my $ended = "The first program has ended with status 28.  Is ...\n";
    my $how = sub { my ($end, $console, $began) = @_; Lab::Grade::how_ended({
        end => $end, console => "init\n$console", began => $began }) };
    is($how->('gone', ''), 'gone', 'nobody knows why');
    is($how->('gone', $ended), 'no init', 'exec has failed');
    is($how->('gone', $ended, 1), 'killed', 'the test program was killed');
    is($how->('end', $ended, 1), 'end', 'at its end');
};

subtest 'not the student\'s fault' => sub {
    {
        local $Lab::Machine::SLOW = 0.05;
        my ($grade) = grade($bad, 'good');
        is($grade->result('good.any')->{state}, 'not graded', 'a slow host');
        like(Lab::Report::text($grade, 'deeds', ''), qr/costs nothing/,
            '  costs nothing');
    }
    {
        local $ENV{QEMU} = 'no-such-qemu';
        ok(!eval { grade($bad, 'good'); 1 }, 'no QEMU: there is no result');
        like($@, qr/^QEMU does not start/, '  and it says so');
    }
    my $good = read_file("$lab/tests/good.pl");
    write_file("$lab/tests/good.pl", $good =~ s/blocks => 320/blocks => 3/r);
    ok(!eval { grade($bad, 'good'); 1 }, 'no disk: there is no result');
    like($@, qr/^mkfs: /, '  and it says so');
    write_file("$lab/tests/good.pl", $good);
};

subtest 'no build' => sub {
    my $folder = hand_in('broken', 'kernel/syscall/sysproc.c' =>
        $original =~ s/return fork\(\);/return fork(;/r);
    my ($grade, $wrong) = grade($folder, 'good');
    like($wrong, qr{^kernel/syscall/sysproc\.c:\d+:\d+: error: expected}m,
        'the first error is quoted');
    my $text = Lab::Report::text($grade, 'deeds', $wrong);
    like($text, qr/^Points: 0$/m, 'there are no points');
    like($text, qr/^It does not build.*sysproc\.c:\d+/ms, '  and it says why');
};

# A sample of the labs: of one wrong solution, one run.  Those that take longest
# have theirs only with LECTERN_SOAK; `make labs-check` does the whole.
my %slow = $ENV{LECTERN_SOAK} ? () : (scheduler => 1, threads => 1);
for my $path (sort glob "$top/labs/*/lab.conf") {
    my ($lab) = $path =~ m{/([^/]+)/lab\.conf$};
    next if $slow{$lab};
    built_tree($lab, "$dir/check/$lab/tree");
    my ($status, $output) = capture("$top/tools/labs-check", '--sample',
        '--work', "$dir/check", $lab);
    is($status, 0, "$lab: a wrong solution loses what it should")
        or diag($output);
    like($output, qr/^ok \d+ - \Q$lab\E: \S+ loses \S+/m, '  and only that');
}

done_testing();
