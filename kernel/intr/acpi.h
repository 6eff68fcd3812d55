/* What the firmware's tables say: "ACPI Specification". */
#pragma once

#include <stdint.h>

/* Enters the machine's CPUs in cpus[]; this one, which boots, is the first. */
void acpi_init(void);

/*
 * Ends the machine, with an exit code (0 to 127) for whoever emulates it.  The
 * disk must be at rest.
 */
void power_off(uint8_t code) __attribute__((noreturn));
