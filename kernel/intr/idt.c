/*
 * The table that tells the CPU where to go for each vector.
 *
 * A double fault is special: it most often means that the kernel stack has
 * overflowed, so there is no stack to push a trap frame on.  Its entry is a task
 * gate: the CPU saves all registers in its task state and loads a second one, with
 * a stack of its own.
 */
#include "intr/idt.h"

#include <stdint.h>

#include "x86/memlayout.h"
#include "x86/segment.h"
#include "x86/traps.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/symbols.h"
#include "mem/vm.h"

enum { NVECTORS = 256 };

extern const uintptr_t vectors[NVECTORS];   // x86/vectors.S

static struct gate idt[NVECTORS];           // [const] after idt_init
static char double_fault_stack[NCPU][PGSIZE] __attribute__((aligned(PGSIZE)));

static struct gate
gate(uintptr_t handler, uint8_t access)
{
    return (struct gate){
        .offset_low = handler & 0xffff,
        .selector = SEG_KCODE << 3,
        .access = SEG_PRESENT | access,
        .offset_high = handler >> 16,
    };
}

void
idt_init(void)
{
    for (unsigned i = 0; i < NVECTORS; i++)
        idt[i] = gate(vectors[i], GATE_INTERRUPT);
    // The one vector that a program may raise.  Interrupts stay on.
    idt[T_SYSCALL] = gate(vectors[T_SYSCALL], GATE_TRAP | SEG_USER);
    idt[T_DOUBLE] = (struct gate){
        .selector = SEG_DOUBLE << 3,
        .access = SEG_PRESENT | GATE_TASK,
    };
}

/* Where a double fault begins.  The old registers are in cpu->tss. */
static void __attribute__((noreturn))
double_fault(void)
{
    uintptr_t offset = 0;
    const struct tss *old = &cpu->tss;
    const char *name = symbol_name(old->eip, &offset);

    panic("double fault at %p (%s+%#x), stack pointer %p; most likely the "
          "kernel stack overflowed", (void *)old->eip, name ? name : "?",
          (unsigned)offset, (void *)old->esp);
}

void
idt_load(void)
{
    struct tss *task = &cpu->double_fault;

    task->cr3 = V2P(kpgdir);
    task->eip = (uintptr_t)double_fault;
    task->esp = (uintptr_t)double_fault_stack[cpu->id] + PGSIZE;
    task->cs = SEG_KCODE << 3;
    task->ss = task->ds = task->es = SEG_KDATA << 3;
    task->gs = SEG_KCPU << 3;
    task->iomap = sizeof(*task);
    lidt(idt, sizeof(idt));
}
