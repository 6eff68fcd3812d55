/*
 * The allocator of physical memory.  It hands out whole pages, for user memory,
 * kernel stacks, page tables and pipe buffers.
 *
 * The free pages form a singly linked list, and the link to the next one lies
 * in the first four bytes of each: a free page has room to spare.  That works
 * because the kernel maps all of RAM, so each page can be written.
 */
#include "mem/kalloc.h"

#include <stddef.h>

#include "bootinfo.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/printf.h"
#include "core/spinlock.h"

struct run {
    struct run *next;
};

static struct {
    struct spinlock lock;
    struct run *freelist;       // [lock] first free page
    bool initializing;          // kinit is running
} kmem = { .lock = SPINLOCK("kmem", RANK_KMEM) };

static const struct bootinfo *info;     // [const] in the first MB
void *ram_top;                          // [const]

extern char end[];              // first address after the kernel, by kernel.ld

static uint64_t
limit(uint64_t address, uint64_t low, uint64_t high)
{
    return address < low ? low : address > high ? high : address;
}

void
ram_init(const struct bootinfo *bootinfo)
{
    uint64_t found = 0;
    paddr_t top = 0;

    info = bootinfo;
    assert(info->magic == BOOTINFO_MAGIC && info->nranges <= E820_MAX);
    for (unsigned i = 0; i < info->nranges; i++) {
        const struct e820_range *range = &info->ranges[i];
        if (range->type != E820_RAM)
            continue;
        found += range->length;
        uint64_t stop = range->base + range->length;
        if (range->base < DIRECT_MAX && stop > top)
            top = PGROUNDDOWN(limit(stop, 0, DIRECT_MAX));
    }
    ram_top = P2V(top);
    printf("memory: %u MB found, used up to %u MB\n",
           (unsigned)((found + EXTMEM - 1) >> 20), top >> 20);
}

void
kinit(void *vstart, void *vend)
{
    paddr_t low = V2P(vstart), high = debug_ram_end(V2P(vend));

    // No other CPU and no interrupt handler runs yet, so kfree need not lock.
    // That counts, as it runs once for each page of RAM.
    kmem.initializing = true;
    for (unsigned i = 0; i < info->nranges; i++) {
        const struct e820_range *range = &info->ranges[i];
        char *page = P2V(PGROUNDUP(limit(range->base, low, high)));
        char *stop = P2V(PGROUNDDOWN(limit(range->base + range->length,
                                           low, high)));
        if (range->type == E820_RAM)
            for (; page < stop; page += PGSIZE)
                kfree(page);
    }
    kmem.initializing = false;
}

void
kfree(void *va)
{
    struct run *r = va;

    assert((uintptr_t)va % PGSIZE == 0);
    assert((char *)va >= end && (uintptr_t)va < TEMPBASE);
    bool alone = kmem.initializing;     // one look: this is to be quick
    if (!alone) {
        debug_poison_page(va);
        trace(FREE, va, 0, NULL);
        acquire(&kmem.lock);
    }
    r->next = kmem.freelist;
    kmem.freelist = r;
    if (!alone)
        release(&kmem.lock);
}

void *
kalloc(void)
{
    acquire(&kmem.lock);
    struct run *r = debug_fails(FAIL_PAGE) ? NULL : kmem.freelist;
    debug_point();              // does nothing, as long as the lock is held
    if (r != NULL) {
        kmem.freelist = r->next;
        debug_check_page(r);
    }
    trace(ALLOC, r, 0, NULL);
    release(&kmem.lock);
    return r;
}
