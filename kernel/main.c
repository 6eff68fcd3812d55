/*
 * The kernel's table of contents: what is set up, and in which order.
 *
 * main does it on the first CPU.  Last it starts the others, each of which has
 * only itself to set up, in ap_main.
 */
#include "lib/string.h"
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
extern const char ap_start[], ap_end[];     // boot/entry.S

/* Both are called by boot/entry.S. */
void main(paddr_t bootinfo) __attribute__((noreturn));
void ap_main(void) __attribute__((noreturn));

static void start_other_cpus(void);

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

/* What the CPU that is being started uses: one starts at a time. */
char *ap_stack;
static struct cpu *ap_cpu;

void
ap_main(void)
{
    cpu_init(ap_cpu);
    apic_init();
    idt_init();
    timer_start();
    cpu->started = true;
    // The boot log is complete before the first program prints.
    while (!cpus[0].started)
        pause();
    scheduler();
}

/*
 * Starts every CPU in cpus[] but this one, and says how many run.  They wait
 * for a message that names a page below 1 MB, and begin there in real mode: SDM
 * 3A, "MP Initialization".
 */
static void
start_other_cpus(void)
{
    unsigned n = 1;

    memcpy(P2V(AP_ENTRY), ap_start, ap_end - ap_start);
    for (; n < ncpu; n++) {
        char *stack = kstack_alloc(NPROC + n);
        if (stack == NULL)
            break;
        ap_stack = stack + KSTACKSIZE;
        ap_cpu = &cpus[n];
        lapic_send(ap_cpu->apicid, ICR_INIT);
        delay_us(10000);
        // The protocol wants this message twice; a CPU that runs ignores it.
        lapic_send(ap_cpu->apicid, ICR_STARTUP | AP_ENTRY / PGSIZE);
        delay_us(200);
        lapic_send(ap_cpu->apicid, ICR_STARTUP | AP_ENTRY / PGSIZE);
        // 2 s: a loaded host may take its time to run an emulated CPU.
        for (unsigned i = 0; i < 20000 && !ap_cpu->started; i++)
            delay_us(100);
        if (!ap_cpu->started) {
            // It may yet wake up and take the next one's stack: stop here.
            printf("cpus: number %u does not start\n", ap_cpu->apicid);
            break;
        }
    }
    printf("cpus: %u started\n", n);
    cpu->started = true;
}
