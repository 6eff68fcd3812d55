/*
 * Starting the other CPUs: SDM 3A, "MP Initialization".  They wait for a
 * message that names a page below 1 MB, and begin there in real mode.
 */
#include "boot/smp.h"

#include "lib/string.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/printf.h"
#include "mem/vm.h"
#include "intr/apic.h"
#include "intr/idt.h"
#include "intr/timer.h"
#include "sched/sched.h"

extern const char ap_start[], ap_end[];     // ap_entry.S

void ap_main(void) __attribute__((noreturn));

/* What the CPU that is being started uses: one starts at a time. */
char *ap_stack;
static struct cpu *ap_cpu;

/* The first C function of another CPU; ap_entry.S calls it. */
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

void
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
