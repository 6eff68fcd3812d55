/* Descriptors and task states, which the CPU reads by itself. */
#pragma once

#include <stdint.h>

/*
 * What a descriptor is: bits 40 to 47 of the 64, in a segment as in a gate.
 * SDM 3A, "Segment Descriptors", "IDT Descriptors", "System Descriptor Types".
 */
enum {
    ACCESS_DATA = 0x92,         // data that may be written
    ACCESS_TASK = 0x89,         // task state
    ACCESS_TASK_GATE = 0x85,    // switches to another task state
    ACCESS_INTERRUPT = 0x8e,    // turns interrupts off
    ACCESS_USER_TRAP = 0xef,    // leaves them as they are; user mode may use it
};

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

/* The operand of lgdt and lidt: where a table of descriptors is. */
struct table_register {
    uint16_t limit;             // offset of its last byte
    const void *base;
} __attribute__((packed));
