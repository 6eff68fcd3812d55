/*
 * The boot block's C half: asks the BIOS for the memory map, loads the kernel
 * and starts it.
 *
 * It runs in protected mode without paging, so an address is a physical one.
 * The kernel is an ELF file that fills a partition.  Nothing in it is believed
 * before it is checked, and whatever is wrong ends in one line of fail().
 */

#include "bios.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bootinfo.h"
#include "elf.h"

enum {
    BIOS_DISK = 0x13,
    DISK_READ = 0x4200,             // in %ax: read as the packet at %esi says
    BIOS_SYSTEM = 0x15,
    SYSTEM_E820 = 0xe820,           // in %eax: get one range of memory
    E820_SIGNATURE = 0x534d4150,    // "SMAP"
};

enum {
    EXTMEM = 0x100000,              // memory above the first MB begins here
    MIN_MEMORY = 0x800000,          // bytes of RAM that Lectern needs
    BUFFER = 0x10000,               // where the BIOS reads to
    BUFFER_SIZE = 64 * SECTOR_SIZE,
    NSEGMENTS = 8,                  // program headers a kernel may have
};

/* The BIOS's "disk address packet". */
struct disk_packet {
    uint16_t size, nsectors;
    uint16_t offset, segment;       // of the buffer
    uint64_t sector;
};

static struct bootinfo bootinfo;    // the kernel reads it here
static struct partition kernel;

/* The compiler may call these two, too. */
void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memset(void *dst, int c, size_t n);

void *
memcpy(void *restrict dst, const void *restrict src, size_t n)
{
    void *to = dst;
    size_t nwords = n / 4;

    asm volatile("rep movsl; movl %3, %%ecx; rep movsb"
                 : "+D"(to), "+S"(src), "+&c"(nwords) : "r"(n % 4) : "memory");
    return dst;
}

void *
memset(void *dst, int c, size_t n)
{
    uint32_t word = (uint8_t)c * 0x01010101u;
    void *to = dst;
    size_t nwords = n / 4;

    asm volatile("rep stosl; movl %2, %%ecx; rep stosb"
                 : "+D"(to), "+&c"(nwords) : "r"(n % 4), "a"(word) : "memory");
    return dst;
}

/* Sees to it that addresses 1 MB apart are different memory. */
static void
check_a20(void)
{
    static volatile uint32_t low;
    volatile uint32_t *high = (uint32_t *)((uintptr_t)&low + EXTMEM);

    *high = 1;
    low = 2;
    if (*high == low)
        fail("memory above 1 MB is out of reach (A20 gate)");
}

/*
 * A call of SYSTEM_E820 returns one range, and in %ebx what to pass for the
 * next one: 0 after the last.
 */
static void
collect_memory_map(void)
{
    struct bios_registers r = { .ebx = 0 };
    uint64_t sum = 0;

    for (int i = 0; i < E820_MAX && (i == 0 || r.ebx != 0); i++) {
        struct e820_range *range = &bootinfo.ranges[bootinfo.nranges];

        r.eax = SYSTEM_E820;
        r.ecx = sizeof(*range);
        r.edx = E820_SIGNATURE;
        r.edi = (uintptr_t)range;
        bios_call(BIOS_SYSTEM, &r);
        if ((r.eflags & FL_CARRY) || r.eax != E820_SIGNATURE)
            break;
        if (range->length != 0)
            bootinfo.nranges++;
        if (range->type == E820_RAM)
            sum += range->length;
    }
    if (sum < MIN_MEMORY)
        fail("it needs more than 8 MB of memory");
}

/* True if one range of RAM above the first MB holds all of [start, end). */
static bool
is_memory(uint64_t start, uint64_t end)
{
    for (uint32_t i = 0; i < bootinfo.nranges; i++) {
        const struct e820_range *range = &bootinfo.ranges[i];

        if (range->type == E820_RAM && start >= range->base &&
            end <= range->base + range->length)
            return start >= EXTMEM;
    }
    return false;
}

