# From the first instruction to main.
machine mem=32 cpus=1
stages BIOS | sector 0 | protected mode | the kernel's file | entry | main

pause The first instruction
stage BIOS
say Switched on, a PC is an 8086: real mode, 16-bit code, and the BIOS's jump.
print/x $cs
print/x $eip
x/1i 0xffff0
print $cr0 & 1
print (unsigned)$cr0 >> 31

pause The boot sector
stage sector 0
say The BIOS has read the disk's sector 0 to 0x7c00: it ends with the mark 0xaa55.
go *0x7c00
quiet user bootblock
x/6i $pc
x/1xh 0x7dfe
print/x $dl

pause Reading the disk through the BIOS
say Function 0x42 of int 0x13 reads what the packet at %si says, from drive %dl.
quiet user bootblock
steps *(unsigned short *)$pc == 0x13cd
x/1i $pc
print/x $ah
print $si == (int)&packet
x/4xh &packet
x/1xg &sector

pause What has been read
say 1,088 sectors more: the rest of the boot block at 0x7e00, the kernel's file.
quiet user bootblock
go loader
x/3i $pc
x/1s &kernel_file

pause What RAM is there?
say int 0x15, %eax 0xe820: only the BIOS knows, and it speaks only in real mode.
quiet user bootblock
go loader: movl    $SYSTEM_E820, %eax
steps *(unsigned short *)$pc == 0x15cd
print/x $eax
print/x $edx
print (unsigned short)$di == (int)&ranges

pause The BIOS's first answer
say A base, a length, each of 8 bytes, and a type: 1 is RAM. %ebx asks for more.
quiet user bootblock
go loader: addw    $E820_SIZE, %di
x/2xg &ranges
x/1xw (char *)&ranges + 16
print/x $ebx

pause Before protected mode
stage protected mode
say One bit will do it. What lies behind the jump is 32-bit code: here misread.
quiet user bootblock
go protect: movl    %eax, %cr0
print $cr0 & 1
x/3i $pc
x/5xg &gdt

pause After the far jump
say The same bytes, read rightly: the code segment is CODE32 now, from 0 to 4 GB.
quiet user bootblock
steps $cs == 8
print $cr0 & 1
x/6i $pc

pause The boot block in C
stage the kernel's file
say bootmain begins: the file is at sector 16, and at 1 MB there is nothing yet.
quiet user bootblock
go *bootmain
print/x $esp
print/x ((struct elf_header *)&kernel_file)->magic
print/x ((struct elf_header *)&kernel_file)->entry
print ((struct elf_header *)&kernel_file)->phnum
x/2xw 0x100000

pause Two segments
say The kernel is linked at vaddr, but wants to be loaded at paddr: KERNBASE less.
quiet user bootblock
set $s = (struct elf_segment *)((struct elf_header *)&kernel_file + 1)
printf "vaddr %#x, paddr %#x: %#x bytes, %#x of them in the file\n", $s[0].vaddr, $s[0].paddr, $s[0].memsz, $s[0].filesz
printf "vaddr %#x, paddr %#x: %#x bytes, %#x of them in the file\n", $s[1].vaddr, $s[1].paddr, $s[1].memsz, $s[1].filesz
vary : (\w+) bytes, (\w+) of

ask Why at 0x100000, and not lower or higher?
answer Below 640 KB the BIOS, the boot block and the file itself are in use, and
answer from there to 1 MB lie the screen and the BIOS's code: not enough RAM in
answer one piece.  Much higher, a small machine would have no RAM.  At 1 MB it
answer begins again, in every PC.
quiet user bootblock
set $i = 0
while $i < bootinfo.nranges
    set $r = &bootinfo.ranges[$i]
    printf "%7u KB at %7u KB: ", $r->length / 1024, $r->base / 1024
    if $r->type == 1
        echo RAM\n
    else
        echo not for us\n
    end
    set $i = $i + 1
end

pause The kernel is at 1 MB
say Both segments are copied; `next` is where this CPU goes on: the file's entry.
quiet user bootblock
go bootmain: next = elf->entry
x/4i 0x100000
print/x ((struct elf_header *)&kernel_file)->entry

pause entry
stage entry
say The kernel's first instruction, at a physical address. %ebx: the BIOS's list.
go *0x100000
x/4i $pc
print (unsigned)$cr0 >> 31
print/x $ebx
x/2xw $ebx

pause Where the page table is
say %cr3 needs a physical address, so `entry` loads entrypgdir's, KERNBASE less.
steps $cr3 != 0
print/x $cr3
info symbol $cr3 + 0x80000000
x/1xw $cr3
x/1xw $cr3 + 4 * 512

ask What if entrypgdir had no entry 0?
answer The instruction after the one that sets CR0_PG cannot be fetched: a page
answer fault.  It has no handler yet, nor has the fault that this makes: a triple
answer fault, and the CPU resets the machine.  Here is what happens if the debugger
answer clears the entry: one step to CR0_PG, one more, and the BIOS has begun anew.
mark
set {int}$cr3 = 0
steps (unsigned)$cr0 >> 31
print/x $pc
x/1i $pc
stepi
print/x $cs
print/x $eip
print (unsigned)$cr0 >> 31

pause Paging is on
say With entry 0 again. %eip has not changed; now it is a virtual address.
back
steps (unsigned)$cr0 >> 31
print/x $pc
x/1i $pc
pt

pause The same memory, twice
say Entry 0 and entry 512 lead to the same 4 MB: the same word at both addresses.
x/2xw 0x100004
x/2xw 0x80100004
print 0x80000000 >> 22

pause The first stack
say %esp gets a high address: the end of 4096 bytes in the kernel's data.
steps (unsigned)$esp >= 0x80000000
print $esp - (int)&stack
x/4i $pc

ask Why does entry jump to main through a register?
answer The code still runs low, at 1 MB, and main is linked high.  A direct jump
answer holds a distance: from here it would lead to main's physical address, and
answer stay low.  `jmp *%eax`, ff e0, takes the address as it is.
steps *(unsigned char *)$pc == 0xff
x/1i $pc
x/2xb $pc
print/x $eax
x/2xw $esp

pause main
stage main
say The kernel runs where it is linked; on the stack is main's argument.
go main
print (unsigned)$pc >= 0x80000000
print/x bootinfo
print/x $cr3

pause What main does
say Its calls, one a line, make the kernel, the first process, and so this prompt.
wait $
console
