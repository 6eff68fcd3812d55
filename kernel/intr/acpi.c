/*
 * Finding the firmware's tables and reading two of them: the MADT lists the
 * CPUs, the FADT names the port that switches the power off.
 *
 * A pointer in low memory (RSDP) leads to a list (RSDT) of the physical
 * addresses of all tables.  They may lie anywhere, so each is read through
 * temp_map, which shows one at a time.  Without them the machine has one CPU
 * and no such port.
 *
 * What else the MADT says is the same on every PC: where the interrupt
 * controllers are, and that the devices we drive interrupt through the I/O
 * APIC's input of the same number.
 */
#include "intr/acpi.h"

#include "lib/string.h"
#include "x86/x86.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/vm.h"

enum {
    EBDA_SEGMENT = 0x40e,       // where the BIOS names its data area
    RSDP_SIZE = 20,
    RSDP_RSDT = 16,             // offset in bytes, as are the following
    TABLE_LENGTH = 4,
    RSDT_TABLES = 36,
    FADT_PM1A_CONTROL = 64,
    MADT_ENTRIES = 44,

    MAX_LENGTH = 0x100000,      // a longer table is taken for damaged
    IS_FADT = 0x50434146,       // "FACP", as a number
    IS_MADT = 0x43495041,       // "APIC"
    IS_CPU = 0,                 // type of an entry of the MADT
    CPU_ENABLED = 1,            // its flag; without it the socket is empty

    LAPIC_ID = 0x020,           // register: this CPU's number in the top byte

    QEMU_EXIT = 0x501,          // port of QEMU's device isa-debug-exit
    // PM1 control: sleep type 5 (soft off) has the value 0 on every machine we
    // know; the enable bit carries it out.
    PM1_SLEEP_ENABLE = 0x2000,
};

// A number of the firmware's: it may lie at any address, aligned or not.
typedef uint32_t __attribute__((aligned(1))) firmware_number;

static uint16_t pm1a_control;   // [const] after init; 0 if unknown

/* A table has a byte that makes all of them add up to 0. */
static bool
adds_up(const uint8_t *table, size_t n)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += table[i];
    return sum == 0;
}

/*
 * Returns the number at an offset of the table at a physical address; 0 if the
 * table is damaged or not that long.
 */
static uint32_t
number(paddr_t pa, uint32_t offset)
{
    const uint8_t *table = temp_map(pa, MAX_LENGTH);
    uint32_t length = *(const firmware_number *)(table + TABLE_LENGTH);

    if (length > MAX_LENGTH || offset + 4 > length || !adds_up(table, length))
        return 0;
    return *(const firmware_number *)(table + offset);
}

/* Enters the CPUs of the MADT in cpus[], where this one is already. */
static void
read_madt(paddr_t madt)
{
    unsigned nfound = 1;
    uint32_t offset = MADT_ENTRIES;
    uint32_t entry = number(madt, offset);

    // An entry begins with its type and length; for a CPU, two ids come next.
    while ((entry >> 8 & 0xff) != 0) {
        uint8_t apicid = entry >> 24;
        if ((entry & 0xff) == IS_CPU && apicid != cpus[0].apicid &&
            number(madt, offset + 4) & CPU_ENABLED) {
            nfound++;
            if (ncpu < NCPU)
                cpus[ncpu++].apicid = apicid;
        }
        offset += entry >> 8 & 0xff;
        entry = number(madt, offset);
    }
    printf("cpus: %u found\n", nfound);
}

void
acpi_init(void)
{
    const uint16_t *segment = P2V(EBDA_SEGMENT);
    paddr_t rsdt = 0;

    // The RSDP is at the start of the BIOS's data area or in the BIOS itself.
    // What lies between does not pass for one.
    for (paddr_t pa = *segment << 4; rsdt == 0 && pa < EXTMEM; pa += 16) {
        const uint8_t *rsdp = P2V(pa);
        if (memcmp(rsdp, "RSD PTR ", 8) == 0 && adds_up(rsdp, RSDP_SIZE))
            rsdt = *(const firmware_number *)(rsdp + RSDP_RSDT);
    }
    cpus[0].apicid = mmio_read32(LAPIC + LAPIC_ID) >> 24;
    for (uint32_t i = RSDT_TABLES; rsdt != 0 && number(rsdt, i) != 0; i += 4) {
        paddr_t table = number(rsdt, i);
        if (number(table, 0) == IS_MADT)
            read_madt(table);
        else if (number(table, 0) == IS_FADT)
            pm1a_control = number(table, FADT_PM1A_CONTROL);
    }
}

void
power_off(uint8_t code)
{
    outb(QEMU_EXIT, code);
    if (pm1a_control != 0)
        outw(pm1a_control, PM1_SLEEP_ENABLE);
    stop_other_cpus();
    printf("It is safe to turn off.\n");
    halt_cpu();
}