static void
find_kernel(void)
{
    for (int i = 0; i < MBR_NPARTS; i++) {
        if (partition_table[i].type == PART_KERNEL)
            kernel = partition_table[i];
    }
    if (kernel.type != PART_KERNEL)
        fail("the partition table names no kernel");
}

/* Reads n sectors of the kernel's partition, from `first`, into the buffer. */
static void
read_sectors(uint32_t first, uint32_t n)
{
    struct disk_packet packet = {
        .size = sizeof(packet), .nsectors = n, .segment = BUFFER >> 4,
        .sector = (uint64_t)kernel.start + first,
    };
    struct bios_registers r = {
        .eax = DISK_READ, .edx = boot_drive, .esi = (uintptr_t)&packet,
    };

    bios_call(BIOS_DISK, &r);
    if (r.eflags & FL_CARRY)
        fail("the kernel cannot be read from the disk");
}

/* Copies n bytes at `offset` of the kernel's file to physical address dst. */
static void
read_kernel(uint32_t dst, uint32_t offset, uint32_t n)
{
    if ((uint64_t)offset + n > (uint64_t)kernel.nsectors * SECTOR_SIZE)
        fail("the kernel is cut short");
    while (n > 0) {
        uint32_t skip = offset % SECTOR_SIZE;
        uint32_t m = n < BUFFER_SIZE - skip ? n : BUFFER_SIZE - skip;

        read_sectors(offset / SECTOR_SIZE,
                     (skip + m + SECTOR_SIZE - 1) / SECTOR_SIZE);
        memcpy((void *)dst, (void *)(BUFFER + skip), m);
        dst += m;
        offset += m;
        n -= m;
    }
}

static void
check_header(const struct elf_header *elf)
{
    if (elf->magic != ELF_MAGIC)
        fail("there is no kernel on the disk");
    if (elf->class != ELF_CLASS_32 || elf->data != ELF_DATA_LSB ||
        elf->type != ELF_TYPE_EXEC || elf->machine != ELF_MACHINE_386)
        fail("the kernel is not a 32-bit x86 program");
    if (elf->phentsize != sizeof(struct elf_segment) || elf->phnum > NSEGMENTS)
        fail("the kernel's program headers are damaged");
}

static void
load_segment(const struct elf_segment *segment)
{
    uint32_t start = segment->paddr;

    if (segment->filesz > segment->memsz)
        fail("a segment of the kernel is damaged");
    if (!is_memory(start, (uint64_t)start + segment->memsz))
        fail("the kernel does not fit into memory");
    read_kernel(start, segment->offset, segment->filesz);
    memset((void *)(start + segment->filesz), 0,
           segment->memsz - segment->filesz);
}

/* Loads all segments.  Returns the entry, which lies in one of them. */
static uint32_t
load_kernel(void)
{
    struct elf_header elf;
    struct elf_segment segments[NSEGMENTS];
    bool entry_found = false;

    read_kernel((uintptr_t)&elf, 0, sizeof(elf));
    check_header(&elf);
    read_kernel((uintptr_t)segments, elf.phoff,
                elf.phnum * sizeof(segments[0]));
    for (int i = 0; i < elf.phnum; i++) {
        if (segments[i].type != ELF_PT_LOAD)
            continue;
        load_segment(&segments[i]);
        if (elf.entry - segments[i].paddr < segments[i].filesz)
            entry_found = true;
    }
    if (!entry_found)
        fail("the kernel's entry lies outside the kernel");
    return elf.entry;
}

void
bootmain(void)
{
    check_a20();
    collect_memory_map();
    find_kernel();
    uint32_t entry = load_kernel();
    bootinfo.magic = BOOTINFO_MAGIC;
    bootinfo.boot_tsc = boot_tsc;
    asm volatile("jmp *%0" : : "r"(entry), "b"(&bootinfo) : "memory");
    __builtin_unreachable();
}
