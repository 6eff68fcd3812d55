/*
 * The table that tells the CPU where to go for each vector.
 *
 * A double fault is special: it most often means that the kernel stack has
 * overflowed, so there is no stack to push a trap frame on.  Its entry is a
 * task gate: the CPU saves all registers in its task state and loads a second
 * one, with a stack of its own.
 */
#include "intr/idt.h"

#include "x86/traps.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"

extern const char vectors[];                // x86/vectors.S

static uint64_t idt[NVECTORS];              // [const] after idt_init
static char double_fault_stack[NCPU][PGSIZE] __attribute__((aligned(PGSIZE)));

static uint64_t
gate(uint8_t access, unsigned segment, const void *handler)
{
    uint64_t offset = (uintptr_t)handler;

    return (offset & 0xffff0000) << 32 | (uint64_t)access << 40 |
           segment << 3 << 16 | (offset & 0x0000ffff);
}

/*
 * Where a double fault begins.  The old registers are in cpu->tss: %ebp leads to
 * the callers, unless it is spoilt: on a kernel stack there must be a page.
 */
static void __attribute__((noreturn))
double_fault(void)
{
    uintptr_t eip = cpu->tss.eip, ebp = cpu->tss.ebp;
    const struct symbol *symbol = symbol_at(eip);

    stop_other_cpus();
    printf("\nThe double fault came in code called from:\n");
    if (PDX(ebp) == PDX(KSTACKBASE) &&
        *walkpgdir(kpgdir, ebp, false) & PTE_P)
        print_callers((const uintptr_t *)ebp);
    panic("double fault at %p (%s+%#x), stack pointer %p; %s", (void *)eip,
          symbol->name, (unsigned)(eip - symbol->address),
          (void *)cpu->tss.esp, eip < KERNBASE
          ? "the kernel jumped to a wild address"
          : "most likely the kernel stack overflowed");
}

void
idt_init(void)
{
    const struct table_register table = { sizeof(idt) - 1, idt };

    // Each CPU writes the same into the table.  A program may raise one vector,
    // for system calls, and for those interrupts stay on.
    for (unsigned i = 0; i < NVECTORS; i++)
        idt[i] = gate(i == T_SYSCALL ? ACCESS_USER_TRAP : ACCESS_INTERRUPT,
                      SEG_KCODE, &vectors[i * VECTOR_SIZE]);
    idt[T_DOUBLE] = gate(ACCESS_TASK_GATE, SEG_DOUBLE, NULL);

    struct tss *task = &cpu->double_fault;
    task->cr3 = V2P(kpgdir);
    task->eip = (uintptr_t)double_fault;
    task->esp = (uintptr_t)double_fault_stack[cpu->id + 1];
    task->cs = SEG_KCODE << 3;
    task->ss = task->ds = task->es = SEG_KDATA << 3;
    task->gs = SEG_KCPU << 3;
    task->iomap = sizeof(*task);
    asm volatile("lidt %0" : : "m"(table) : "memory");
}
