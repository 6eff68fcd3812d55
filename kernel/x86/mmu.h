/*
 * What the CPU itself reads: page tables, control registers, segments, task
 * states.  SDM 3A, chapters "Paging" and "Protected-Mode Memory Management".
 *
 * A virtual address has three parts:
 *
 *   +--------10-------+-------10-------+---------12----------+
 *   |  page directory |   page table   |  offset in the page |
 *   +-----------------+----------------+---------------------+
 *     PDX(va)           PTX(va)
 */
#pragma once

#define PGSIZE      4096            // bytes in a page
#define BIGPGSIZE   0x400000        // bytes a directory entry maps
#define NPDENTRIES  1024            // entries in a page directory
#define NPTENTRIES  1024            // entries in a page table
#define PTXSHIFT    12
#define PDXSHIFT    22
#define KSTACKSIZE  PGSIZE          // bytes in a process's kernel stack

/* Of an unsigned address. */
#define PDX(va)     ((va) >> PDXSHIFT)
#define PTX(va)     (((va) >> PTXSHIFT) % NPTENTRIES)
#define PGROUNDDOWN(va) ((va) & ~(PGSIZE - 1))
#define PGROUNDUP(va) PGROUNDDOWN((va) + PGSIZE - 1)

/* An entry: the high 20 bits are the frame's address, the low 12 flags. */
#define PTE_ADDR(entry) PGROUNDDOWN(entry)
#define PTE_P       0x001           // present
#define PTE_W       0x002           // may be written
#define PTE_U       0x004           // user mode may use it
#define PTE_PWT     0x008           // write through
#define PTE_PCD     0x010           // not cached, for devices
#define PTE_PS      0x080           // in a directory: a page of 4 MB

#define CR0_MP      0x00000002      // TS concerns wait instructions too
#define CR0_TS      0x00000008      // the next FPU instruction traps
#define CR0_NE      0x00000020      // FPU errors are exceptions
#define CR0_WP      0x00010000      // read-only holds for the kernel too
#define CR0_PG      0x80000000      // paging
#define CR4_PSE     0x00000010      // pages of 4 MB
#define CR4_OSFXSR  0x00000200      // fxsave and SSE
#define CR4_OSXMMEXCPT 0x00000400   // SSE errors are exceptions

#define FL_IF       0x00000200      // eflags: interrupts on
#define FL_VM       0x00020000      // virtual 8086 mode

/* Segments: index in the global descriptor table. */
#define SEG_KCODE   1               // kernel code
#define SEG_KDATA   2               // kernel data and stack
#define SEG_KCPU    3               // this CPU's data, through %gs
#define SEG_UCODE   4               // user code
#define SEG_UDATA   5               // user data and stack
#define SEG_TSS     6               // this CPU's task state
#define SEG_DOUBLE  7               // task state of the double-fault handler
#define NSEGS       8

/* Descriptors of segments of all 4 GB: protection is the page tables' work. */
#define FLAT_CODE   0x00cf9a000000ffff
#define FLAT_DATA   0x00cf92000000ffff
#define FLAT_USER   0x0000600000000000  // added: user mode may use it

#define DPL_USER    3               // privilege level of user mode

#ifndef __ASSEMBLER__
#include <stdint.h>

typedef uint32_t pde_t;             // page directory entry
typedef uint32_t pte_t;             // page table entry

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
    uint32_t link, esp0, ss0;   // the stack for an entry from user mode
    uint32_t esp1, ss1, esp2, ss2, cr3, eip, eflags;
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
#endif
