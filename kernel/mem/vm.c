/*
 * Page tables: the kernel's half, and each process's memory.
 *
 * The kernel's half is built once, by kvmalloc, page tables for the kernel
 * stacks included.  After that its directory entries never change, so a new
 * directory just copies them.
 */
#include "mem/vm.h"

#include "lib/limits.h"
#include "lib/string.h"
#include "x86/x86.h"
#include "mem/kalloc.h"

pde_t *kpgdir;

extern char data[];             // first address after read-only data, kernel.ld

void
switchkvm(void)
{
    write_cr3(V2P(kpgdir));
}

bool
add_table(pde_t *pgdir, uintptr_t va)
{
    void *table = kalloc();

    if (table == NULL)
        return false;
    memset(table, 0, PGSIZE);
    // The entries of the table say what is allowed page by page.
    pgdir[PDX(va)] = V2P(table) | PTE_P | PTE_W | (va < KERNBASE ? PTE_U : 0);
    return true;
}

int
mappages(pde_t *pgdir, uintptr_t va, uint32_t size, paddr_t pa, int perm)
{
    assert((va | pa | size) % PGSIZE == 0);
    for (uint32_t step; size > 0; va += step, pa += step, size -= step) {
        bool big = va >= KERNBASE && (va | pa) % BIGPGSIZE == 0 &&
                   size >= BIGPGSIZE;
        step = big ? BIGPGSIZE : PGSIZE;
        pte_t *pte = big ? &pgdir[PDX(va)] : walkpgdir(pgdir, va, true);
        if (pte == NULL)
            return -1;
        assert(!(*pte & PTE_P));
        *pte = pa | perm | PTE_P | (big ? PTE_PS : 0);
    }
    return 0;
}

pde_t *
setupkvm(void)
{
    pde_t *pgdir = kalloc();

    if (pgdir == NULL)
        return NULL;
    memset(pgdir, 0, PGSIZE);
    if (kpgdir != NULL)         // else kvmalloc fills in the kernel's half
        memcpy(&pgdir[PDX(KERNBASE)], &kpgdir[PDX(KERNBASE)], PGSIZE / 2);
    return pgdir;
}

void
kvmalloc(void)
{
    kpgdir = setupkvm();
    assert(kpgdir != NULL);
    // From low to high.  The first MB: the screen, tables of the firmware, the
    // boot block.
    int error = mappages(kpgdir, KERNBASE, EXTMEM, 0, PTE_W);
    // Kernel text and read-only data.
    error |= mappages(kpgdir, KERNLINK, V2P(data) - EXTMEM, EXTMEM, 0);
    // Kernel data and the rest of RAM.
    error |= mappages(kpgdir, (uintptr_t)data, (char *)ram_top - data,
                      V2P(data), PTE_W);
    // Devices, from there to 4 GB.
    error |= mappages(kpgdir, DEVBASE, -DEVBASE, DEVBASE,
                      PTE_W | PTE_PCD | PTE_PWT);
    // The page table of the kernel stacks; kstack_alloc fills its entries.
    if (error != 0 || walkpgdir(kpgdir, KSTACKBASE, true) == NULL)
        panic("no memory for the kernel's page tables");
    switchkvm();
}

/* The two pages of slot i: the lower one is the guard, never mapped. */
char *
kstack_alloc(unsigned i)
{
    uintptr_t va = KSTACKBASE + i * 2 * PGSIZE + PGSIZE;
    char *page = kalloc();

    assert(i < NPROC + NCPU && va + PGSIZE <= DEVBASE);
    if (page == NULL)
        return NULL;
    // Cannot fail: the page table is there since kvmalloc.
    mappages(kpgdir, va, PGSIZE, V2P(page), PTE_W);
    // This CPU may remember the slot's last page.  The others reload %cr3, and
    // so forget it, before they run the process.
    invlpg(va);
    return (char *)va;
}

void *
temp_map(paddr_t pa, size_t n)
{
    pde_t *pde = &kpgdir[PDX(TEMPBASE)];

    assert(n <= BIGPGSIZE);
    // Two big pages, as the bytes may straddle a boundary.
    pde[0] = (pa - pa % BIGPGSIZE) | PTE_P | PTE_PS;
    pde[1] = pde[0] + BIGPGSIZE;
    switchkvm();
    return (void *)(TEMPBASE + pa % BIGPGSIZE);
}

void
inituvm(pde_t *pgdir, const void *init, size_t size)
{
    char *mem = kalloc();

    assert(size < PGSIZE);
    if (mem == NULL || mappages(pgdir, 0, PGSIZE, V2P(mem), PTE_W | PTE_U) < 0)
        panic("no memory for the first program");
    memset(mem, 0, PGSIZE);
    memcpy(mem, init, size);
}

/*
 * Maps a fresh page at va.  Returns it, contents unspecified, or NULL: then
 * there may be a page table for it already.
 */
static void *
add_user_page(pde_t *pgdir, uintptr_t va, int perm)
{
    pte_t *pte = walkpgdir(pgdir, va, true);
    void *mem = pte != NULL ? kalloc() : NULL;

    if (mem != NULL) {
        assert(!(*pte & PTE_P));
        *pte = V2P(mem) | perm | PTE_U | PTE_P;
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
            deallocuvm(pgdir, va + PGSIZE, oldsz);
            return 0;
        }
        memset(mem, 0, PGSIZE);
    }
    return newsz;
}

uint32_t
deallocuvm(pde_t *pgdir, uint32_t oldsz, uint32_t newsz)
{
    uintptr_t va = PGROUNDUP(oldsz);

    // Downward: so the page of a page table's entry 0 is the last to go, and
    // with it the table, which begins with this entry.
    while (va > PGROUNDUP(newsz)) {
        va -= PGSIZE;
        pte_t *pte = walkpgdir(pgdir, va, false);
        if (pte == NULL) {
            va -= va % BIGPGSIZE;   // nothing in all that a table could map
            continue;
        }
        if (*pte & PTE_P)
            kfree(P2V(PTE_ADDR(*pte)));
        *pte = 0;
        if (PTX(va) == 0) {
            kfree(pte);
            pgdir[PDX(va)] = 0;
        }
    }
    return newsz;
}

pde_t *
copyuvm(pde_t *pgdir, uint32_t sz)
{
    pde_t *copy = setupkvm();

    for (uintptr_t va = 0; copy != NULL && va < sz; va += PGSIZE) {
        pte_t *pte = walkpgdir(pgdir, va, false);
        // A hole, such as the guard page below the stack, stays one.
        if (pte == NULL || !(*pte & PTE_P))
            continue;
        void *mem = add_user_page(copy, va, *pte & PTE_W);
        if (mem == NULL) {
            freevm(copy, va + PGSIZE);
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
