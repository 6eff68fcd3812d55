/*
 * Starting the other CPUs: SDM 3A, "MP Initialization".  They wait for a message
 * that names a page below 1 MB, and begin there in real mode.
 */
#include "boot/smp.h"

#include "lib/limits.h"
#include "lib/string.h"
#include "x86/memlayout.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/printf.h"
#include "mem/vm.h"
#include "intr/apic.h"
#include "intr/idt.h"
#include "intr/timer.h"
#include "sched/fpu.h"
#include "sched/sched.h"

extern const char ap_start[], ap_end[];     // ap_entry.S

void ap_main(void) __attribute__((noreturn));

/* What the CPU that is being started uses: one starts at a time. */
char *ap_stack;
static struct cpu *ap_cpu;

/*
 * Set when the boot is over; until then the CPUs that are up wait, so that the
 * boot log is complete before the first program prints.  volatile, as they poll.
 */
static volatile bool boot_done;

/* The first C function of another CPU; ap_entry.S calls it. */
void
ap_main(void)
{
    cpu_init(ap_cpu);
    idt_load();
    lapic_init();
    fpu_init_cpu();
    timer_start();
    cpu->started = true;
    while (!boot_done)
        pause();
    scheduler();
}

/* Waits up to us microseconds for c to come up. */
static bool
wait_started(struct cpu *c, unsigned us)
{
    enum { STEP = 100 };

    for (unsigned waited = 0; waited < us && !c->started; waited += STEP)
        delay_us(STEP);
    return c->started;
}

static bool
start_cpu(struct cpu *c)
{
    char *stack = kstack_alloc(NPROC + (c - cpus));

    if (stack == NULL)
        return false;
    ap_stack = stack + KSTACKSIZE;
    ap_cpu = c;
    lapic_send_startup(c->apicid, AP_ENTRY);
    if (wait_started(c, 1000))
        return true;
    // A second message is part of the protocol; then be patient, as a loaded
    // host may take its time to run an emulated CPU.
    lapic_send_startup(c->apicid, AP_ENTRY);
    return wait_started(c, 2 * 1000 * 1000);
}

void
start_other_cpus(void)
{
    unsigned started = 1;

    cpu->started = true;
    memcpy(P2V(AP_ENTRY), ap_start, ap_end - ap_start);
    for (struct cpu *c = &cpus[1]; c < &cpus[ncpu]; c++)
        lapic_send_init(c->apicid);
    if (ncpu > 1)
        delay_us(10000);
    for (struct cpu *c = &cpus[1]; c < &cpus[ncpu]; c++) {
        if (!start_cpu(c)) {
            // It may yet wake up and would take the next one's stack: stop here.
            printf("cpus: number %u does not start\n", c->apicid);
            break;
        }
        started++;
    }
    printf("cpus: %u started\n", started);
    boot_done = true;
}
