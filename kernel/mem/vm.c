/*
 * Page tables: the kernel's half, and each process's memory.
 *
 * The kernel's half is built once, by kvmalloc, page tables for the kernel stacks
 * included.  After that its directory entries never change, so a new directory
 * just copies them.
 */
#include "mem/vm.h"

#include "lib/limits.h"
#include "lib/string.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "mem/kalloc.h"
#include "mem/ram.h"

pde_t *kpgdir;

extern char data[];             // first address after read-only data, kernel.ld

/* What the kernel's half maps, from low to high. */
struct kmap {
    uintptr_t va;
    paddr_t start, end;
    int perm;
};

void
switchkvm(void)
{
    write_cr3(V2P(kpgdir));
}

pte_t *
walkpgdir(pde_t *pgdir, uintptr_t va, bool alloc)
{
    pde_t *pde = &pgdir[PDX(va)];

    if (!(*pde & PTE_P)) {
        if (!alloc)
            return NULL;
        pte_t *table = kalloc();
        if (table == NULL)
            return NULL;
        memset(table, 0, PGSIZE);
        // The entries of the table say what is allowed page by page.
        *pde = V2P(table) | PTE_P | PTE_W | (va < KERNBASE ? PTE_U : 0);
    }
    assert(!(*pde & PTE_PS));
    pte_t *table = P2V(PTE_ADDR(*pde));
    return &table[PTX(va)];
}

/* Can all of a 4 MB page be mapped here? */
static bool
fits_big_page(uintptr_t va, uint32_t size, paddr_t pa)
{
    return va >= KERNBASE && va % BIGPGSIZE == 0 && pa % BIGPGSIZE == 0 &&
           size >= BIGPGSIZE;
}

int
mappages(pde_t *pgdir, uintptr_t va, uint32_t size, paddr_t pa, int perm)
{
    assert(va % PGSIZE == 0 && pa % PGSIZE == 0 && size % PGSIZE == 0);
    while (size > 0) {
        uint32_t step = PGSIZE;
        if (fits_big_page(va, size, pa)) {
            step = BIGPGSIZE;
            pgdir[PDX(va)] = pa | perm | PTE_P | PTE_PS;
        } else {
            pte_t *pte = walkpgdir(pgdir, va, true);
            if (pte == NULL)
                return -1;
            assert(!(*pte & PTE_P));
            *pte = pa | perm | PTE_P;
        }
        va += step;
        pa += step;
        size -= step;
    }
    return 0;
}

/* Fills in the kernel's half.  While booting, memory cannot run out. */
static void
map_kernel(pde_t *pgdir)
{
    const struct kmap kmap[] = {
        // The first MB: the screen, tables of the firmware, the boot block.
        { KERNBASE, 0, EXTMEM, PTE_W },
        // Kernel text and read-only data.
        { KERNLINK, EXTMEM, V2P(data), 0 },
        // Kernel data and the rest of RAM.
        { (uintptr_t)data, V2P(data), ram_top(), PTE_W },
        // Devices, from there to 4 GB: the end wraps to 0.
        { DEVBASE, DEVBASE, 0, PTE_W | PTE_PCD | PTE_PWT },
    };

    for (unsigned i = 0; i < sizeof(kmap) / sizeof(kmap[0]); i++) {
        const struct kmap *k = &kmap[i];
        if (mappages(pgdir, k->va, k->end - k->start, k->start, k->perm) < 0)
            panic("no memory for the kernel's page tables");
    }
    // The page table of the kernel stacks; kstack_alloc fills its entries.
    if (walkpgdir(pgdir, KSTACKBASE, true) == NULL)
        panic("no memory for the kernel stacks' page table");
}

pde_t *
setupkvm(void)
{
    enum { HALF = PGSIZE / 2 };
    pde_t *pgdir = kalloc();

    if (pgdir == NULL)
        return NULL;
    memset(pgdir, 0, HALF);
    if (kpgdir != NULL) {
        memcpy(&pgdir[PDX(KERNBASE)], &kpgdir[PDX(KERNBASE)], HALF);
    } else {
        memset(&pgdir[PDX(KERNBASE)], 0, HALF);
        map_kernel(pgdir);
    }
    return pgdir;
}

void
kvmalloc(void)
{
    kpgdir = setupkvm();
    switchkvm();
}

/* The two pages of slot i: the lower one is the guard, never mapped. */
char *
kstack_alloc(unsigned i)
{
    uintptr_t va = KSTACKBASE + i * 2 * PGSIZE + PGSIZE;
    char *page = kalloc();

    if (page == NULL)
        return NULL;
    assert(i < NPROC + NCPU && va + PGSIZE <= DEVBASE);
    // Cannot fail: the page table is there since kvmalloc.
    *walkpgdir(kpgdir, va, false) = V2P(page) | PTE_W | PTE_P;
    // This CPU may remember the slot's last page.  The others reload %cr3, and so
    // forget it, before they run the process.
    invlpg(va);
    return (char *)va;
}

