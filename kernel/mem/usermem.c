/*
 * Copying to and from user memory, page by page, through the kernel's direct
 * map of all RAM: so it works on page directories that are not in use, and what
 * a page allows is decided here, by its entries, and nowhere else.
 */
#include "mem/usermem.h"

#include "lib/string.h"
#include "mem/vm.h"

/*
 * Returns where the kernel sees user address va, or NULL if user mode may not
 * read it (or write it, if need is PTE_W).  Of max bytes from there on, *n lie
 * in the same page.
 */
static inline char *
user_address(pde_t *pgdir, uintptr_t va, size_t max, uint32_t need, size_t *n)
{
    size_t rest = PGSIZE - va % PGSIZE;

    *n = max < rest ? max : rest;
    if (pgdir == NULL)
        return (char *)va;
    need |= PTE_P | PTE_U;
    const pte_t *pte = va < KERNBASE ? walkpgdir(pgdir, va, false) : NULL;
    if (pte == NULL || (*pte & need) != need)
        return NULL;
    return (char *)P2V(PTE_ADDR(*pte)) + va % PGSIZE;
}

int
copyout(pde_t *pgdir, uintptr_t dst, const void *src, size_t n)
{
    for (size_t done = 0, m; done < n; done += m) {
        char *to = user_address(pgdir, dst + done, n - done, PTE_W, &m);
        if (to == NULL)
            return -1;
        memcpy(to, (const char *)src + done, m);
    }
    return 0;
}

int
copyin(pde_t *pgdir, void *dst, uintptr_t src, size_t n)
{
    for (size_t done = 0, m; done < n; done += m) {
        const char *from = user_address(pgdir, src + done, n - done, 0, &m);
        if (from == NULL)
            return -1;
        memcpy((char *)dst + done, from, m);
    }
    return 0;
}

int
copyinstr(pde_t *pgdir, char *dst, uintptr_t src, size_t max)
{
    for (size_t done = 0, m; done < max; done += m) {
        const char *from = user_address(pgdir, src + done, max - done, 0, &m);
        if (from == NULL)
            return -1;
        memcpy(dst + done, from, m);
        size_t length = strnlen(dst + done, m);
        if (length < m)
            return (int)(done + length);
    }
    return -1;
}

bool
user_range_ok(pde_t *pgdir, uintptr_t va, size_t n, bool writable)
{
    uint32_t need = writable ? PTE_W : 0;

    for (size_t done = 0, m; done < n; done += m)
        if (user_address(pgdir, va + done, n - done, need, &m) == NULL)
            return false;
    return true;
}
