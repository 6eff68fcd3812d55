/* The memory map, as INT 15h, EAX=E820h gave it to the boot block. */
#include "mem/ram.h"

#include "x86/mmu.h"
#include "core/panic.h"
#include "core/printf.h"

static const struct bootinfo *info;     // [const] in the first MB

void
ram_init(const struct bootinfo *bootinfo)
{
    info = bootinfo;
    assert(info->magic == BOOTINFO_MAGIC && info->nranges <= E820_MAX);
}

static uint64_t
limit(uint64_t address, uint64_t low, uint64_t high)
{
    return address < low ? low : address > high ? high : address;
}

bool
ram_range(unsigned i, paddr_t *start, paddr_t *end)
{
    if (i >= info->nranges)
        return false;

    const struct e820_range *range = &info->ranges[i];
    uint64_t from = limit(range->base, EXTMEM, DIRECT_MAX);
    uint64_t to = limit(range->base + range->length, EXTMEM, DIRECT_MAX);
    if (range->type != E820_RAM)
        to = from;
    *start = PGROUNDUP(from);
    *end = PGROUNDDOWN(to);
    return true;
}

paddr_t
ram_top(void)
{
    paddr_t start, end;
    paddr_t top = 0;

    for (unsigned i = 0; ram_range(i, &start, &end); i++)
        if (end > start && end > top)
            top = end;
    return top;
}

void
ram_report(void)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < info->nranges; i++)
        if (info->ranges[i].type == E820_RAM)
            total += info->ranges[i].length;
    printf("memory: %u MB found, used up to %u MB\n",
           (unsigned)((total + EXTMEM - 1) >> 20), ram_top() >> 20);
}
