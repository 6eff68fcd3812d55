/*
 * The boot block's C half: asks the BIOS for the memory map, loads the kernel
 * and starts it.
 *
 * It runs in protected mode without paging, so an address is a physical one.
 * The kernel is an ELF file that fills the disk's first partition.  Nothing in
 * it is believed before it is checked, and whatever is wrong ends in one line.
 */

#include "bios.h"

#include <stdbool.h>
#include <stdint.h>
#include "bootinfo.h"
#include "elf.h"

enum {
    EXTMEM = 0x100000,              // memory above the first MB begins here
    MIN_MEMORY = 0x800000,          // Lectern needs RAM up to here, and above
    BUFFER = 0x10000,               // where the BIOS reads to
    BUFFER_SIZE = 64 * SECTOR_SIZE,
    NSEGMENTS = 8,                  // program headers a kernel may have
};

/* The BIOS's "disk address packet". */
struct disk_packet {
    uint16_t size, nsectors;
    uint16_t offset, segment;       // of the buffer
    uint64_t sector;                // the first one
};

/* The beginning of the kernel's file, in the order that linkers keep. */
static struct {
    struct elf_header elf;
    struct elf_segment segments[NSEGMENTS];
} head;

static struct bootinfo bootinfo;    // the kernel reads it here
static const struct partition *const kernel = &partition_table[0];

/* A macro only to put the line together: tells why unless ok, and halts. */
#define REQUIRE(ok, why) require(ok, "Lectern cannot start: " why "\r\n")

static void
require(bool ok, const char *message)
{
    if (!ok)
        real_mode(stop, message);
}

static void
collect_memory_map(void)
{
    bool enough = false;

    do {
        struct e820_range *range = &bootinfo.ranges[bootinfo.nranges++];

        real_mode(next_range, range);
        if (range->type == E820_RAM && range->base <= EXTMEM &&
            range->base + range->length >= MIN_MEMORY)
            enough = true;
    } while (next_number != 0 && bootinfo.nranges < E820_MAX);
    REQUIRE(enough, "it needs more than 8 MB of memory");
}

/* Copies n bytes at `offset` of the kernel's file to dst. */
static void
read_kernel(void *dst, uint32_t offset, uint32_t n)
{
    REQUIRE((uint64_t)offset + n <= (uint64_t)kernel->nsectors * SECTOR_SIZE,
            "the kernel is cut short");
    while (n > 0) {
        uint32_t skip = offset % SECTOR_SIZE;
        uint32_t left = n < BUFFER_SIZE - skip ? n : BUFFER_SIZE - skip;
        struct disk_packet packet = {
            .size = sizeof(packet), .segment = BUFFER >> 4,
            .nsectors = (skip + left + SECTOR_SIZE - 1) / SECTOR_SIZE,
            .sector = (uint64_t)kernel->start + offset / SECTOR_SIZE,
        };
        const char *src = (const char *)BUFFER + skip;

        real_mode(disk_read, &packet);
        offset += left;
        n -= left;
        asm volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(left) : :
                     "memory");
    }
}

static void
load_segment(const struct elf_segment *segment)
{
    char *dst = (char *)segment->paddr;
    uint32_t nzeros = segment->memsz - segment->filesz;

    REQUIRE(segment->filesz <= segment->memsz,
            "a segment of the kernel is damaged");
    REQUIRE(segment->paddr >= EXTMEM &&
            (uint64_t)segment->paddr + segment->memsz <= MIN_MEMORY,
            "the kernel's memory is not between 1 and 8 MB");
    read_kernel(dst, segment->offset, segment->filesz);
    dst += segment->filesz;
    asm volatile("rep stosb" : "+D"(dst), "+c"(nzeros) : "a"(0) : "memory");
}

/* Loads all segments.  Returns the entry, which lies in one of them. */
static uint32_t
load_kernel(void)
{
    const struct elf_header *elf = &head.elf;
    bool entry_found = false;

    read_kernel(&head, 0, sizeof(head));
    REQUIRE(elf->magic == ELF_MAGIC, "there is no kernel on the disk");
    REQUIRE(elf->class == ELF_CLASS_32 && elf->data == ELF_DATA_LSB &&
            elf->type == ELF_TYPE_EXEC && elf->machine == ELF_MACHINE_386 &&
            elf->phoff == sizeof(*elf) &&
            elf->phentsize == sizeof(head.segments[0]) &&
            elf->phnum <= NSEGMENTS,
            "the kernel is not an ELF program for a 32-bit x86");
    for (int i = 0; i < elf->phnum; i++) {
        const struct elf_segment *segment = &head.segments[i];

        if (segment->type != ELF_PT_LOAD)
            continue;
        load_segment(segment);
        if (elf->entry - segment->paddr < segment->filesz)
            entry_found = true;
    }
    REQUIRE(entry_found, "the kernel's entry lies outside the kernel");
    return elf->entry;
}

void
bootmain(void)
{
    collect_memory_map();
    REQUIRE(kernel->type == PART_KERNEL, "the first partition has no kernel");
    uint32_t entry = load_kernel();
    bootinfo.magic = BOOTINFO_MAGIC;
    bootinfo.boot_tsc = boot_tsc;
    asm volatile("jmp *%0" : : "r"(entry), "b"(&bootinfo) : "memory");
    __builtin_unreachable();
}
