# Lab::Debug - one test under GDB, with the inputs that it had when it failed.
package Lab::Debug;

use strict;
use warnings;
use File::Path qw(make_path);

use Lab::Files qw(run write_file);
use Lab::Grade;
use Lab::Machine;
use Lab::Program qw(address_of);

# What GDB does where the grader does it otherwise: inputs come from a file, and
# the test program goes on behind its reports.  lab_stop's parameters are on the
# stack.
sub commands {
    my ($elf, $inputs) = @_;
    my $address = address_of($elf, 'lab_stop');
    my $hex = sprintf '0x%x', $address;
    return <<"END";
add-symbol-file $elf
hbreak *$hex if \$cs == 0x23
commands
silent
if *(int *)(\$esp + 4) == 1
    set \$lab_buffer = *(unsigned *)(\$esp + 8)
    restore $inputs binary \$lab_buffer
    set \$pc = $hex + 1
    echo The test program has its inputs.  Set breakpoints, then: continue\\n
    echo (Delete your own by number: breakpoint 1 is the grader's.)\\n
else
    if *(int *)(\$esp + 4) == 2
        echo The test program reports:\\n
        eval "x/%dwd %d", *(int *)(\$esp + 12) / 4, *(int *)(\$esp + 8)
        set \$pc = $hex + 1
    else
        echo The test program has ended: quit\\n
    end
end
end
echo Type continue: it stops when the test program has its inputs.\\n
END
}

# Becomes the machine and GDB in this terminal.
sub debug {
    my ($grade, $test) = @_;
    my ($name) = $test =~ /^(\w+)/;
    my $spec = $grade->{spec}{$name} // die "There is no test $test\n";
    my $wrong = $grade->build($name);
    die "It does not build:\n$wrong\n" if $wrong;
    my $schedule = $grade->{schedule};
    $wrong = $schedule ? $grade->build_debug : '';
    die "It does not build with DEBUG=1:\n$wrong\n" if $wrong;
    my $tree = $grade->{tree};
    make_path("$tree/build/run");
    my $image = $grade->image($spec, "$tree/build/run", $schedule)
        // die "mkfs: $grade->{no_disk}";
    my $input = $spec->{input}->(Lab::Grade::drawer($grade->{seed}));
    my ($part) = $test =~ /\.(\w+)$/;
    $spec->{debug}->({ input => $input }, $image, $part // '')
        if $spec->{debug};
    write_file("$tree/build/run/inputs", pack 'l<*', $spec->{pack}->($input,
        { schedule => $schedule }));
    chdir $tree or die "$tree: $!\n";
    my $build = $schedule ? 'build/debug' : 'build';
    my ($status, $init) = run('.', 'tools/gdb/init', $build,
        "$build/gdb.socket");
    die $init if $status;
    my $elf = "$grade->{clean}/build/extra/$spec->{program}/"
        . "$spec->{program}.elf";
    write_file('.gdbinit', $init . commands($elf, 'build/run/inputs'));
    exec 'tools/gdb/debug', $build, '-accel', 'tcg',
        Lab::Machine::kind(image => $image, cpus => $spec->{cpus} // 1,
            shift => $spec->{shift}, schedule => $schedule),
        '-serial', 'mon:stdio', '-nic', 'none', '-no-reboot', '-display',
        'none', '-drive', "file=$image,format=raw,if=ide",
        '-device', 'isa-debug-exit,iobase=0x501,iosize=2', '-S',
        '-gdb', 'chardev:gdb', '-chardev',
        "socket,id=gdb,path=$build/gdb.socket,server=on,wait=off"
        or die "tools/gdb/debug: $!\n";
}

1;
