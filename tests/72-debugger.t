#!/usr/bin/env perl
# The debugger is ready: make debug runs machine and GDB in one terminal, make
# qemu-gdb and make gdb in two, over a socket that nobody else may open; GDB
# knows 16-bit code and the symbols of user programs; and one without Python
# still is of use.
use strict;
use warnings;
use Test::More;
use FindBin;
use lib "$FindBin::Bin/lib";

use IO::Socket::INET;
use Terminal;
use Tree qw($top capture copy_tree read_file temp_dir write_file);

# A copy that is built already and has sockets of its own.
my $dir = copy_tree(with_build => 1);
$ENV{TERM} = 'dumb';
my $PROMPT = qr/^\(gdb\) \z/m;

# Types a command and returns what GDB answers.
sub gdb {
    my ($terminal, $command) = @_;
    $terminal->send("$command\n");
    $terminal->expect(qr/\Q$command\E\n/);
    return $terminal->expect($PROMPT);
}

subtest 'make debug' => sub {
    my $both = Terminal->start($dir, 'make', 'debug');
    unlike($both->expect($PROMPT), qr/error|missing|warning:/i,
        'GDB comes up at once');
    is((stat "$dir/build/gdb.socket")[2] & 0777, 0600,
        'nobody else may open its socket');

    # 16-bit code, with GDB's own idea of the registers.
    gdb($both, 'tbreak *0x7c00');
    like(gdb($both, 'continue'), qr/0x00007c00/, 'the boot sector');
    like(gdb($both, 'x/3i $pc'), qr/:\tcld\s.*mov +\$0x0,%ax\s.*mov +%ax,%ds/s,
        '  is disassembled as 16-bit code');
    gdb($both, 'user bootblock');
    like(gdb($both, 'list *0x7c00'), qr/start:/, '  and has its source');
    gdb($both, 'tbreak userinit');
    like(gdb($both, 'continue'), qr/userinit \(\)/, 'the kernel');
    like(gdb($both, 'x/1i trapret'), qr/<trapret>:\tpopa/,
        '  is disassembled as 32-bit code');

    # User programs.
    like(gdb($both, 'user'), qr/\bsh\b.*\bwc\b/s, 'user lists programs');
    like(gdb($both, 'user nothing'), qr/no program nothing/, '  by name');
    gdb($both, 'user sh');
    gdb($both, 'tbreak sh.c:main');
    like(gdb($both, 'continue'), qr/main .*sh\.c:\d+/s,
        'the shell has its symbols');
    like(gdb($both, 'info line wc.c:1'), qr/No source file/, '  it alone');
    gdb($both, 'user wc');
    like(gdb($both, 'info line sh.c:1'), qr/No source file/,
        'the next program takes its place');

    # The machine's keyboard and screen are in the same terminal.
    gdb($both, 'type echo hel""lo');
    $both->send("continue\n");
    $both->expect(qr/hello\n\$ /);
    pass('type gives the machine a line');
    $both->send("\cC");
    $both->expect($PROMPT);
    pass('^C is for GDB');
    $both->send("quit\n");
    $both->ending;
    like($both->output, qr/detached/, 'quit leaves');
    ok(!-e "$dir/build/qemu.pid", '  and ends the machine');
};

# A port of this host that nobody uses.
sub free_port {
    my $free = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
    return $free->sockport;
}

subtest 'make debug with a port' => sub {
    my $both = Terminal->start($dir, 'make', 'debug', 'GDBPORT=' . free_port());
    $both->expect($PROMPT);
    like(gdb($both, 'x/1i 0xffff0'), qr/ljmp/, 'GDB comes up');
    $both->send("quit\n");
    $both->ending;
    ok(!-e "$dir/build/qemu.pid", 'quit ends the machine');
};

subtest 'in two terminals' => sub {
    # GDB is told not to believe in its Python.
    my $port = free_port();
    local $ENV{HOME} = temp_dir();
    my $machine = Terminal->start($dir, 'make', 'qemu-gdb', "GDBPORT=$port");
    $machine->expect(qr/make gdb.*add-auto-load-safe-path \Q$dir\E\n/s);
    pass('make qemu-gdb says in a line why plain gdb would refuse');
    $machine->expect(qr/Ctrl-a x/);
    my $listens;
    for (1 .. 1200) {
        $listens = read_file('/proc/net/tcp') =~ sprintf ': 0100007F:%04X ',
            $port and last;
        select undef, undef, undef, 0.1;
    }
    ok($listens, 'GDBPORT: it listens at 127.0.0.1 only');

    capture({ dir => $dir }, 'make', '.gdbinit', "GDBPORT=$port");
    like(read_file("$dir/.gdbinit"), qr/^target remote 127.0.0.1:$port$/m,
        'make gdb goes there');
    my ($status, $output) = capture({ dir => $dir }, 'tools/gdb/attach',
        '-batch', '--data-directory', temp_dir(), '-ex', 'x/2i 0xffff0',
        '-ex', 'tbreak main', '-ex', 'continue', '-ex', 'x/1i trapret');
    like($output, qr/no Python.*\bkstack\b.*\bps\b/s,
        'a GDB without Python says which commands are missing');
    like($output, qr/ljmp +\$0xf000,\$0xe05b/, '  knows 16-bit code');
    like($output, qr/main \(.*<trapret>:\tpopa/s, '  and symbols');
    $machine->send("\cAx");
    is($machine->ending, 0, 'Ctrl-a x leaves');

    # The list that the template gives must be what Python really brings.
    my ($list) = $output =~ /missing:\n((?:[a-z -]+\n)+)/;
    my @commands = split ' ', $list // '';
    cmp_ok(scalar @commands, '>=', 16, 'it names 16 of them');
    ($status, $output) = capture({ dir => $dir }, 'gdb', '-nx', '-batch',
        '-x', 'tools/gdb/keyboard.py', '-x', 'tools/gdb/lectern.py', '-ex',
        'python from lectern.command import COMMANDS',
        '-ex', 'python print("has", *sorted([*COMMANDS, "type"]))');
    like($output, qr/^has @{[join ' ', sort @commands]}$/m,
        '  which are all there are');
};

subtest 'two debuggers in one tree' => sub {
    # Neither has a machine: symbols need none.
    my @debuggers = map {
        my $name = $_;
        my @commands = map { ('-ex', $_) }
            ("user $name", "info line $name.c:1") x 10;
        open my $gdb, '-|', "cd $dir && gdb -q -nx -batch -x .gdbinit "
            . join(' ', map { "'$_'" } @commands) . ' 2>&1' or die "gdb: $!\n";
        [$name, $gdb];
    } qw(sh wc);
    for (@debuggers) {
        my ($name, $gdb) = @$_;
        my $found = grep { /^Line \d+ of .*\b$name\.c"/ } <$gdb>;
        is($found, 10, "one always gets the symbols of $name");
    }
};

subtest 'plain gdb' => sub {
    my $home = temp_dir();
    my $explains = sub {
        return (capture({ dir => $dir, prepare => sub {
            $ENV{HOME} = $home;
            delete $ENV{XDG_CONFIG_HOME};
        } }, 'tools/gdb/attach', '--safe-path'))[1];
    };
    like($explains->(), qr/\A.*refuses.*safe-path \Q$dir\E\n\z/,
        'one line, where it would refuse .gdbinit');
    write_file("$home/.gdbinit", "add-auto-load-safe-path $dir\n");
    is($explains->(), '', 'none, where it would not');
};

done_testing();
