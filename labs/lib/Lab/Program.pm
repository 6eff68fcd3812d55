# Lab::Program - what the grader must know of programs and of the kernel, from
# what the build made of them.
package Lab::Program;

use strict;
use warnings;
use Exporter qw(import);

use Lab::Files qw(read_file run);

our @EXPORT_OK = qw(address_of explain_backtrace kernel_data place plain_writes
    program_text);

# The address of a function, from the disassembly beside the program.
sub address_of {
    my ($elf, $name) = @_;
    my ($address) = read_file("$elf.asm") =~ /^(\w+) <\Q$name\E>:$/m
        or die "$elf has no $name\n";
    return hex $address;
}

# The bytes of a program's first segment: its text and constants, for address 0.
sub program_text {
    my ($elf) = @_;
    my $bytes = read_file($elf);
    my ($headers, $size, $count) = unpack 'x28 V x10 v v', $bytes;
    for my $i (0 .. $count - 1) {
        my ($type, $offset, $address, undef, $length) = unpack 'V5',
            substr $bytes, $headers + $i * $size;
        return substr $bytes, $offset, $length if $type == 1 && $address == 0;
    }
    die "$elf has no text\n";
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

sub place {
    my ($build, $address) = @_;
    my $tool = $ENV{ADDR2LINE} // 'addr2line';
    my ($status, $out) = run('.', $tool, '-e', "$build/kernel.elf", $address);
    return '' if $status || $out =~ /\?\?/;
    return $out =~ s{^\./}{}r =~ s/ \(discriminator.*//r =~ s/\s+$//r;
}

# A panic's lines, each call with its line of the source.
sub explain_backtrace {
    my ($build, $console) = @_;
    my ($text) = $console =~ /^(panic: .*?)(?:^This is a bug|\z)/ms
        or return '';
    # The call is the instruction before the return address.
    $text =~ s{^(  (0x8\w{7})  \S+)$}{
        my $place = place($build, sprintf '%#x', hex($2) - 1);
        $1 . ($place ? "  $place" : '') }gme;
    return $text;
}

1;
