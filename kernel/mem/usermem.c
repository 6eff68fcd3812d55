/*
 * Copying to and from user memory, page by page, through the kernel's direct
 * map of all RAM: so it works on page directories that are not in use, and what
 * a page allows is decided here, by its entries, and nowhere else.
 */
#include "mem/usermem.h"

#include "lib/copy.h"
#include "lib/string.h"
#include "mem/vm.h"

/*
 * Returns where the kernel sees user address va, or NULL if user mode may not
 * read it (or write it, if need is PTE_W).  Of n bytes from there on, *run lie
 * in the same page.
 */
static inline char *
user_address(pde_t *pgdir, uintptr_t va, size_t n, uint32_t need, size_t *run)
{
    size_t rest = PGSIZE - va % PGSIZE;

    *run = n < rest ? n : rest;
    if (pgdir == NULL)
        return (char *)va;
    const pte_t *pte = va < KERNBASE ? walkpgdir(pgdir, va, false) : NULL;
    if (pte == NULL || (~*pte & (need | PTE_P | PTE_U)) != 0)
        return NULL;
    return (char *)P2V(PTE_ADDR(*pte)) + va % PGSIZE;
}

int
copyout(pde_t *pgdir, uintptr_t dst, const void *src, size_t n)
{
    for (size_t run; n > 0; n -= run, dst += run, src = (char *)src + run) {
        char *to = user_address(pgdir, dst, n, PTE_W, &run);
        if (to == NULL)
            return -1;
        copy_bytes(to, src, run);
    }
    return 0;
}

int
copyin(pde_t *pgdir, void *dst, uintptr_t src, size_t n)
{
    for (size_t run; n > 0; n -= run, src += run, dst = (char *)dst + run) {
        const char *from = user_address(pgdir, src, n, 0, &run);
        if (from == NULL)
            return -1;
        copy_bytes(dst, from, run);
    }
    return 0;
}

int
copyinstr(pde_t *pgdir, char *dst, uintptr_t src, size_t max)
{
    for (size_t done = 0, run; done < max; done += run) {
        const char *from = user_address(pgdir, src + done, max - done, 0, &run);
        if (from == NULL)
            return -1;
        copy_bytes(dst + done, from, run);
        size_t length = strnlen(dst + done, run);
        if (length < run)
            return (int)(done + length);
    }
    return -1;
}

bool
user_range_ok(pde_t *pgdir, uintptr_t va, size_t n, bool writable)
{
    uint32_t need = writable ? PTE_W : 0;

    for (size_t run; n > 0; n -= run, va += run)
        if (user_address(pgdir, va, n, need, &run) == NULL)
            return false;
    return true;
}
