/*
 * Time.  The old timer chip (PIT, "8254 Programmable Interval Timer") counts at
 * a known rate, so it serves for delays and as the measure of the local APIC's
 * timer, whose rate differs from machine to machine.
 */
#include "intr/timer.h"

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/traps.h"
#include "x86/x86.h"
#include "core/panic.h"

enum {
    PIT_HZ = 1193182,
    PIT_CHANNEL2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_CHANNEL2_ONCE = 0xb0,   // channel 2, both bytes, mode 0: count to 0

    CONTROL_B = 0x61,           // the port that gates channel 2
    CONTROL_GATE2 = 0x01,
    CONTROL_SPEAKER = 0x02,
    CONTROL_OUT2 = 0x20,        // the count has reached 0

    // Registers of a local APIC.  Its timer is masked until timer_start.
    LAPIC_LVT_TIMER = 0x320,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    TIMER_PERIODIC = 0x20000,

    // A machine without a PIT must not hang us: so many looks at most.
    MAX_LOOKS = 10 * 1000 * 1000,
    US_PER_TICK = 1000000 / HZ,
};

static uint32_t steps_per_tick;     // [const] after the first timer_start

void
delay_us(unsigned us)
{
    uint16_t count = us * (PIT_HZ / 1000) / 1000 + 1;

    assert(us <= 50000);
    outb(CONTROL_B, (inb(CONTROL_B) & ~CONTROL_SPEAKER) | CONTROL_GATE2);
    outb(PIT_COMMAND, PIT_CHANNEL2_ONCE);
    outb(PIT_CHANNEL2, count & 0xff);
    outb(PIT_CHANNEL2, count >> 8);
    for (unsigned i = 0; i < MAX_LOOKS; i++)
        if (inb(CONTROL_B) & CONTROL_OUT2)
            break;
}

void
timer_start(void)
{
    if (steps_per_tick == 0) {
        mmio_write32(LAPIC + LAPIC_TIMER_INITIAL, UINT32_MAX);
        delay_us(US_PER_TICK);
        steps_per_tick = UINT32_MAX - mmio_read32(LAPIC + LAPIC_TIMER_CURRENT);
        assert(steps_per_tick > 0);
    }
    mmio_write32(LAPIC + LAPIC_LVT_TIMER, TIMER_PERIODIC | T_TIMER);
    mmio_write32(LAPIC + LAPIC_TIMER_INITIAL, steps_per_tick);
}
