/*
 * Page tables.  The upper half of every page directory, the kernel's, is the
 * same and shares its page tables; the lower half is the process's memory.
 *
 * The functions for user memory work on any directory, in use or not.  Whoever
 * takes a mapping away from the one in use reloads %cr3 afterwards.  The caller
 * alone uses the directory: nothing here locks.
 */
#pragma once

#include <stddef.h>

#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "core/panic.h"

/* The directory used while no process runs. */
extern pde_t *kpgdir;

/* Builds kpgdir from the kernel's map and switches to it. */
void kvmalloc(void);

/*
 * Returns a new page directory with the kernel's half filled in and the lower
 * half empty, or NULL if memory is out.
 */
pde_t *setupkvm(void);

/* Loads kpgdir into %cr3. */
void switchkvm(void);

/* Makes the page table for va, where there is none.  False if memory is out. */
bool add_table(pde_t *pgdir, uintptr_t va);

/*
 * Returns the page-table entry for va, which lies in no 4 MB page, or NULL if
 * there is no page table for it.  With alloc, a missing one is made: then NULL
 * means that memory is out.
 */
static inline pte_t *
walkpgdir(pde_t *pgdir, uintptr_t va, bool alloc)
{
    pde_t *pde = &pgdir[PDX(va)];

    if (!(*pde & PTE_P) && !(alloc && add_table(pgdir, va)))
        return NULL;
    assert(!(*pde & PTE_PS));
    pte_t *table = P2V(PTE_ADDR(*pde));
    return &table[PTX(va)];
}

/*
 * Maps [va, va + size) to physical memory from pa on, with permissions perm
 * (PTE_W, PTE_U ...); the pages must not be mapped yet.  All three are
 * multiples of PGSIZE.  Returns 0, or -1 if memory is out; then part is mapped.
 */
int mappages(pde_t *pgdir, uintptr_t va, uint32_t size, paddr_t pa, int perm);

/*
 * Maps and returns the kernel stack of process-table slot i, or for i >= NPROC
 * of CPU i - NPROC's scheduler; NULL if memory is out.  deallocuvm takes it
 * back: kpgdir then counts as the directory, the stack as user memory.
 */
char *kstack_alloc(unsigned i);

/*
 * Returns where to read the n bytes, at most BIGPGSIZE, at any physical
 * address: tables of the firmware may lie outside of the direct map.  The next
 * call takes the mapping away; the last one stays.  Only for the one CPU that
 * boots, before setupkvm is called again.
 */
void *temp_map(paddr_t pa, size_t n);

/* Puts the first program, less than a page, at address 0. */
void inituvm(pde_t *pgdir, const void *init, size_t size);

/*
 * Grows user memory from oldsz to newsz bytes with zeroed pages of permission
 * perm (PTE_U is implied).  Returns newsz; 0 if memory is out or newsz is above
 * KERNBASE, and then all is as before.
 */
uint32_t allocuvm(pde_t *pgdir, uint32_t oldsz, uint32_t newsz, int perm);

/* Frees user memory from newsz up to oldsz, its end so far.  Returns newsz. */
uint32_t deallocuvm(pde_t *pgdir, uint32_t oldsz, uint32_t newsz);

/*
 * Returns a copy of user memory [0, sz) in a new directory, or NULL if memory
 * is out.
 */
pde_t *copyuvm(pde_t *pgdir, uint32_t sz);

/* Frees the user memory [0, sz) and the directory.  It is not in use. */
void freevm(pde_t *pgdir, uint32_t sz);
