# Lab::Program - what the grader must know of programs and of the kernel, from
# what the build made of them.
package Lab::Program;

use strict;
use warnings;
use Exporter qw(import);

use Lab::Files qw(read_file);
use Lab::Sandbox;

our @EXPORT_OK = qw(address_of explain_backtrace kernel_data moved_script place
    plain_writes program_text);

# Where the tools run that read what was built from a student's files.
our $sandbox = Lab::Sandbox->none;

# From ELF's program headers: a segment that is in memory, and may be executed.
my ($PT_LOAD, $PF_X) = (1, 1);

# The address of a function, from the disassembly beside the program.
sub address_of {
    my ($elf, $name) = @_;
    my ($address) = read_file("$elf.asm") =~ /^(\w+) <\Q$name\E>:$/m
        or die "$elf has no $name\n";
    return hex $address;
}

# A program's text and constants, as they must be in memory: what its first
# segment that may be executed has for which address.
sub program_text {
    my ($elf) = @_;
    my $bytes = read_file($elf);
    my ($headers, $size, $count) = unpack 'x28 V x10 v v', $bytes;
    for my $i (0 .. $count - 1) {
        my ($type, $offset, $address, undef, $length, undef, $flags) =
            unpack 'V7', substr $bytes, $headers + $i * $size;
        return { address => $address, bytes => substr $bytes, $offset, $length }
            if $type == $PT_LOAD && $flags & $PF_X;
    }
    die "$elf has no text\n";
}

# A linker's script with the address that a student's has, and nothing else of
# it: with other words it could give test programs another function than their
# own.  Returns the script, and undef or what a part returns if there is more.
sub moved_script {
    my ($handed_out, $students) = @_;
    my $set = qr/^[ \t]*\.\s*=\s*(0x[0-9a-f]{1,8}|\d{1,10})\s*;/mi;
    my @scripts = map { s{/\*.*?\*/}{ }gsr } $handed_out, $students;
    my ($address) = $scripts[1] =~ $set;
    my ($plain, $theirs) = map { s/\s+/ /gr =~ s/^ | $//gr }
        map { s/$set/ . = N; /r } @scripts;
    return $handed_out =~ s/$set/    . = $address;/r
        if $plain eq $theirs && defined $address;
    my ($is, $was) = map { [split / /] } $theirs, $plain;
    my $i = 0;
    $i++ while $i < @$is && $i < @$was && $is->[$i] eq $was->[$i];
    return ($handed_out, {
        expected => 'user/user.ld as it was handed out, with another address',
        seen => 'it has `' . ($is->[$i] // 'its end') . '` where there was `'
            . ($was->[$i] // 'its end') . '`',
        cause => 'programs are linked by this file, so nothing in it may '
            . 'change but the address and comments',
    });
}

# Where the kernel's variables lie: first address, and the end.
sub kernel_data {
    my ($build) = @_;
    my $symbols = read_file("$build/kernel.sym");
    my ($start) = $symbols =~ /^([89a-f]\w{7}) [dDbB] /m;
    my ($end) = $symbols =~ /^(\w+) \w end$/m;
    return (hex $start & ~3, hex $end);
}

# The kernel's instructions that write to a variable at this address in a way
# that another CPU can come between: without `lock`.  A list of hashes.
sub plain_writes {
    my ($build, $variable) = @_;
    my $operand = sprintf '0x%x', $variable;
    my ($function, @writes) = '';
    for my $line (split /\n/, read_file("$build/kernel.asm")) {
        $function = $1 if $line =~ /^\w+ <(\S+)>:$/;
        my ($address, $text) =
            $line =~ /^([0-9a-f]{8}):\t(?:[0-9a-f]{2} )+\s*(.*)/ or next;
        next if $text =~ /^(?:lock|xchg|cmp|test|push)/
            || $text !~ /^(?:\S+\s+|\S.*,)\Q$operand\E(?:\s|$)/
            || $text =~ /^mov\w*\s+\Q$operand\E/;
        push @writes, { address => hex $address, function => $function,
            text => $text =~ s/\s+/ /gr =~ s/ <.*//r };
    }
    return @writes;
}

# addr2line of the tools that the build uses, whose prefix it has noted.
sub addr2line {
    my ($build) = @_;
    return $ENV{ADDR2LINE} if defined $ENV{ADDR2LINE};
    my ($noted) = sort { -M $a <=> -M $b }
        glob("$build/toolchain*.mk"), glob("$build/../toolchain*.mk");
    my ($prefix) = $noted
        ? read_file($noted) =~ /^TARGET := ([\w.\/+-]*)/m : ();
    return ($prefix // '') . 'addr2line';
}

# The line of the source for an address, or ''.
sub place {
    my ($build, $address) = @_;
    my $tool = addr2line($build);
    my ($status, $out) = $sandbox->run({ kind => 'compile', folder => $build,
        read => [$build] }, $tool, '-e', "$build/kernel.elf", $address);
    return '' if $status ne '0' || $out =~ /\?\?/;
    return $out =~ s{^\./}{}r =~ s/ \(discriminator.*//r =~ s/\s+$//r;
}

# Of a console, so many bytes are looked at, and of a backtrace so many calls.
my ($MOST_LOOKED_AT, $MOST_CALLS) = (1 << 15, 40);

# A panic's lines, each call with its line of the source.  Processes that the
# kernel lists before it are part of them.
sub explain_backtrace {
    my ($build, $console) = @_;
    my $processes = qr/process \d+, [^\n]*\n(?:[^\n]+\n)*\n/;
    # What a kernel prints may be made to take long to look at.
    $console = substr $console, -$MOST_LOOKED_AT
        if length $console > $MOST_LOOKED_AT;
    my ($text) = $console =~ /^($processes?panic: .*?)(?:^This is a bug|\z)/ms
        or return '';
    my $calls = $MOST_CALLS;
    $text =~ s{(in the kernel at (0x8\w{7}) \(.*\))}{
        my $place = place($build, $2);
        $1 . ($place ? "  $place" : '') }e;
    # The call is the instruction before the return address.
    $text =~ s{^(  (0x8\w{7})  \S+)$}{
        my $place = $calls-- > 0
            ? place($build, sprintf '%#x', hex($2) - 1) : '';
        $1 . ($place ? "  $place" : '') }gme;
    return $text;
}

1;
