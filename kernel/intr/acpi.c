/*
 * Finding the firmware's tables and reading two of them: the MADT lists the CPUs
 * and the interrupt controllers, the FADT the port that switches the power off.
 *
 * A pointer in low memory (RSDP) leads to a list (RSDT) of the physical addresses
 * of all tables.  They may lie anywhere, so each is read through temp_map.
 */
#include "intr/acpi.h"

#include <stdbool.h>
#include <stddef.h>

#include "lib/string.h"
#include "x86/memlayout.h"
#include "mem/vm.h"

struct rsdp {
    char signature[8];          // "RSD PTR "
    uint8_t checksum;           // makes the first 20 bytes add up to 0
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;              // physical address
} __attribute__((packed));

struct table {
    char signature[4];
    uint32_t length;            // of the whole table, with this header
    uint8_t revision;
    uint8_t checksum;           // makes the whole table add up to 0
    uint8_t oem[26];
    uint8_t body[];
} __attribute__((packed));

enum {
    MAX_TABLES = 64,
    MAX_LENGTH = 0x100000,      // a longer table is taken for damaged

    // Offsets from the start of a table.
    FADT_PM1A_CONTROL = 64,
    MADT_LAPIC = 36,
    MADT_ENTRIES = 44,

    // Types of an entry of the MADT.
    MADT_CPU = 0,
    MADT_IOAPIC = 1,
    MADT_OVERRIDE = 2,

    CPU_ENABLED = 1,
};

struct machine machine = {
    .lapic = 0xfee00000,
    .ioapic = 0xfec00000,
};

static bool
adds_up(const void *start, size_t n)
{
    const uint8_t *bytes = start;
    uint8_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += bytes[i];
    return sum == 0;
}

/* The tables are packed, so a number in them may lie at any address. */
static uint32_t
read32(const uint8_t *p)
{
    return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static const struct rsdp *
find_rsdp_in(paddr_t start, size_t n)
{
    for (paddr_t pa = start; pa + sizeof(struct rsdp) <= start + n; pa += 16) {
        const struct rsdp *rsdp = P2V(pa);
        if (memcmp(rsdp->signature, "RSD PTR ", 8) == 0 &&
            adds_up(rsdp, sizeof(*rsdp)))
            return rsdp;
    }
    return NULL;
}

/* It is in the first KB of the extended BIOS data area, or in the BIOS. */
static const struct rsdp *
find_rsdp(void)
{
    const uint16_t *ebda_segment = P2V(0x40e);
    const struct rsdp *rsdp = find_rsdp_in(*ebda_segment << 4, 1024);

    if (rsdp == NULL)
        rsdp = find_rsdp_in(0xe0000, 0x20000);
    return rsdp;
}

/* Returns the table at a physical address, or NULL if it is damaged. */
static const struct table *
map_table(paddr_t pa)
{
    const struct table *table = temp_map(pa, MAX_LENGTH);

    if (table->length < sizeof(*table) || table->length > MAX_LENGTH ||
        !adds_up(table, table->length))
        return NULL;
    return table;
}

static void
read_madt_entry(const uint8_t *entry)
{
    switch (entry[0]) {
    case MADT_CPU:
        // A disabled CPU is a socket without one: it would never start.
        if (read32(entry + 4) & CPU_ENABLED && machine.ncpus < UINT8_MAX)
            machine.apicids[machine.ncpus++] = entry[3];
        break;
    case MADT_IOAPIC:
        if (read32(entry + 8) == 0)             // the one that starts at GSI 0
            machine.ioapic = read32(entry + 4);
        break;
    case MADT_OVERRIDE:
        if (entry[3] < 16) {
            machine.isa[entry[3]].gsi = read32(entry + 4);
            machine.isa[entry[3]].flags = entry[8];
        }
        break;
    }
}

static void
read_madt(const struct table *madt)
{
    const uint8_t *start = (const uint8_t *)madt;
    const uint8_t *end = start + madt->length;

    machine.lapic = read32(start + MADT_LAPIC);
    // Each entry begins with its type and its length.
    for (const uint8_t *p = start + MADT_ENTRIES; p + 2 <= end; p += p[1]) {
        if (p[1] < 8 || p + p[1] > end)
            break;
        read_madt_entry(p);
    }
}

static void
read_table(paddr_t pa)
{
    const struct table *table = map_table(pa);

    if (table == NULL)
        return;
    if (memcmp(table->signature, "APIC", 4) == 0)
        read_madt(table);
    else if (memcmp(table->signature, "FACP", 4) == 0 &&
             table->length >= FADT_PM1A_CONTROL + 4)
        machine.pm1a_control =
            (uint16_t)read32((const uint8_t *)table + FADT_PM1A_CONTROL);
}

void
acpi_init(void)
{
    paddr_t tables[MAX_TABLES];
    unsigned n = 0;

    for (unsigned i = 0; i < 16; i++)
        machine.isa[i].gsi = i;
    const struct rsdp *rsdp = find_rsdp();
    if (rsdp == NULL)
        return;
    const struct table *rsdt = map_table(rsdp->rsdt);
    if (rsdt == NULL)
        return;
    // Mapping a table takes the list away: copy it first.
    unsigned count = (rsdt->length - sizeof(*rsdt)) / 4;
    for (; n < count && n < MAX_TABLES; n++)
        tables[n] = read32(rsdt->body + 4 * n);
    for (unsigned i = 0; i < n; i++)
        read_table(tables[i]);
    temp_unmap();
}
