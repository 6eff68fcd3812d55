/*
 * The allocator of physical memory.  It hands out whole pages, for user memory,
 * kernel stacks, page tables and pipe buffers.
 *
 * The free pages form a singly linked list, and the link to the next one lies in
 * the first four bytes of each: a free page has room to spare.  That works
 * because the kernel maps all of RAM, so each page can be written.
 */
#include "mem/kalloc.h"

#include <stdbool.h>

#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "core/panic.h"
#include "core/spinlock.h"
#include "core/debug.h"
#include "mem/ram.h"

struct run {
    struct run *next;
};

static struct {
    struct spinlock lock;
    struct run *freelist;       // [lock] first free page
    size_t nfree;               // [lock] pages in the list
    bool initializing;          // kinit is running
} kmem = { .lock = SPINLOCK("kmem", RANK_KMEM) };

extern char end[];              // first address after the kernel, by kernel.ld

void
kinit(void *vstart, void *vend)
{
    paddr_t start, stop;
    paddr_t low = V2P(vstart);
    paddr_t high = V2P(vend);

    // No other CPU and no interrupt handler runs yet, so kfree need not lock:
    // it runs once for each page of RAM.
    kmem.initializing = true;
    for (unsigned i = 0; ram_range(i, &start, &stop); i++) {
        if (start < low)
            start = PGROUNDUP(low);
        if (stop > high)
            stop = high;
        for (paddr_t pa = start; pa < stop; pa += PGSIZE)
            kfree(P2V(pa));
    }
    kmem.initializing = false;
}

void
kfree(void *va)
{
    assert((uintptr_t)va % PGSIZE == 0);
    assert((char *)va >= end && (uintptr_t)va < TEMPBASE);

    if (!kmem.initializing) {
        debug_poison_page(va);
        acquire(&kmem.lock);
    }
    struct run *r = va;
    r->next = kmem.freelist;
    kmem.freelist = r;
    kmem.nfree++;
    if (!kmem.initializing)
        release(&kmem.lock);
}

void *
kalloc(void)
{
    acquire(&kmem.lock);
    struct run *r = kmem.freelist;
    if (r != NULL) {
        kmem.freelist = r->next;
        kmem.nfree--;
    }
    release(&kmem.lock);
    if (r != NULL)
        debug_check_page(r);
    return r;
}

size_t
kalloc_free_pages(void)
{
    return kmem.nfree;
}
