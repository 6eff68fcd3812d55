/* mprotect of the kernel's half, and of ranges whose end wraps around. */
#include "../programs/pages.h"

#include <limits.h>

enum { BEFORE = 1, AFTER };

struct input {
    int pages;                  // of the heap
    int more;                   // pages that some ranges are long
};

static struct input input;
static struct report seen;
static uintptr_t heap;

static void
bounds(void)
{
    int more = input.more * PGSIZE;
    const struct {
        uintptr_t address;
        int n;
    } ranges[] = {
        { 0x80000000, more }, { 0x80100000, more }, { 0xfdc01000, more },
        { 0xfee00000, more }, { 0xfffff000, PGSIZE }, { 0xfffff000, more },
        { 0x7ffff000, more }, { 0x80000000, 0x7fffffff },
        { heap, 0x7fffffff }, { heap, 0x7ffff000 }, { heap, INT_MIN },
    };

    for (int n = 0; n < (int)(sizeof(ranges) / sizeof(ranges[0])); n++)
        seen.values[n] = protect(ranges[n].address, ranges[n].n,
                                 n % 2 ? PROT_READ : PROT_BOTH);
    report(&seen);
}

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    heap = heap_pages(input.pages);
    seen.step = BEFORE;
    report(&seen);
    seen.step = AFTER;
    outcome(bounds);
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
