/*
 * The watchdog for interrupts: does every CPU still get its clock ticks?
 *
 * A CPU that keeps interrupts off, or that was never told the end of one, gets
 * no others.  Only a non-maskable interrupt still reaches it.  The old timer's
 * channel 0 gives one to the first CPU, some 18 times a second, through the
 * I/O APIC; the first CPU looks after the others.
 */
#include "core/debug.h"

#include "x86/memlayout.h"
#include "x86/trapframe.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "intr/apic.h"

enum {
    PIT_CHANNEL0 = 0x40,
    PIT_COMMAND = 0x43,
    PIT_CHANNEL0_RATE = 0x34,   // both bytes, mode 2: again and again
    IOAPIC_INDEX = 0x00,
    IOAPIC_DATA = 0x10,
    IOAPIC_PIT = 0x10 + 2 * 2,  // index of its input's two registers
    DELIVER_NMI = 0x400,        // and in the local APIC's command
    PATIENCE = 5 * 18,          // five seconds
};

static struct {
    volatile unsigned ticks;    // [cpu]
    unsigned seen;              // ticks when the first CPU last looked
    unsigned since;             // looks since then
    volatile bool late;
} watched[NCPU];

static void
write_input(uint32_t high, uint32_t low)
{
    mmio_write32(IOAPIC + IOAPIC_INDEX, IOAPIC_PIT + 1);
    mmio_write32(IOAPIC + IOAPIC_DATA, high);
    mmio_write32(IOAPIC + IOAPIC_INDEX, IOAPIC_PIT);
    mmio_write32(IOAPIC + IOAPIC_DATA, low);
}

void
debug_watchdog_start(void)
{
    outb(PIT_COMMAND, PIT_CHANNEL0_RATE);
    outb(PIT_CHANNEL0, 0);      // stands for 65,536 steps
    outb(PIT_CHANNEL0, 0);
    write_input((uint32_t)cpus[0].apicid << 24, DELIVER_NMI);
}

/* Looks at all CPUs.  A late one gets an NMI and speaks for itself. */
static void
look(void)
{
    for (unsigned i = 0; i < ncpu; i++) {
        unsigned ticks = watched[i].ticks;
        if (ticks != watched[i].seen || !cpus[i].started || !cpus[0].started)
            watched[i].since = 0;
        watched[i].seen = ticks;
        if (++watched[i].since == PATIENCE) {
            watched[i].late = true;
            if (i != cpu->id)
                lapic_send(cpus[i].apicid, DELIVER_NMI);
        }
    }
}

bool
debug_watchdog(const struct trapframe *tf)
{
    if (tf->trapno == T_TIMER)
        watched[cpu->id].ticks++;
    if (tf->trapno != T_NMI)
        return false;
    // An NMI stops the other CPUs then; to this one it means nothing.
    if (panicking)
        return panicking == cpu;
    if (cpu->id == 0)
        look();
    else if (!watched[cpu->id].late)
        return false;
    if (!watched[cpu->id].late)
        return true;
    const struct symbol *symbol = symbol_at(tf->eip);
    panic("no clock tick on this CPU for 5 seconds, and interrupts are %s, at "
          "%p (%s+%#x)", tf->eflags & FL_IF ? "on: has the end of one not been "
          "told (EOI)?" : "off", (void *)tf->eip, symbol->name,
          (unsigned)(tf->eip - symbol->address));
}
