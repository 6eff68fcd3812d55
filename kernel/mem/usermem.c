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
 * read it (or write it, if need is PTE_W).
 */
static inline char *
user_address(pde_t *pgdir, uintptr_t va, uint32_t need)
{
    need |= PTE_P | PTE_U;
    if (pgdir == NULL)
        return (char *)va;
    const pte_t *pte = va < KERNBASE ? walkpgdir(pgdir, va, false) : NULL;
    if (pte == NULL || (*pte & need) != need)
        return NULL;
    return (char *)P2V(PTE_ADDR(*pte)) + va % PGSIZE;
}

/* How many of n bytes from va on lie in the same page? */
static inline size_t
bytes_in_page(uintptr_t va, size_t n)
{
    size_t rest = PGSIZE - va % PGSIZE;

    return n < rest ? n : rest;
}

int
copyout(pde_t *pgdir, uintptr_t dst, const void *src, size_t n)
{
    for (size_t done = 0, m; done < n; done += m) {
        char *to = user_address(pgdir, dst + done, PTE_W);
        if (to == NULL)
            return -1;
        m = bytes_in_page(dst + done, n - done);
        memcpy(to, (const char *)src + done, m);
    }
    return 0;
}

int
copyin(pde_t *pgdir, void *dst, uintptr_t src, size_t n)
{
    for (size_t done = 0, m; done < n; done += m) {
        const char *from = user_address(pgdir, src + done, 0);
        if (from == NULL)
            return -1;
        m = bytes_in_page(src + done, n - done);
        memcpy((char *)dst + done, from, m);
    }
    return 0;
}

int
copyinstr(pde_t *pgdir, char *dst, uintptr_t src, size_t max)
{
    for (size_t done = 0, m; done < max; done += m) {
        m = bytes_in_page(src + done, max - done);
        if (copyin(pgdir, dst + done, src + done, m) < 0)
            return -1;
        size_t length = strnlen(dst + done, m);
        if (length < m)
            return (int)(done + length);
    }
    return -1;
}

bool
user_range_ok(pde_t *pgdir, uintptr_t va, size_t n, bool writable)
{
    for (size_t done = 0; done < n; done += bytes_in_page(va + done, n - done))
        if (user_address(pgdir, va + done, writable ? PTE_W : 0) == NULL)
            return false;
    return true;
}
