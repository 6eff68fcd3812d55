# The address spaces: entrypgdir, the list of free pages, the kernel's table.
machine mem=32 cpus=1
stages why | first table | free pages | kernel's table | allocator | at work

pause Two programs at the prompt
stage why
say The machine has started: init runs the shell, and the shell waits for a line.
mark
wait $
console

pause The memory of init
say Its table maps pages from address 0 up, to frames that lie anywhere.
ps
pt 1 user

pause The memory of the shell
say The same addresses, other frames: each reads and writes only what is its own.
pt 2 user

pause A table for each process, and one more
say No process runs at the moment, so %cr3 has the kernel's own table: kpgdir.
print/x $cr3
print/x kpgdir
print/x ptable.proc[0].pgdir
print/x ptable.proc[1].pgdir

pause A write at KERNBASE
say A program writes at 0x80000000, where the kernel's half begins, and is killed.
type lecture/reach
wait $
console
vary instruction (0x\w+)

ask Why could the program not write there?
answer The page is mapped, in the shell's table as in all others, but its entry
answer lacks the flag U: user mode may not use it.  So the CPU raised a page
answer fault, and the kernel ended the program.
pt-walk 0x80000000 2

pause The first table: entrypgdir
stage first table
say Started again, up to main: two entries of 4 MB each are the whole table.
back
go main
pt
print/x 0x80000000 >> 22

ask What does this table leave out?
answer It has only the first 4 MB of memory, wherever the kernel uses them.  No
answer page is read-only, and none is user mode's.  It serves until the kernel
answer can build a better one, and for that it needs pages.
pt-walk 0x80400000

pause What the firmware says of memory
stage free pages
say kinit asks no fixed PHYSTOP: the boot block got this list from the BIOS.
go kinit
set $i = 0
while $i < 'kalloc.c'::info->nranges
    set $r = &'kalloc.c'::info->ranges[$i]
    printf "%7u KB at %7u KB: ", $r->length / 1024, $r->base / 1024
    if $r->type == 1
        echo RAM\n
    else
        echo not for us\n
    end
    set $i = $i + 1
end
printf "used up to %u KB\n", ((unsigned)ram_top - 0x80000000) / 1024

pause From the end of the kernel to 4 MB
say kinit gets what entrypgdir maps, from `end`; the first whole page comes next.
print vstart
print vend
go kfree
print va
print (unsigned)va == (((unsigned)&end + 4095) & ~4095)
print 'kalloc.c'::kmem.freelist
vary \(void \*\) (0x801\w+)

pause kfree: the address becomes a link
say The second page.  The cast makes its first four bytes a struct run.
go kfree: struct run *r = va
set $page = va
print $page
ptype struct run

pause kfree: the store that needs the mapping
say The list's head goes into the free page, which so must have an address.
go kfree: r->next = kmem.freelist
x/1xw $page
print 'kalloc.c'::kmem.freelist
print $page

pause The list after two pages
say The second page is the head; its first word leads to the first page.
go kfree
x/1xw $page
freelist

pause kvmalloc, after setupkvm
stage kernel's table
say setupkvm has taken a page for the directory, and it maps nothing yet.
go kvmalloc: mappages(kpgdir, KERNBASE
print kpgdir
pt kernel

pause The kernel's map
say Four calls of mappages make it: first MB, text, data and all RAM, devices.
go mappages
printf "%08x and %8x bytes on -> %08x, flags %#x\n", va, size, pa, perm
go mappages
printf "%08x and %8x bytes on -> %08x, flags %#x\n", va, size, pa, perm
go mappages
printf "%08x and %8x bytes on -> %08x, flags %#x\n", va, size, pa, perm
go mappages
printf "%08x and %8x bytes on -> %08x, flags %#x\n", va, size, pa, perm
vary 80100000 and +(\w+)
vary and +(1\w+) bytes

pause Built, but not in use
say What the four calls made. %cr3 still has entrypgdir: switchkvm comes next.
go switchkvm
pt kernel
vary 80100000-(\w+) -> 00100000-(\w+) +(\d+)
vary -003fffff +(\d+) PW

pause The new table in use
say %cr3 has changed. All of RAM can be reached; entry 0 of entrypgdir is gone.
go kinit
print/x $cr3
print/x kpgdir
x/1xw 0
freelist 1
python
def free_pages():
    last = gdb.execute("freelist 0", to_string=True).split("\n")[-2]
    return int(last.split()[0])
before = free_pages()
end
vary and (\d+) more
vary (\d+) pages are free: (\d+)

ask Which bits of main's address choose what?
answer The top 10 choose one of 1,024 entries of the directory, the next 10 one of
answer 1,024 entries of the table that it names, and the last 12 go along as they
answer are.  An entry is 20 bits of a frame's address and 12 of flags.
pt-walk main
vary \| 1000000000 \| (\d+) \| (\d+) \|
vary entry (2\d\d) +offset (0x\w+)
vary table +\[ *(\d+)\] at physical (\w+): (\w+)
vary frame (\w+) \+ offset (0x\w+)

pause The rest of RAM
stage allocator
say kinit frees each page from 4 MB up to ram_top, and the count rises by as many.
go main: acpi_init();
freelist 1
python print("%d more than before" % (free_pages() - before))
print ((char *)ram_top - (char *)0x80400000) / 4096
vary and (\d+) more
vary (\d+) pages are free: (\d+)

pause kalloc is called
say The list's head, and the link in its first four bytes: the second page.
go kalloc
x/1xw 'kalloc.c'::kmem.freelist
freelist 2
vary and (\d+) more
vary (\d+) pages are free: (\d+)

pause kalloc has returned
say It took the head and returned its virtual address; physical is KERNBASE less.
finish
print/x $eax
print/x $eax - 0x80000000
print $eax >= (unsigned)&end
freelist 1
vary and (\d+) more
vary (\d+) pages are free: (\d+)

pause A new process's table
stage at work
say userinit's setupkvm copied the kernel's half; the lower half is empty.
go inituvm
x/3xw &pgdir[511]
x/3xw &kpgdir[511]

pause Who asks for pages
say All calls of kalloc from here to the shell's prompt, counted by caller.
count kalloc until $
console
vary [ ]+\d+(?=  \w)

ask What does it cost to map all of RAM?
answer Addresses.  The direct map takes those from KERNBASE up, so a process has
answer at most 2 GB, and of RAM 2,004 MB can be used.  A kernel could instead map
answer a page only while it uses it, or have a table of its own, without the
answer process's memory in it.
print (0xfd400000 - 0x80000000) / 1048576

ask How does one get an array of more than 4096 bytes?
answer Not from kalloc: the next page in the list lies anywhere.  So: an array of
answer pointers to pages; a static array in the kernel's data; an allocator that
answer looks for neighbours; or pages of any frames, mapped side by side, as for
answer a process's memory.
freelist 6
vary and (\d+) more
vary (\d+) pages are free: (\d+)

ask Why must the address of an allocated page be a multiple of 4096?
answer A page-table entry has no room for more: its low 12 bits are flags.  Here
answer is the one that maps the screen: 000b8 is the frame, 063 the flags.  A page
answer that began elsewhere would be parts of two frames, and no entry can say that.
pt-walk 0x800b8000

pause An address that is no page's
say kfree(va + 1): the assertion catches what would have become a wrong entry.
type echo
go *kfree
set {int}($esp + 4) = {int}($esp + 4) + 1
wait panic
console
vary (0x8\w+)  \w+(\+0x\w+)
