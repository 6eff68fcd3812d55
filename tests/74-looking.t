#!/usr/bin/env perl
# The debugger's commands for looking show what is there: at stops from the
# reset on they are compared with QEMU's own answers, with the machine's
# programs and with the disk.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use Conversation;
use Disk;
use Keeper qw(reap spawn);
use Machine;
use Tree qw($top built capture read_file);

my ($gdb) = grep { !(capture($_, '-nx', '-batch', '-ex',
    'set architecture i386'))[0] }
    qw(gdb gdb-multiarch x86_64-elf-gdb i386-elf-gdb);
ok($gdb, 'there is a GDB for x86: else install the package gdb')
    or die "no gdb\n";

# The debugger goes through its stops; we type what leads to the last ones.
my $machine = Machine->start(mem => 32, smp => 2, gdb => 1);
pipe my $reader, my $writer or die "pipe: $!\n";
my $debugger = spawn(sub {
    open STDIN, '<', '/dev/null';
    open STDOUT, '>&', $writer;
    open STDERR, '>&', $writer;
    $ENV{GDB_SOCKET} = $machine->gdb_socket;
    $ENV{LOOKING} = "$top/tools/gdb/lectern.py";
}, $gdb, '-nx', '-q', '-batch', '-x', "$top/tests/lib/looking.py",
    built('kernel.elf'));
close $writer;

$machine->prompt;
$machine->run('touch made');
$machine->run('sleep 5000 > made &');
$machine->run('sleep 5000 | wc &');
my $ps;
for (1 .. 100) {
    $ps = $machine->run('ps');
    my $asleep = () = $ps =~ / sleeping /g;
    last if $asleep == 6;
}
my ($sleeper, $other) = sort { $a <=> $b } $ps =~ /^ *(\d+) .* sleep /mg;
my $ls = $machine->run('ls -la /');
$machine->type('uptime');
my $output = Conversation->new($reader)->drain;
reap($debugger, 60);
$machine->prompt;
$machine->halt;
my $disk = Disk->open($machine->disk);

# The answers, by stop and command.
my %answer;
while ($output =~ /^=== (.*)\n((?:(?!=== end).*\n)*)=== end$/mg) {
    $answer{$1} = $2;
}
like($output, qr/^=== done: all$/m, 'the last stop is reached')
    or diag($output);
note($output);
unlike($output, qr/Traceback|Python Exception|makes no sense/,
    'nothing goes wrong inside a command');

sub answer {
    my ($what) = @_;
    return $answer{$what} // '';
}

# Whatever a command prints fits the screen.
for my $what (sort keys %answer) {
    next if $what =~ /: (?:monitor|info|backtrace|p[ \/]|x\/)/;
    my @wide = grep { length > 80 || /[^ -~]/ } split /\n/, answer($what);
    is("@wide", '', "$what is text of 80 columns") if @wide;
}

# The value that GDB prints after "$3 = ".
sub value {
    my ($what) = @_;
    return answer($what) =~ /= (.*)/ ? $1 : "no answer to $what";
}

sub registers {
    my ($stop) = @_;
    return answer("$stop: monitor info registers");
}

subtest 'before there is anything to see' => sub {
    like(answer('alone: ps'), qr/^error: ps: there is no machine/,
        'no machine');
    is(value('reset: p $proc'), 'void', '$proc');
    is(value('main: p/d $proc'), '0', '$proc in main');
    for my $name (qw(ps kstack tf bt-proc files pt freelist gdt idt tss locks
        bcache log), 'inode 1', 'dir /', 'pt-walk &ptable', 'picture locks') {
        my ($first) = split / /, $name;
        like(answer("reset: $name"),
            qr/\Aerror: \Q$first\E: paging is off on CPU 0, so .*\n\z/,
            "$name at the reset");
        isnt(answer("main: $name"), '', "$name in main");
    }
    like(answer('main: ps'), qr/^error: ps: there is no process yet$/, 'ps');
    like(answer('main: gdt'), qr/^error: .*cpu_init makes them$/, 'gdt');
    like(answer('main: bcache'), qr/^error: .*no file system is mounted yet/,
        'bcache');
    like(answer('main: pt'), qr/^80000000-803fffff -> 00000000-003fffff .*S/m,
        'pt shows entrypgdir');
};

