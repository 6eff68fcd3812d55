/* The firmware's tables of the machine: "ACPI Specification". */
#pragma once

#include <stdint.h>

/* How an ISA interrupt reaches the I/O APIC. */
struct isa_route {
    uint32_t gsi;               // input pin, numbered over all I/O APICs
    uint16_t flags;             // ISA_ACTIVE_LOW, ISA_LEVEL
};

enum {
    ISA_ACTIVE_LOW = 0x2,       // of the two polarity bits; else active high
    ISA_LEVEL = 0x8,            // of the two trigger bits; else edge
};

/* What the tables say; without them, what every PC has. [const] after init */
struct machine {
    uintptr_t lapic;            // address of the local APICs' registers
    uintptr_t ioapic;           // address of the first I/O APIC's registers
    struct isa_route isa[16];   // by ISA interrupt number
    uint16_t pm1a_control;      // port that powers off; 0 if unknown
    uint8_t ncpus;              // enabled CPUs found
    uint8_t apicids[256];       // of these CPUs, as listed
};
extern struct machine machine;

/* Reads the tables.  Called once, after kvmalloc. */
void acpi_init(void);
