/* Switching the machine off, by the first way that works. */
#include "intr/power.h"

#include "x86/x86.h"
#include "core/panic.h"
#include "core/printf.h"
#include "intr/acpi.h"

enum {
    QEMU_EXIT = 0x501,          // QEMU's device isa-debug-exit
    // "ACPI Specification", PM1 control: sleep type 5 (soft off) has the value 0
    // on every machine we know; the enable bit carries it out.
    PM1_SLEEP_ENABLE = 0x2000,
};

void
power_off(uint8_t code)
{
    outb(QEMU_EXIT, code);
    if (machine.pm1a_control != 0)
        outw(machine.pm1a_control, PM1_SLEEP_ENABLE);
    stop_other_cpus();
    printf("It is safe to turn off.\n");
    halt_cpu();
}