subtest 'freelist' => sub {
    # kinit has freed what lies between the kernel's end and 4 MB.
    my $end = hex(value('kvmalloc: p/x (unsigned)&end')) - 0x80000000;
    my $pages = (0x400000 - (($end + 0xfff) & ~0xfff)) / 4096;
    like(answer('kvmalloc: freelist 2'), qr/^$pages pages are free/m,
        "$pages pages, as kinit frees");
    is_deeply([answer('kvmalloc: freelist 2') =~ /\b(80\w{6})\b/g],
        [qw(803ff000 803ff000 803fe000 803fe000 803fd000)],
        'head, page, next: the highest first');
    is(value('finish: p/x (unsigned)$'), '0x803ff000', 'kalloc takes it');
    like(answer('finish: freelist 1'), qr/\A.* = 803fe000\n/,
        'then the next one is the first');
    my ($before, $after) = map { answer($_) =~ /^(\d+) pages/m }
        'kalloc: freelist 1', 'finish: freelist 1';
    is($after, $before - 1, 'and there is one less');
};

subtest 'kstack and tf' => sub {
    my $kstack = answer('allocproc: kstack');
    my @steps = $kstack =~ /\b(trapframe|trapret|context|forkret|free)\b/g;
    is("@steps", 'trapframe trapret context forkret context free',
        'from the top: trapframe, trapret, context with forkret, nothing');
    cmp_ok($kstack =~ tr/\n//, '<=', 14, 'it fits a lecture');

    # The words that x shows at a pointer, against those of the drawing.
    my $words = sub { map { hex } map { s/^[^:]*://r =~ /0x(\w{8})/g }
        split /\n/, answer(shift) };
    my $fields = sub {
        my ($text, @names) = @_;
        return map { $text =~ /\b$_ +([0-9a-f]{8})\b/ ? hex $1 : "no $_" }
            @names;
    };
    my @context = $words->('swtch: x/6xw $proc->context');
    my ($drawn) = answer('swtch: kstack') =~ /^[^\n]* context --(.*)/ms;
    is_deeply([$fields->($drawn, qw(edi esi ebx ebp eip))], [@context[0 .. 4]],
        'the context');
    my $above = sprintf '%08x', $context[5];
    like(answer('swtch: kstack'), qr/\b$above trapret/, 'and above it trapret');
    my @names = qw(edi esi ebp oesp ebx edx ecx eax gs fs es ds trapno err
        eip cs eflags esp ss);
    my @frame = $words->('user: x/19xw $proc->tf');
    for my $name ('tf', 'kstack') {
        is_deeply([$fields->(answer("user: $name"), @names)], \@frame,
            "$name shows the 19 words of the trapframe");
    }
    like(answer('user: kstack'), qr/in user mode/, 'kstack knows of user mode');
    is_deeply([$fields->(answer('user: tf'), qw(eip cs esp ss))],
        [0, 0x23, 0x1000, 0x2b], 'the values of the seed');
};

subtest 'pt' => sub {
    for my $stop (qw(swtch user uptime)) {
        my $pt = answer("$stop: pt");
        my ($cr3) = registers($stop) =~ /CR3=(\w+)/;
        like($pt, qr/directory at physical $cr3/, "$stop: %cr3");
        my (@mine, $where);
        while ($pt =~ /^(\w+)-(\w+) -> (\w+)\S* *(\w+)? +(\d+) (\S+) /mg) {
            my ($start, $to, $down, $npages, $flags) = ($1, $2, $4, $5, $6);
            my ($first, $last, $frame) = map { hex } $1, $2, $3;
            my $size = $flags =~ /S/ ? 0x400000 : 4096;
            is(($last + 1 - $first) / $size, $npages, "$start: pages");
            my $end = $down ? $frame - ($npages - 1) * $size + 4095
                : $frame + $last - $first;
            my @frames = map { answer("$stop: monitor gva2gpa 0x$_") }
                $start, $to;
            is_deeply([map { /gpa: (\w+)/ ? hex $1 : 'none' } @frames],
                [$frame, $end], "$start: the frames");
            my $may = ($flags =~ /U/ ? 'u' : '-') . 'r' . ($flags =~ /W/ ? 'w'
                : '-');
            if (@mine && $mine[-1][1] == $first && $mine[-1][2] eq $may) {
                $mine[-1][1] = $last + 1;
            } else {
                push @mine, [$first, $last + 1, $may];
            }
        }
        no warnings 'portable';         # an end may be 2 to the 32
        my @theirs = map { /^0*(\w+)-0*(\w+) \w+ (\S+)/
            ? [hex $1, hex $2, $3] : () }
            split /\n/, answer("$stop: monitor info mem");
        is_deeply(\@mine, \@theirs, "$stop: QEMU knows the same pages");
    }
    my $kernel = hex(value('swtch: p/x (unsigned)kpgdir')) - 0x80000000;
    like(answer('swtch: pt kernel'), qr/physical @{[sprintf '%08x', $kernel]}/,
        'pt kernel shows kpgdir');
    unlike(answer('swtch: pt kernel'), qr/ process$/m, 'no process in it');
    unlike(answer('swtch: pt 1 user'), qr/^8/m, 'pt user shows the lower half');
    like(answer('fold: pages'), qr/\A00000000-00003fff -> scattered .* 4 PWU/,
        'pages anywhere become one range, too');
};

subtest 'pt-walk' => sub {
    my $walk = answer('swtch: pt-walk main');
    my ($va) = $walk =~ /^(0x\w+) <main>/;
    my $address = hex $va;
    like($walk, qr/\| @{[join ' \| ', sprintf('%010b', $address >> 22),
        sprintf('%010b', $address >> 12 & 0x3ff),
        sprintf('%012b', $address & 0xfff)]} \|/, '10, 10 and 12 bits');
    my $physical = sprintf '%08x', $address - 0x80000000;
    like($walk, qr/^physical address $physical /m, 'V2P');
    like($walk, qr/^The kernel alone may read, not write/m, 'kernel text');
    like(answer('swtch: pt-walk 0'),
        qr/^User mode and the kernel may read and/m, 'the first process');
    like(answer('swtch: pt-walk 0xd0000000'),
        qr/^No P: there is no page table/m, 'nothing there');
    like(answer('allocproc: pt-walk 0 $'), qr/^error: .*not there yet$/,
        'no pgdir');
    like(answer('main: pt-walk &ptable'), qr/^S: the walk ends here/m, '4 MB');
};

subtest 'gdt, idt, tss' => sub {
    for my $stop (qw(swtch uptime)) {
        my %base = registers($stop)
            =~ /^(GDT|IDT|TR|GS|CS) ?=\s*(?:\w{4} )?(\w{8}) \w/mg;
        like(answer("$stop: gdt"), qr/\AGDT of CPU \d, at $base{GDT}\n/, 'GDT');
        like(answer("$stop: gdt"),
            qr/0x30 SEG_TSS +$base{TR} 00000067 .*in use/, 'TR');
        like(answer("$stop: gdt"), qr/0x18 SEG_KCPU +$base{GS} /, 'GS');
        like(answer("$stop: gdt"),
            qr/0x8 SEG_KCODE +$base{CS} ffffffff +0 code/, 'CS');
        like(answer("$stop: idt"), qr/\AIDT at $base{IDT}\n/, 'IDT');
        like(answer("$stop: tss"), qr/\ATask state of CPU \d, at $base{TR}\n/,
            'its task state');
    }
    my $kstack = hex value('swtch: p/x (unsigned)$proc->kstack');
    my $end = sprintf '%08x', $kstack + 4096;
    like(answer('swtch: tss'), qr/esp0 +$end  top of .* process 1/, 'esp0');
    my $next = 0;
    my $idt = answer('swtch: idt');
    while ($idt =~ /^(\d+)(?:-(\d+))? /mg) {
        is($1, $next, "no gap before vector $1");
        $next = ($2 // $1) + 1;
    }
    is($next, 256, 'all vectors');
    like(answer('swtch: idt'), qr/^64 +trap gate +3 0x8:vectors\+1024 /m,
        'system calls, for user mode');
};

subtest '$cpu and $proc' => sub {
    is(value('swtch: p $proc->pid'), 1, '$proc');
    is(value('swtch: p $_pid()'), 1, '$_pid()');
    like(value("thread $_: p \$cpu->id"), qr/^@{[$_ - 1]} /, "CPU " . ($_ - 1))
        for 1, 2;
};

# The lines of a ps that do not change between two of them.
sub processes {
    my ($text) = @_;
    return [sort grep { !/ (?:ps|uptime)\b/ }
        $text =~ /^((?: +\d+){2} .*\S)/mg];
}

subtest 'processes' => sub {
    my $mine = answer('uptime: ps') =~ s/ \S+\.[cS]:\d+$//gmr;
    cmp_ok(scalar @{ processes($ps) }, '==', 6, 'there are six to be compared');
    is_deeply(processes($mine), processes($ps),
        "ps shows what the machine's does");
    my $pid = value('uptime: p $proc->pid');
    like(answer('uptime: ps'),
        qr/^ +$pid +2 running .* uptime +\(on CPU \d\)$/m,
        'and the running one');
    my @calls = answer("uptime: bt-proc $sleeper") =~ /^  \w{8} (\w+)/mg;
    is("@calls",
        'sched sleep sleep_killable sys_sleep syscall trap alltraps in',
        'bt-proc: the calls of a process that sleeps');
    like(answer("uptime: bt-proc $sleeper"), qr/sched\.c:\d+.*sleep\.c:\d+/s,
        'with their lines');
    my @drawn = answer("uptime: kstack $sleeper") =~ /\| \w{8} (\w+)\+/g;
    is("@drawn", 'alltraps trap syscall sys_sleep sleep_killable sleep',
        'kstack draws the same');
    # Just entered: console_read has no frame of its own yet.
    my ($caller) = answer('prompt: backtrace') =~ /^#1 .* in (\w+)/m;
    like(answer('prompt: bt-proc'), qr/ console_read .*\n +\w+ $caller\+/,
        'bt-proc begins as GDB does');
    like(answer('prompt: kstack'), qr/$caller\+\d+ .*\nesp /, 'kstack too');
};

# What a list such as "3-5 9" stands for.
sub numbers {
    my ($list) = @_;
    return map { /(\d+)-(\d+)/ ? $1 .. $2 : $_ } split ' ', $list // '';
}

subtest 'files, inode, dir' => sub {
    my $made = $disk->lookup('/made');
    like(answer("uptime: files $sleeper"), qr/^ +1 w +\d+ +0  inode $made, /m,
        'the file that the shell opened');
    like(answer("uptime: files $other"),
        qr/^ +1 w +\d+ +0  pipe at 8\w+, 0 bytes in it$/m, 'a pipe');
    my $console = $disk->lookup('/console');
    like(answer('uptime: files 1'),
        qr/^ +0 rw +\d+ +\d+  inode $console, a device that console_read/m,
        'the console');
    like(answer('uptime: files 1'), qr/^  cwd +inode 1, directory/m, 'cwd');

    my %word = (dir => 'directory', dev => 'device', file => 'file');
    my %theirs = map { /^(\w+) +\d+ +(\d+) (\S+)$/
        ? ($3 => "$word{$1} $2") : () } split /\n/, $ls;
    my (%mine, %number);
    my $dir = answer('uptime: dir /');
    while ($dir =~ /^ *(\d+) (\w+) +(\d+) (\S+)$/mg) {
        ($mine{$4}, $number{$4}) = ("$2 $3", $1);
    }
    is_deeply(\%mine, \%theirs, "dir / shows what the machine's ls does");
    my @wrong = grep { $_ !~ /^\./ && $number{$_} != $disk->lookup("/$_") }
        keys %number;
    is("@wrong", '', "with the disk's inode numbers");
    for my $inum (2, 41, 43) {
        my $node = $disk->inode($inum);
        my $text = answer("uptime: inode $inum");
        like($text, qr/links $node->{nlink}, size $node->{size}\n/,
            "inode $inum");
        my ($list) = $text =~ /blocks ([\d ?-]+)$/m;
        my @blocks = numbers($list);
        my @there = grep { $_ } $disk->blocks($inum);
        next if ($list // '') =~ /\?/;
        is_deeply(\@blocks, \@there, "the blocks of inode $inum");
    }
};

subtest 'log, bcache, locks' => sub {
    my ($pid) = value('flush: p $proc->pid');
    like(answer('flush: locks'), qr/^log\.busy +process $pid, touch$/m,
        'who commits has log.busy');
    # Either CPU may be the first that finds the first process.
    my ($cpu) = value('swtch: p $cpu->id') =~ /^(\d)/;
    my $rest = 1 - $cpu;
    like(answer('swtch: locks'), qr/^ptable\ +CPU\ $cpu,\ taken\ in
        \ \w+\ sched\.c:\d+(?:;\ CPU\ $rest\ waits)?$/mx,
        'the scheduler has ptable');
    my ($done, $next) = answer('flush: log')
        =~ /\ACommitted up to transaction (\d+);.*^Transaction (\d+), in the/ms;
    is($next, $done + 1, 'a transaction is in the making');
    my ($blocks) = answer('flush: log') =~ /^Pinned blocks: (.*)/m;
    my @pinned = numbers($blocks);
    cmp_ok(scalar @pinned, '>=', 2, 'with an inode and a directory, at least');
    my @used = answer('flush: bcache') =~ /^ {8} *(\d+) +\d+ +\d+  \w{8}$/mg;
    is("@used", "@pinned", 'bcache: they are the buffers in use');
    my ($later) = answer('uptime: log')
        =~ /\ACommitted up to transaction (\d+)/;
    cmp_ok($later, '>=', $next, 'later it is committed');

    # Every lock of the source is among those that are shown.
    my @names = map { read_file($_) =~ /SPINLOCK\("([^"]+)"/g }
        grep { !/debug_|spinlock\.h/ } glob "$top/kernel/*/*.c";
    cmp_ok(scalar @names, '>', 7, 'the source has locks');
    like(answer('uptime: locks'), qr/^\Q$_\E\b.* nobody$/m, "$_ is free")
        for @names;
    like(answer('planted: locks'), qr/^kmem +CPU 1, taken in kinit kalloc\.c:/m,
        'a spinlock that is held');
    like(answer('planted: locks'),
        qr/^log\.busy +process 1, init; waiting: $sleeper$/m,
        'a sleep-lock that is held and waited for');
};

subtest 'mistakes' => sub {
    my %expected = (
        'kstack 99' => 'kstack: there is no process 99; ps lists them',
        'kstack 1 2' => 'kstack: type: kstack [PID]',
        'kstack nothing' => 'kstack: No symbol "nothing" in current context.',
        'kstack &ncpu' => 'kstack: &ncpu is no pointer to a process',
        'inode 0' => 'inode: there is no inode 0: they have numbers from 1 to '
            . '1999',
        'inode 99999' => 'inode: there is no inode 99999: they have numbers '
            . 'from 1 to 1999',
        'pt 99' => 'pt: there is no process 99; ps lists them',
        'pt-walk' => 'pt-walk: type: pt-walk ADDRESS [PID]',
        'dir' => 'dir: type: dir PATH',
        'dir x' => 'dir: a path begins with a slash',
        'dir /sh' => 'dir: /sh is no directory',
        'dir /none/x' => 'dir: /none: there is no such name',
        'picture' => 'picture: type: picture COMMAND, as in: picture kstack 1',
        'picture nothing' => 'picture: type: picture COMMAND, as in: picture '
            . 'kstack 1',
        'picture kstack 99' => 'kstack: there is no process 99; ps lists them',
    );
    is(answer("uptime: $_"), "error: $expected{$_}\n", $_)
        for sort keys %expected;
    like(answer('uptime: help kstack'), qr/\Akstack \[PID\]: .*\n\n.*\n/,
        'help');
};

# Is the text well-formed XML, of the kind that we write?
sub is_xml {
    my ($text) = @_;
    my @open;
    while ($text ne '') {
        if ($text =~ s/^(?:[^<&"]|&(?:lt|gt|amp|quot);)+//) {
            next;
        } elsif ($text =~ s/^<(\w+)(?: [\w:-]+="[^"<>&]*")*(\/?)>//) {
            push @open, $1 if !$2;
        } elsif (!@open || $text !~ s/^<\/$open[-1]>//) {
            return 0;
        } else {
            pop @open;
        }
    }
    return !@open;
}

subtest 'the manual' => sub {
    my @commands = map { read_file($_)
        =~ /^class \w+\(Command\):\n +"""(\S+?)[ :]/mg }
        glob "$top/tools/gdb/lectern/*.py";
    cmp_ok(scalar @commands, '>=', 17, 'there are commands');
    my ($table) = read_file("$top/docs/DEBUGGING.md") =~ /(^\|.*?)\n\n/ms;
    like($table, qr/`\Q$_\E[ `]/, "it names $_") for @commands;
};

subtest 'pictures' => sub {
    for my $name ('kstack 1', 'pt-walk 0x3000 1', 'log') {
        my ($first) = split / /, $name;
        like(answer("uptime: picture $name"), qr/picture-$first\.svg$/, $name);
        my $svg = read_file(built("picture-$first.svg"));
        ok(is_xml($svg), '  is well-formed');
        ok(!is_xml($svg =~ s/\Q$_\E//r), "  and not without $_")
            for '</desc>', '</svg>', '"', '>';
        like($svg,
            qr{<title id="title">$name</title>\n<desc id="description">.},
            '  has a title and a description');
        my %colours = map { $_ => 1 } $svg =~ /(?:fill|stroke)="([^"]*)"/g;
        is(join(' ', sort keys %colours), 'black white',
            '  in black and white');
        cmp_ok(scalar(() = $svg =~ /<line /g), '>', 20, '  with boxes');
    }
    like(read_file(built('picture-kstack.svg')), qr/>wait\+|sys_wait\+/,
        'the words are those of the drawing');
};

done_testing();
