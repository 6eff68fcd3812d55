/*
 * Time.  The old timer chip (PIT, "8254 Programmable Interval Timer") counts at a
 * known rate, so it serves for delays and as the measure of the local APIC's
 * timer, whose rate differs from machine to machine.
 */
#include "intr/timer.h"

#include <stdint.h>

#include "lib/limits.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "intr/apic.h"

enum {
    PIT_HZ = 1193182,
    PIT_CHANNEL2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_CHANNEL2_ONCE = 0xb0,   // channel 2, both bytes, mode 0: count to 0

    CONTROL_B = 0x61,           // the port that gates channel 2
    CONTROL_GATE2 = 0x01,
    CONTROL_SPEAKER = 0x02,
    CONTROL_OUT2 = 0x20,        // the count has reached 0

    // A machine without a PIT must not hang us: so many looks at most.
    MAX_LOOKS = 10 * 1000 * 1000,
    US_PER_TICK = 1000000 / HZ,
};

static uint32_t steps_per_tick;     // [const] after timer_calibrate

void
delay_us(unsigned us)
{
    assert(us <= 50000);
    uint16_t count = us * (PIT_HZ / 1000) / 1000 + 1;
    uint8_t control = inb(CONTROL_B) & ~(CONTROL_GATE2 | CONTROL_SPEAKER);

    outb(CONTROL_B, control);
    outb(PIT_COMMAND, PIT_CHANNEL2_ONCE);
    outb(PIT_CHANNEL2, count & 0xff);
    outb(PIT_CHANNEL2, count >> 8);
    outb(CONTROL_B, control | CONTROL_GATE2);
    for (unsigned i = 0; i < MAX_LOOKS; i++)
        if (inb(CONTROL_B) & CONTROL_OUT2)
            break;
}

void
timer_calibrate(void)
{
    lapic_timer_start(0);
    delay_us(US_PER_TICK);
    steps_per_tick = lapic_timer_elapsed();
    assert(steps_per_tick > 0);
}

void
timer_start(void)
{
    lapic_timer_start(steps_per_tick);
}
