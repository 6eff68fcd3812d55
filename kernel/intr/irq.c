/* Which handler each device interrupt has. */
#include "intr/irq.h"

#include <stddef.h>

#include "x86/traps.h"
#include "core/panic.h"
#include "intr/apic.h"

static void (*handlers[NIRQS])(void);   // [const] once the device is set up

void
irq_register(int irq, void (*handler)(void))
{
    assert(irq >= 0 && irq < NIRQS && handlers[irq] == NULL);
    handlers[irq] = handler;
    ioapic_enable(irq);
}

void
irq_dispatch(unsigned vector)
{
    if (vector >= T_IRQ0 && vector < T_IRQ0 + NIRQS &&
        handlers[vector - T_IRQ0] != NULL)
        handlers[vector - T_IRQ0]();
}
