/*
 * Watching the pages: who allocated or freed each one.  A page is poisoned when
 * it is freed and checked when it is handed out again.
 *
 * Nothing is known of pages above TRACKED bytes, nor of those that kinit freed,
 * until they are allocated.
 */
#include "core/debug.h"

#include <stdint.h>

#include "lib/string.h"
#include "x86/memlayout.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"

enum {
    FREED = 0x5a5a5a5a,         // word of a free page, after the first
    JUNK = 0xa5,                // byte of a page just handed out
    TRACKED = 256 << 20,
    NFRAMES = TRACKED / PGSIZE,
    WORDS = PGSIZE / sizeof(uint32_t),
    EVERY = 64,                 // switches of which one looks at the tables
};

static struct frame {
    uintptr_t by;               // return address of the last kalloc or kfree
    enum { UNKNOWN, FREE, IN_USE } state;
    enum mark { LOST, REACHED, SCANNED, TABLE, TABLE_SCANNED } mark;
} frames[NFRAMES];

extern char data[], end[];      // the kernel's data, by kernel.ld

/* The record of the page at a kernel address, or NULL. */
static struct frame *
frame_of(const void *page)
{
    paddr_t pa = V2P(page);

    return pa < TRACKED ? &frames[pa / PGSIZE] : NULL;
}

/* Who called kalloc or kfree, given the frame of what these called. */
static uintptr_t
caller_of_caller(const uintptr_t *frame)
{
    return ((const uintptr_t *)frame[0])[1];
}

static const char *
name_of(const struct frame *frame)
{
    return symbol_at(frame->by - 1)->name;
}

void
debug_poison_page(void *page)
{
    struct frame *frame = frame_of(page);
    uint32_t *words = page;

    if (frame == NULL)
        return;
    if (frame->state != IN_USE)
        panic("double free: page %p is free already, freed by %s at %p", page,
              name_of(frame), (void *)frame->by);
    for (unsigned i = 0; i < WORDS; i++)
        words[i] = FREED;
    frame->by = caller_of_caller(__builtin_frame_address(0));
    frame->state = FREE;
}

void
debug_check_page(void *page)
{
    struct frame *frame = frame_of(page);
    const uint32_t *words = page;

    if (frame == NULL)
        return;
    for (unsigned i = 1; i < WORDS && frame->state == FREE; i++)
        if (words[i] != FREED)
            panic("use after free: page %p was written after it was freed by "
                  "%s at %p: %#x at offset %#x", page, name_of(frame),
                  (void *)frame->by, (unsigned)words[i], i * 4);
    memset(page, JUNK, PGSIZE);
    frame->by = caller_of_caller(__builtin_frame_address(0));
    frame->state = IN_USE;
}

/* What is found to be a page table counts as one, whatever it seemed to be. */
static void
reach(paddr_t pa, enum mark mark)
{
    struct frame *frame = frame_of(P2V(pa));

    if (frame != NULL && frame->state == IN_USE && frame->mark < mark)
        frame->mark = mark;
}

/* Reaches all pages whose kernel address stands in these words. */
static void
scan(const uint32_t *words, const void *limit)
{
    for (; words < (const uint32_t *)limit; words++)
        if (*words >= KERNBASE && *words % PGSIZE == 0)
            reach(*words - KERNBASE, REACHED);
}

/* Reaches what the entries of a page directory or table name. */
static void
scan_entries(const uint32_t *entries, enum mark mark)
{
    for (unsigned i = 0; i < WORDS; i++)
        if (entries[i] & PTE_P && !(entries[i] & PTE_PS))
            reach(PTE_ADDR(entries[i]), mark);
}

static void
scan_page(struct frame *frame)
{
    const uint32_t *words = P2V((frame - frames) * PGSIZE);
    bool is_table = frame->mark == TABLE;

    frame->mark++;
    if (is_table)
        scan_entries(words, REACHED);
    else if (memcmp(name_of(frame), "setupkvm", sizeof("setupkvm")) == 0)
        scan_entries(words, TABLE);
    else
        scan(words, words + WORDS);
}

/* Reaches all that the kernel's data leads to, page tables and all. */
static void
reach_all(void)
{
    bool more = true;

    for (unsigned i = 0; i < NFRAMES; i++)
        frames[i].mark = LOST;
    scan((const uint32_t *)data, end);
    while (more) {
        more = false;
        for (unsigned i = 0; i < NFRAMES; i++)
            if (frames[i].mark == REACHED || frames[i].mark == TABLE) {
                scan_page(&frames[i]);
                more = true;
            }
    }
}

/*
 * A stale address may keep a page from being found.  What other CPUs are busy
 * with may be reported though it is not lost: ask when they are idle.
 */
void
debug_list_leaks(void)
{
    reach_all();
    for (unsigned i = 0; i < NFRAMES; i++) {
        if (frames[i].state != IN_USE || frames[i].mark != LOST)
            continue;
        unsigned n = 0;
        for (unsigned j = i; j < NFRAMES; j++)
            if (frames[j].state == IN_USE && frames[j].mark == LOST &&
                frames[j].by == frames[i].by) {
                n++;
                if (j > i)
                    frames[j].mark = SCANNED;
            }
        printf("leak: nothing refers to %u page%s allocated by %s at %p\n", n,
               n == 1 ? "" : "s", name_of(&frames[i]), (void *)frames[i].by);
    }
}

/* One entry of a directory or table for user memory. */
static void
check_entry(uint32_t entry, uintptr_t va)
{
    if (!(entry & PTE_U))
        panic("page table: the entry for user address %p has no PTE_U: %#x",
              (void *)va, (unsigned)entry);
}

void
debug_check_pgdir(const pde_t *pgdir)
{
    static unsigned calls;
    uint32_t cr3;

    asm volatile("movl %%cr3, %0" : "=r"(cr3));
    if (PTE_ADDR(cr3) != V2P(pgdir))
        panic("page table: cr3 is %#x after the switch, not %#x", (unsigned)cr3,
              V2P(pgdir));
    if (calls++ % EVERY != 0)
        return;
    for (unsigned i = PDX(KERNBASE); i < NPDENTRIES; i++)
        // The CPU itself notes in an entry that it has used it.
        if ((pgdir[i] ^ kpgdir[i]) & (PTE_ADDR(~0u) | PTE_P | PTE_W | PTE_U))
            panic("page table: the kernel's half has been changed at %p: %#x",
                  (void *)((uintptr_t)i << PDXSHIFT), (unsigned)pgdir[i]);
    for (unsigned i = 0; i < PDX(KERNBASE); i++) {
        if (!(pgdir[i] & PTE_P))
            continue;
        check_entry(pgdir[i], (uintptr_t)i << PDXSHIFT);
        const pte_t *table = P2V(PTE_ADDR(pgdir[i]));
        for (unsigned j = 0; j < NPTENTRIES; j++)
            if (table[j] & PTE_P)
                check_entry(table[j], (uintptr_t)i << PDXSHIFT | j << PTXSHIFT);
    }
}
