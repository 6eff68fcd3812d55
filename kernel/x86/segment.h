/* Descriptors that the CPU reads: segments, gates, task states. */
#pragma once

#include <stdint.h>

#include "x86/mmu.h"

/* A segment descriptor.  SDM 3A, "Segment Descriptors". */
struct segment {
    uint16_t limit_low;
    uint16_t base_low;
    uint8_t base_middle;
    uint8_t access;             // SEG_PRESENT ... below
    uint8_t limit_high;         // low half; the high half is SEG_PAGES ...
    uint8_t base_high;
};
_Static_assert(sizeof(struct segment) == 8, "segment descriptor");

enum {
    SEG_PRESENT = 0x80,
    SEG_USER = DPL_USER << 5,   // user mode may use it
    SEG_CODE = 0x1a,            // code that may be read
    SEG_DATA = 0x12,            // data that may be written
    SEG_TASK = 0x09,            // task state, 32-bit, not busy

    SEG_32BIT = 0x40,
    SEG_PAGES = 0x80,           // the limit counts pages
};

/*
 * A segment that begins at base.  Its limit is that of the last byte, or page
 * with SEG_PAGES in size_flags.
 */
static inline struct segment
segment(uint8_t access, uint8_t size_flags, uintptr_t base, uint32_t limit)
{
    return (struct segment){
        .limit_low = limit & 0xffff,
        .base_low = base & 0xffff,
        .base_middle = base >> 16 & 0xff,
        .access = SEG_PRESENT | access,
        .limit_high = size_flags | limit >> 16,
        .base_high = base >> 24,
    };
}

/* Task state: SDM 3A, "Task-State Segment (TSS)". */
struct tss {
    uint32_t link;
    uint32_t esp0, ss0;         // stack for an entry from user mode
    uint32_t esp1, ss1, esp2, ss2;
    uint32_t cr3, eip, eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt;
    uint16_t trap;
    uint16_t iomap;             // beyond the limit: no port is open to users
};
_Static_assert(sizeof(struct tss) == 104, "task-state segment");

/* An entry of the interrupt descriptor table. */
struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t zero;
    uint8_t access;             // SEG_PRESENT and GATE_...
    uint16_t offset_high;
};
_Static_assert(sizeof(struct gate) == 8, "gate descriptor");

enum {
    GATE_TASK = 0x05,           // switches to another task state
    GATE_INTERRUPT = 0x0e,      // turns interrupts off
    GATE_TRAP = 0x0f,           // leaves them as they are
};

/* The operand of lgdt and lidt. */
struct table_register {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

static inline void
lgdt(const struct segment *table, uint16_t size)
{
    struct table_register r = { size - 1, (uintptr_t)table };
    asm volatile("lgdt %0" : : "m"(r), "m"(*table));
}

static inline void
lidt(const struct gate *table, uint16_t size)
{
    struct table_register r = { size - 1, (uintptr_t)table };
    asm volatile("lidt %0" : : "m"(r) : "memory");
}

/* Makes the task state at a selector the current one. */
static inline void
ltr(uint16_t selector)
{
    asm volatile("ltr %0" : : "r"(selector) : "memory");
}
