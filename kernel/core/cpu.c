/* Per-CPU data and the segments that lead to it. */
#include "core/cpu.h"

struct cpu cpus[NCPU];
unsigned ncpu = 1;              // until the firmware's tables have been read

/* Returns the descriptor of a segment of just the `size` bytes at start. */
static uint64_t
small_segment(uint8_t access, const void *start, uint32_t size)
{
    uint64_t base = (uintptr_t)start;

    return (base & 0xff000000) << 32 | (uint64_t)access << 40 |
           (base & 0x00ffffff) << 16 | (size - 1);
}

void
cpu_init(struct cpu *c)
{
    const struct table_register gdt = { sizeof(c->gdt) - 1, c->gdt };

    c->self = c;
    c->id = c - cpus;
    c->tss.iomap = sizeof(c->tss);

    c->gdt[SEG_KCODE] = FLAT_CODE;
    c->gdt[SEG_KDATA] = FLAT_DATA;
    c->gdt[SEG_UCODE] = FLAT_CODE | FLAT_USER;
    c->gdt[SEG_UDATA] = FLAT_DATA | FLAT_USER;
    c->gdt[SEG_KCPU] = small_segment(ACCESS_DATA, c, sizeof(*c));
    c->gdt[SEG_TSS] = small_segment(ACCESS_TASK, &c->tss, sizeof(c->tss));
    c->gdt[SEG_DOUBLE] =
        small_segment(ACCESS_TASK, &c->double_fault, sizeof(c->double_fault));

    // The CPU keeps using the old descriptors until the registers are loaded
    // anew.  %fs is not used, and %cs is loaded by a far jump.  There is no
    // local descriptor table: a reset leaves one at address 0, where programs
    // could fill it with gates into the kernel.
    asm volatile("lgdt %0; ljmp %1, $1f; 1:"
                 "movw %w2, %%ds; movw %w2, %%es; movw %w2, %%ss;"
                 "movw %w3, %%gs; movw %w4, %%fs; lldt %w4; ltr %w5"
                 : : "m"(gdt), "i"(SEG_KCODE << 3), "r"(SEG_KDATA << 3),
                     "r"(SEG_KCPU << 3), "r"(0), "r"(SEG_TSS << 3) : "memory");
}