void
kstack_free(char *kstack)
{
    pte_t *pte = walkpgdir(kpgdir, (uintptr_t)kstack, false);

    assert(*pte & PTE_P);
    kfree(P2V(PTE_ADDR(*pte)));
    *pte = 0;
}

void *
temp_map(paddr_t pa, size_t n)
{
    paddr_t start = pa & ~(BIGPGSIZE - 1u);

    assert(n <= BIGPGSIZE);
    // Two big pages, as the bytes may straddle a boundary.
    kpgdir[PDX(TEMPBASE)] = start | PTE_P | PTE_PS;
    kpgdir[PDX(TEMPBASE) + 1] = (start + BIGPGSIZE) | PTE_P | PTE_PS;
    write_cr3(V2P(kpgdir));
    return (void *)(TEMPBASE + (pa - start));
}

void
temp_unmap(void)
{
    kpgdir[PDX(TEMPBASE)] = 0;
    kpgdir[PDX(TEMPBASE) + 1] = 0;
    write_cr3(V2P(kpgdir));
}

bool
inituvm(pde_t *pgdir, const void *init, size_t size)
{
    assert(size < PGSIZE);
    char *mem = kalloc();
    if (mem == NULL)
        return false;
    memset(mem, 0, PGSIZE);
    memcpy(mem, init, size);
    if (mappages(pgdir, 0, PGSIZE, V2P(mem), PTE_W | PTE_U) < 0) {
        kfree(mem);
        return false;
    }
    return true;
}

/* Maps a fresh page at va.  Returns it, contents unspecified, or NULL. */
static void *
add_user_page(pde_t *pgdir, uintptr_t va, int perm)
{
    void *mem = kalloc();

    if (mem == NULL)
        return NULL;
    if (mappages(pgdir, va, PGSIZE, V2P(mem), perm | PTE_U) < 0) {
        kfree(mem);
        return NULL;
    }
    return mem;
}

uint32_t
allocuvm(pde_t *pgdir, uint32_t oldsz, uint32_t newsz, int perm)
{
    if (newsz > KERNBASE)
        return 0;
    for (uintptr_t va = PGROUNDUP(oldsz); va < newsz; va += PGSIZE) {
        void *mem = add_user_page(pgdir, va, perm);
        if (mem == NULL) {
            deallocuvm(pgdir, va, oldsz);
            return 0;
        }
        memset(mem, 0, PGSIZE);
    }
    return newsz;
}

/* Frees the page tables of [newsz, oldsz) that map nothing below newsz. */
static void
free_tables(pde_t *pgdir, uint32_t oldsz, uint32_t newsz)
{
    uint32_t first = PDX(newsz + BIGPGSIZE - 1);

    for (uint32_t i = first; i << PDXSHIFT < oldsz; i++) {
        if (pgdir[i] & PTE_P)
            kfree(P2V(PTE_ADDR(pgdir[i])));
        pgdir[i] = 0;
    }
}

uint32_t
deallocuvm(pde_t *pgdir, uint32_t oldsz, uint32_t newsz)
{
    uintptr_t va = PGROUNDUP(newsz);

    while (va < oldsz) {
        pte_t *pte = walkpgdir(pgdir, va, false);
        if (pte == NULL) {
            va = (PDX(va) + 1) << PDXSHIFT;     // on to the next page table
            continue;
        }
        if (*pte & PTE_P) {
            kfree(P2V(PTE_ADDR(*pte)));
            *pte = 0;
        }
        va += PGSIZE;
    }
    free_tables(pgdir, oldsz, newsz);
    return newsz;
}

void
protectuvm(pde_t *pgdir, uintptr_t va, uint32_t size)
{
    for (uint32_t done = 0; done < size; done += PGSIZE) {
        pte_t *pte = walkpgdir(pgdir, va + done, false);
        assert(pte != NULL && (*pte & PTE_P));
        *pte &= ~PTE_W;
    }
}

pde_t *
copyuvm(pde_t *pgdir, uint32_t sz)
{
    pde_t *copy = setupkvm();

    if (copy == NULL)
        return NULL;
    for (uintptr_t va = 0; va < sz; va += PGSIZE) {
        pte_t *pte = walkpgdir(pgdir, va, false);
        if (pte == NULL) {
            va |= BIGPGSIZE - PGSIZE;           // on to the next page table
            continue;
        }
        // A hole, such as the guard page below the stack, stays one.
        if (!(*pte & PTE_P))
            continue;
        void *mem = add_user_page(copy, va, *pte & PTE_W);
        if (mem == NULL) {
            freevm(copy, va);
            return NULL;
        }
        memcpy(mem, P2V(PTE_ADDR(*pte)), PGSIZE);
    }
    return copy;
}

void
freevm(pde_t *pgdir, uint32_t sz)
{
    assert(pgdir != kpgdir);
    deallocuvm(pgdir, sz, 0);
    kfree(pgdir);
}
