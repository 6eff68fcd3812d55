/*
 * The local APICs and the I/O APIC.
 *
 * A local APIC has a timer, whose rate differs from machine to machine.  The
 * old timer chip (PIT, "8254 Programmable Interval Timer") counts at a known
 * rate, so it serves for delays and as the measure of the other.
 *
 * A local APIC sends messages to others: the first CPU's starts the other CPUs.
 */
#include "intr/apic.h"

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"

enum {
    // The local APIC: SDM 3A, "Local APIC Register Address Map".
    LAPIC_EOI = 0x0b0,
    LAPIC_SVR = 0x0f0,          // spurious-interrupt vector, and the switch
    LAPIC_ICR_LOW = 0x300,      // interrupt command: writing it sends
    LAPIC_ICR_HIGH = 0x310,     // its destination
    LAPIC_LVT_TIMER = 0x320,
    LAPIC_LVT_LINT0 = 0x350,    // the line from the old controllers
    LAPIC_LVT_LINT1 = 0x360,    // the line for errors of the hardware
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,
    SVR_ENABLE = 0x100,
    ICR_NMI = 0x400,            // interrupt it even with interrupts off
    ICR_INIT = 0x500,           // reset it
    ICR_STARTUP = 0x600,        // and have it begin at this page, in real mode
    ICR_PENDING = 0x1000,
    ICR_ASSERT = 0x4000,
    LVT_MASKED = 0x10000,
    TIMER_PERIODIC = 0x20000,
    TIMER_BY_16 = 0x3,

    // The I/O APIC: two registers lead to all others, an index and its data.
    IOAPIC_INDEX = 0x00,
    IOAPIC_DATA = 0x10,
    IOAPIC_TABLE = 0x10,        // index of the first input's two registers

    // The old pair of interrupt controllers: their mask registers.
    PIC1_MASK = 0x21, PIC2_MASK = 0xa1, PIC_ALL = 0xff,

    // The old timer, of which we use channel 2.
    PIT_HZ = 1193182,
    PIT_CHANNEL2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_CHANNEL2_ONCE = 0xb0,   // both bytes, mode 0: count to 0
    CONTROL_B = 0x61,           // the port that gates it
    CONTROL_GATE2 = 0x01,
    CONTROL_SPEAKER = 0x02,
    CONTROL_OUT2 = 0x20,        // the count has reached 0
};

static void (*handlers[NIRQS])(void);   // [const] once the device is set up
static uint32_t steps_per_tick;         // [const] after the first timer_start

void
lapic_send(uint8_t apicid, uint32_t command)
{
    // The last command leaves first.  This is far longer than any delivery
    // takes; after that, try all the same.
    for (unsigned i = 0;
         i < 100000 && mmio_read32(LAPIC + LAPIC_ICR_LOW) & ICR_PENDING; i++)
        pause();
    mmio_write32(LAPIC + LAPIC_ICR_HIGH, (uint32_t)apicid << 24);
    mmio_write32(LAPIC + LAPIC_ICR_LOW, command | ICR_ASSERT);
}

/*
 * The panic hook.  An NMI, as a CPU may be spinning with interrupts off.  Waits
 * until it has halted, unless even this does not stop it.
 */
static void
stop_cpus(void)
{
    for (struct cpu *c = cpus; c < &cpus[ncpu]; c++)
        if (c->started && c != cpu) {
            lapic_send(c->apicid, ICR_NMI);
            for (unsigned i = 0; i < 1000 * 1000 && c->started; i++)
                pause();
        }
}

void
apic_init(void)
{
    outb(PIC1_MASK, PIC_ALL);
    outb(PIC2_MASK, PIC_ALL);
    mmio_write32(LAPIC + LAPIC_SVR, SVR_ENABLE | T_SPURIOUS);
    // All other local sources are masked after a reset.
    mmio_write32(LAPIC + LAPIC_LVT_LINT0, LVT_MASKED);
    mmio_write32(LAPIC + LAPIC_LVT_LINT1, ICR_NMI);
    mmio_write32(LAPIC + LAPIC_TIMER_DIVIDE, TIMER_BY_16);
    panic_stop_cpus = stop_cpus;
}

void
delay_us(unsigned us)
{
    uint16_t count = us * (PIT_HZ / 1000) / 1000 + 1;

    assert(us <= 50000);
    outb(CONTROL_B, (inb(CONTROL_B) & ~CONTROL_SPEAKER) | CONTROL_GATE2);
    outb(PIT_COMMAND, PIT_CHANNEL2_ONCE);
    outb(PIT_CHANNEL2, count & 0xff);
    outb(PIT_CHANNEL2, count >> 8);
    // A machine without a PIT must not hang us: so many looks at most.
    for (unsigned i = 0; i < 10 * 1000 * 1000; i++)
        if (inb(CONTROL_B) & CONTROL_OUT2)
            break;
}

void
timer_start(void)
{
    if (steps_per_tick == 0) {
        mmio_write32(LAPIC + LAPIC_TIMER_INITIAL, UINT32_MAX);
        delay_us(1000000 / HZ);
        steps_per_tick = UINT32_MAX - mmio_read32(LAPIC + LAPIC_TIMER_CURRENT);
        assert(steps_per_tick > 0);
    }
    mmio_write32(LAPIC + LAPIC_LVT_TIMER, TIMER_PERIODIC | T_TIMER);
    mmio_write32(LAPIC + LAPIC_TIMER_INITIAL, steps_per_tick);
}

/* For boot/entry.S, on the CPU that is being started: one at a time. */
char *ap_stack;
struct cpu *ap_cpu;

/*
 * The CPUs wait for a message that names a page below 1 MB, and begin there in
 * real mode (SDM 3A, "MP Initialization"): the boot block brings them to
 * `entry`.
 */
void
start_other_cpus(void)
{
    unsigned n = 1;

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

void
irq_register(unsigned irq, void (*handler)(void))
{
    assert(irq < NIRQS && handlers[irq] == NULL);
    handlers[irq] = handler;
    // An input's second register names the CPU, the first one the vector.
    mmio_write32(IOAPIC + IOAPIC_INDEX, IOAPIC_TABLE + 2 * irq + 1);
    mmio_write32(IOAPIC + IOAPIC_DATA, (uint32_t)cpus[0].apicid << 24);
    mmio_write32(IOAPIC + IOAPIC_INDEX, IOAPIC_TABLE + 2 * irq);
    mmio_write32(IOAPIC + IOAPIC_DATA, T_IRQ0 + irq);
}

void
irq_dispatch(unsigned vector)
{
    unsigned irq = vector - T_IRQ0;

    if (irq < NIRQS && handlers[irq] != NULL)
        handlers[irq]();
    mmio_write32(LAPIC + LAPIC_EOI, 0);
}
