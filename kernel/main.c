/*
 * The kernel's table of contents: what is set up, and in which order.
 *
 * main does it on the first CPU.  Last it starts the others, each of which has
 * only itself to set up, in ap_main.
 */
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/printf.h"
#include "mem/kalloc.h"
#include "mem/vm.h"
#include "intr/acpi.h"
#include "intr/apic.h"
#include "intr/idt.h"
#include "sched/sched.h"
#include "dev/console.h"
#include "dev/disk.h"
#include "fs/log.h"
#include "proc/proc.h"

extern char end[];              // first address after the kernel, by kernel.ld

/* Both are called by boot/entry.S. */
void main(paddr_t bootinfo) __attribute__((noreturn));
void ap_main(struct cpu *self) __attribute__((noreturn));

void
main(paddr_t bootinfo)
{
    cpu_init(&cpus[0]);         // this CPU's segments: cpu and proc work
    console_init();             // the screen and the serial line: printf works
    printf("Lectern 0.1, a teaching kernel\n");
    ram_init(P2V(bootinfo));    // what the firmware says of memory
    kinit(end, P2V(BIGPGSIZE)); // the pages that entrypgdir maps: kalloc works
    kvmalloc();                 // the kernel's page table, with all of RAM
    kinit(P2V(BIGPGSIZE), ram_top);     // the rest of RAM
    acpi_init();                // the firmware's tables: which CPUs there are
    apic_init();                // the interrupt controllers
    idt_init();                 // where interrupts and system calls go
    timer_start();              // the clock: it ticks once interrupts are on
    console_enable_input();     // keyboard and serial line interrupt
    disk_init();
    initlog();                  // mount the file system, recover it if needed
    userinit();                 // the first process
    start_other_cpus();         // each ends in its own scheduler
    scheduler();                // this CPU too; never returns
}

/*
 * The page directory from `entry` to kvmalloc, and while the other CPUs start:
 * the first 4 MB of memory, twice.  PTE_PS makes each entry a 4 MB page.
 */
__attribute__((aligned(PGSIZE)))
pde_t entrypgdir[NPDENTRIES] = {
    // At address 0, for the instructions that turn paging on.
    [0] = 0 | PTE_P | PTE_W | PTE_PS,
    // At KERNBASE, where the kernel is linked.
    [KERNBASE >> PDXSHIFT] = 0 | PTE_P | PTE_W | PTE_PS,
};

void
ap_main(struct cpu *self)
{
    cpu_init(self);
    apic_init();
    idt_init();
    timer_start();
    cpu->started = true;
    // The boot log is complete before the first program prints.
    while (!cpus[0].started)
        pause();
    scheduler();
}
