/*
 * The boot block's C half: puts the kernel where it belongs and starts it.
 *
 * It runs in protected mode without paging, so an address is a physical one.
 * boot.S has read the beginning of the disk's first partition into memory: the
 * kernel, an ELF file.  Nothing in it is believed before it is checked, and
 * whatever is wrong ends in one line.
 */
#include <stdbool.h>
#include <stdint.h>
#include "bootinfo.h"
#include "elf.h"
#include "fs.h"

enum {
    EXTMEM = 0x100000,              // memory above the first MB begins here
    MIN_MEMORY = 0x800000,          // Lectern needs RAM up to here, and above
    NSEGMENTS = 8,                  // program headers a kernel may have
};

/* By boot.S. */
extern const struct bootinfo bootinfo;
extern const struct partition partition_table[MBR_NPARTS];
extern uint32_t next;               // where a CPU in protected mode goes on
_Noreturn void stop(const char *message);

/* By bootblock.ld: the kernel's file, as far as it has been read. */
extern const char kernel_file[], kernel_file_end[];

/* Where the first CPU goes on. */
_Noreturn void bootmain(void);

/* Unless the condition holds, says why the machine cannot start, and halts. */
#define REQUIRE(condition, why)                                             \
    ((condition) ? (void)0 : stop("Lectern cannot start: " why "\r\n"))

static void
load_segment(const struct elf_segment *segment)
{
    const char *src = kernel_file + segment->offset;
    char *dst = (char *)segment->paddr;
    uint32_t n = segment->filesz;

    REQUIRE(n <= segment->memsz, "a segment of the kernel is damaged");
    REQUIRE((uint64_t)segment->offset + n <=
                (uintptr_t)(kernel_file_end - kernel_file),
            "the kernel is cut short, or its file is longer than 536 KB");
    REQUIRE(segment->paddr >= EXTMEM &&
                (uint64_t)segment->paddr + segment->memsz <= MIN_MEMORY,
            "the kernel's memory is not between 1 and 8 MB");
    asm volatile("rep movsb; movl %3, %%ecx; rep stosb"
                 : "+D"(dst), "+S"(src), "+c"(n)
                 : "r"(segment->memsz - n), "a"(0) : "memory");
}

void
bootmain(void)
{
    const struct elf_header *elf = (const struct elf_header *)kernel_file;
    const struct elf_segment *segment = (const struct elf_segment *)(elf + 1);
    bool enough_memory = false, entry_found = false;

    for (uint32_t i = 0; i < bootinfo.nranges; i++) {
        const struct e820_range *range = &bootinfo.ranges[i];
        enough_memory |= range->type == E820_RAM && range->base <= EXTMEM &&
                         range->base + range->length >= MIN_MEMORY;
    }
    REQUIRE(enough_memory, "it needs more than 8 MB of memory");
    REQUIRE(partition_table[0].type == PART_KERNEL &&
                partition_table[0].start == KERNEL_SECTOR,
            "the first partition has no kernel");
    REQUIRE(elf->magic == ELF_MAGIC, "there is no kernel on the disk");
    REQUIRE(elf->class == ELF_CLASS_32 && elf->data == ELF_DATA_LSB &&
                elf->type == ELF_TYPE_EXEC &&
                elf->machine == ELF_MACHINE_386 &&
                elf->phoff == sizeof(*elf) &&
                elf->phentsize == sizeof(*segment) && elf->phnum <= NSEGMENTS,
            "the kernel is not an ELF program for a 32-bit x86");
    for (int i = 0; i < elf->phnum; i++, segment++) {
        if (segment->type != ELF_PT_LOAD)
            continue;
        load_segment(segment);
        entry_found |= elf->entry - segment->paddr < segment->filesz;
    }
    REQUIRE(entry_found, "the kernel's entry lies outside the kernel");
    next = elf->entry;
    asm volatile("jmp *%0" : : "r"(next), "b"(&bootinfo) : "memory");
    __builtin_unreachable();
}
