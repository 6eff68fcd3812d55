/* Per-CPU data and the segments that lead to it. */
#include "core/cpu.h"

#include <stddef.h>

struct cpu cpus[NCPU];
unsigned ncpu = 1;              // until the firmware's tables have been read

/* All 4 GB: protection is the page tables' work. */
static void
set_flat(struct cpu *c, int i, uint8_t access)
{
    c->gdt[i] = segment(access, SEG_PAGES | SEG_32BIT, 0, 0xfffff);
}

/* Just the `size` bytes of an object. */
static void
set_small(struct cpu *c, int i, uint8_t access, const void *base, size_t size)
{
    c->gdt[i] = segment(access, SEG_32BIT, (uintptr_t)base, size - 1);
}

void
cpu_init(struct cpu *c)
{
    c->self = c;
    c->id = c - cpus;
    c->tss.iomap = sizeof(c->tss);

    set_flat(c, SEG_KCODE, SEG_CODE);
    set_flat(c, SEG_KDATA, SEG_DATA);
    set_flat(c, SEG_UCODE, SEG_CODE | SEG_USER);
    set_flat(c, SEG_UDATA, SEG_DATA | SEG_USER);
    set_small(c, SEG_KCPU, SEG_DATA, c, sizeof(*c));
    set_small(c, SEG_TSS, SEG_TASK, &c->tss, sizeof(c->tss));
    set_small(c, SEG_DOUBLE, SEG_TASK, &c->double_fault, sizeof(c->tss));
    lgdt(c->gdt, sizeof(c->gdt));

    // The CPU keeps using the old descriptors until the registers are loaded
    // anew.  %fs is not used, and %cs is loaded by a far return.
    asm volatile("movw %w0, %%ds; movw %w0, %%es; movw %w0, %%ss;"
                 "movw %w1, %%gs; movw %w2, %%fs;"
                 "pushl %3; pushl $1f; lret; 1:"
                 : : "r"(SEG_KDATA << 3), "r"(SEG_KCPU << 3), "r"(0),
                     "i"(SEG_KCODE << 3) : "memory");
    ltr(SEG_TSS << 3);
}
