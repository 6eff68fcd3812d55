/* The local APICs and the I/O APIC. */
#include "intr/apic.h"

#include <stddef.h>

#include "x86/memlayout.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "intr/acpi.h"

/* SDM 3A, "Local APIC Register Address Map". */
enum {
    LAPIC_ID = 0x020,
    LAPIC_TPR = 0x080,          // task priority: lower interrupts wait
    LAPIC_EOI = 0x0b0,
    LAPIC_SVR = 0x0f0,          // spurious-interrupt vector, and the switch
    LAPIC_ESR = 0x280,          // error status
    LAPIC_ICR_LOW = 0x300,      // interrupt command: writing it sends
    LAPIC_ICR_HIGH = 0x310,     // its destination
    LAPIC_LVT_TIMER = 0x320,
    LAPIC_LVT_LINT0 = 0x350,
    LAPIC_LVT_LINT1 = 0x360,
    LAPIC_LVT_ERROR = 0x370,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,

    SVR_ENABLE = 0x100,
    LVT_MASKED = 0x10000,
    LVT_NMI = 0x400,
    TIMER_PERIODIC = 0x20000,
    TIMER_BY_16 = 0x3,

    ICR_FIXED = 0x000,
    ICR_NMI = 0x400,
    ICR_INIT = 0x500,
    ICR_STARTUP = 0x600,
    ICR_PENDING = 0x1000,
    ICR_ASSERT = 0x4000,
};

/* Two registers lead to all others: an index and its data. */
enum {
    IOAPIC_INDEX = 0x00,
    IOAPIC_DATA = 0x10,

    IOAPIC_VERSION = 0x01,
    IOAPIC_TABLE = 0x10,        // two registers an input

    ENTRY_ACTIVE_LOW = 0x2000,
    ENTRY_LEVEL = 0x8000,
    ENTRY_MASKED = 0x10000,
};

/* The old pair of interrupt controllers: their mask registers. */
enum { PIC1_MASK = 0x21, PIC2_MASK = 0xa1, PIC_ALL = 0xff };

static uint32_t
lapic_read(unsigned reg)
{
    return mmio_read32(machine.lapic + reg);
}

static void
lapic_write(unsigned reg, uint32_t value)
{
    mmio_write32(machine.lapic + reg, value);
}

static void
ioapic_write(unsigned reg, uint32_t value)
{
    mmio_write32(machine.ioapic + IOAPIC_INDEX, reg);
    mmio_write32(machine.ioapic + IOAPIC_DATA, value);
}

/* Sends an interrupt command once the last one has left. */
static void
send(uint8_t apicid, uint32_t command)
{
    // Far longer than any delivery takes; after that, try all the same.
    for (unsigned i = 0; i < 100000; i++) {
        if (!(lapic_read(LAPIC_ICR_LOW) & ICR_PENDING))
            break;
        pause();
    }
    lapic_write(LAPIC_ICR_HIGH, (uint32_t)apicid << 24);
    lapic_write(LAPIC_ICR_LOW, command);
}

/* The panic hook.  An NMI, as a CPU may be spinning with interrupts off. */
static void
stop_cpus(void)
{
    for (struct cpu *c = cpus; c < &cpus[ncpu]; c++)
        if (c->started && c != cpu)
            send(c->apicid, ICR_NMI | ICR_ASSERT);
}

void
apic_init(void)
{
    if (machine.lapic < DEVBASE || machine.ioapic < DEVBASE)
        panic("the interrupt controllers are not in the device window");
    outb(PIC1_MASK, PIC_ALL);
    outb(PIC2_MASK, PIC_ALL);

    mmio_write32(machine.ioapic + IOAPIC_INDEX, IOAPIC_VERSION);
    unsigned last = mmio_read32(machine.ioapic + IOAPIC_DATA) >> 16 & 0xff;
    for (unsigned i = 0; i <= last; i++)
        ioapic_write(IOAPIC_TABLE + 2 * i, ENTRY_MASKED);

    cpus[0].apicid = lapic_read(LAPIC_ID) >> 24;
    for (unsigned i = 0; i < machine.ncpus; i++)
        if (machine.apicids[i] != cpus[0].apicid && ncpu < NCPU)
            cpus[ncpu++].apicid = machine.apicids[i];
    printf("cpus: %u found", machine.ncpus > 0 ? machine.ncpus : 1);
    if (machine.ncpus > NCPU)
        printf(", %u of them used", ncpu);
    printf("\n");
    panic_set_hook(PANIC_STOP_CPUS, stop_cpus);
}

void
lapic_init(void)
{
    lapic_write(LAPIC_SVR, SVR_ENABLE | T_SPURIOUS);
    lapic_write(LAPIC_LVT_LINT0, LVT_MASKED);
    lapic_write(LAPIC_LVT_LINT1, cpu->id == 0 ? LVT_NMI : LVT_MASKED);
    lapic_write(LAPIC_LVT_ERROR, T_APIC_ERROR);
    lapic_write(LAPIC_ESR, 0);
    lapic_write(LAPIC_EOI, 0);
    lapic_write(LAPIC_TPR, 0);
}

void
lapic_eoi(void)
{
    lapic_write(LAPIC_EOI, 0);
}

void
lapic_wake(uint8_t apicid)
{
    send(apicid, ICR_FIXED | ICR_ASSERT | T_WAKE);
}

void
lapic_send_init(uint8_t apicid)
{
    send(apicid, ICR_INIT | ICR_ASSERT);
}

void
lapic_send_startup(uint8_t apicid, uint32_t entry)
{
    send(apicid, ICR_STARTUP | ICR_ASSERT | entry >> PTXSHIFT);
}

void
lapic_timer_start(uint32_t count)
{
    lapic_write(LAPIC_TIMER_DIVIDE, TIMER_BY_16);
    if (count == 0) {
        lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
        lapic_write(LAPIC_TIMER_INITIAL, UINT32_MAX);
    } else {
        lapic_write(LAPIC_LVT_TIMER, TIMER_PERIODIC | T_TIMER);
        lapic_write(LAPIC_TIMER_INITIAL, count);
    }
}

uint32_t
lapic_timer_elapsed(void)
{
    return UINT32_MAX - lapic_read(LAPIC_TIMER_CURRENT);
}

void
ioapic_enable(int irq)
{
    const struct isa_route *route = &machine.isa[irq];
    unsigned reg = IOAPIC_TABLE + 2 * route->gsi;
    uint32_t entry = T_IRQ0 + irq;

    if (route->flags & ISA_ACTIVE_LOW)
        entry |= ENTRY_ACTIVE_LOW;
    if (route->flags & ISA_LEVEL)
        entry |= ENTRY_LEVEL;
    ioapic_write(reg + 1, (uint32_t)cpus[0].apicid << 24);
    ioapic_write(reg, entry);
}
