/*
 * The IDE drive.
 *
 * For a transfer the controller gets a table of memory regions, the drive gets
 * a command, and the controller then moves the data by itself.  The command's
 * end shows in the drive's status; an interrupt announces it.
 *
 * T13, "AT Attachment with Packet Interface - 6"; Intel, "Programming Interface
 * for Bus Master IDE Controller".
 */
#include "dev/ide.h"

#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "core/printf.h"
#include "intr/timer.h"
#include "dev/pci.h"

// The drive's registers: the first channel, where the first PC had it.
enum {
    ATA_DATA = 0x1F0,
    ATA_NSECTOR = 0x1F2,        // 0 stands for 256
    ATA_LBA_LOW = 0x1F3,
    ATA_LBA_MID = 0x1F4,
    ATA_LBA_HIGH = 0x1F5,
    ATA_DEVICE = 0x1F6,
    ATA_STATUS = 0x1F7,         // read: also ends the interrupt
    ATA_COMMAND = 0x1F7,        // write
    ATA_ALT_STATUS = 0x3F6,     // read: the status alone
    ATA_CONTROL = 0x3F6,        // write
};

enum {
    STATUS_ERR = 0x01,
    STATUS_DRQ = 0x08,          // data is to be moved
    STATUS_DF = 0x20,           // the drive is defective
    STATUS_BSY = 0x80,
    STATUS_ABSENT = 0xFF,       // no drive drives the bus; 0 in some emulators
    DEVICE_LBA = 0xE0,          // first drive; sectors count from 0
    CONTROL_NORMAL = 0x00,      // nIEN, bit 1, is clear: interrupts come
    CONTROL_SRST = 0x04,        // software reset
    COMMAND_IDENTIFY = 0xEC,
};

// Words of what IDENTIFY DEVICE reports.
enum {
    ID_CAPABILITIES = 49,
    ID_NSECTORS = 60,           // two words
    ID_NWORDS = 256,
    CAPABLE_LBA = 0x200,        // v86 can, but does not show, DMA: bit 8
};

// The controller's registers, from its fifth base address on.
enum {
    BM_COMMAND = 0,
    BM_STATUS = 2,
    BM_TABLE = 4,
    BM_START = 0x01,            // bits of the command
    BM_TO_MEMORY = 0x08,
    BM_ACTIVE = 0x01,           // bits of the status
    BM_ERROR = 0x02,            // cleared by writing 1, as the next
    BM_INTERRUPT = 0x04,
};

enum {
    PCI_CLASS_IDE = 0x0101,
    MAX_REGIONS = 32,
    REGION_LAST = 0x8000,
    MAX_SECTORS = 1 << 28,      // that 28 bits can address
    POLL_US = 10,
    READY_US = 100000,          // longest wait for a drive to take a command
    RESET_US = 5,               // least length of a reset
};

// Pieces of memory for the controller; the table may not cross 64 KB.
static struct region {
    paddr_t address;
    uint16_t size;
    uint16_t flags;
} regions[MAX_REGIONS] __attribute__((aligned(8 * MAX_REGIONS)));

static uint16_t bm;             // [const] the controller's first port

/* Waits until these bits of the status are 0; false if that takes too long. */
static bool
wait_clear(uint8_t bits)
{
    for (unsigned us = 0; us < READY_US; us += POLL_US) {
        if ((inb(ATA_ALT_STATUS) & bits) == 0)
            return true;
        delay_us(POLL_US);
    }
    return false;
}

/* Finds the controller and lets it use DMA; false if it is not there. */
static bool
find_controller(void)
{
    int function = pci_find(PCI_CLASS_IDE);

    if (function < 0)
        return false;
    bm = pci_read(function, PCI_BAR4) & PCI_BAR_PORT;
    if (bm == 0) {
        printf("disk: the controller has no bus-master DMA\n");
        return false;
    }
    uint16_t command = pci_read(function, PCI_COMMAND);
    command |= PCI_COMMAND_IO | PCI_COMMAND_MASTER;
    pci_write(function, PCI_COMMAND, command);
    return true;
}

uint32_t
ide_init(void)
{
    uint16_t id[ID_NWORDS];

    if (!find_controller())
        return 0;
    outb(ATA_CONTROL, CONTROL_NORMAL);
    outb(ATA_DEVICE, DEVICE_LBA);
    uint8_t status = inb(ATA_STATUS);
    if (status == 0 || status == STATUS_ABSENT || !wait_clear(STATUS_BSY))
        return 0;
    outb(ATA_COMMAND, COMMAND_IDENTIFY);
    delay_us(1);                // until the status is valid
    // A CD drive refuses.
    if (!wait_clear(STATUS_BSY) || (inb(ATA_STATUS) & STATUS_DRQ) == 0)
        return 0;
    for (int i = 0; i < ID_NWORDS; i++)
        id[i] = inw(ATA_DATA);
    if ((id[ID_CAPABILITIES] & CAPABLE_LBA) == 0)
        return 0;
    uint32_t n = id[ID_NSECTORS] | (uint32_t)id[ID_NSECTORS + 1] << 16;
    return n < MAX_SECTORS ? n : MAX_SECTORS;
}

static void
fill_regions(void *const pages[], size_t npages)
{
    assert(npages <= MAX_REGIONS);
    for (size_t i = 0; i < npages; i++) {
        regions[i].address = V2P(pages[i]);
        regions[i].size = PGSIZE;
        regions[i].flags = i + 1 == npages ? REGION_LAST : 0;
    }
}

bool
ide_start(enum ide_command command, uint32_t sector, void *const pages[],
          size_t npages)
{
    uint8_t direction = command == IDE_READ ? BM_TO_MEMORY : 0;

    if (!wait_clear(STATUS_BSY | STATUS_DRQ))
        return false;
    fill_regions(pages, npages);
    outb(bm + BM_COMMAND, direction);
    outb(bm + BM_STATUS, inb(bm + BM_STATUS) | BM_ERROR | BM_INTERRUPT);
    outl(bm + BM_TABLE, V2P(regions));
    outb(ATA_DEVICE, DEVICE_LBA | sector >> 24);
    outb(ATA_NSECTOR, npages * (PGSIZE / 512));
    outb(ATA_LBA_LOW, sector);
    outb(ATA_LBA_MID, sector >> 8);
    outb(ATA_LBA_HIGH, sector >> 16);
    outb(ATA_COMMAND, command);
    if (npages > 0)
        outb(bm + BM_COMMAND, direction | BM_START);
    return true;
}

enum ide_result
ide_poll(void)
{
    uint8_t status = inb(ATA_ALT_STATUS);
    uint8_t master = inb(bm + BM_STATUS);

    if ((status & STATUS_BSY) != 0 ||
        (status & (STATUS_DRQ | STATUS_ERR)) == STATUS_DRQ ||
        (master & (BM_ACTIVE | BM_INTERRUPT)) == BM_ACTIVE)
        return IDE_BUSY;
    outb(bm + BM_COMMAND, 0);
    outb(bm + BM_STATUS, master | BM_ERROR | BM_INTERRUPT);
    status = inb(ATA_STATUS);
    bool failed = (status & (STATUS_ERR | STATUS_DF)) != 0 ||
                  (master & BM_ERROR) != 0;
    return failed ? IDE_FAILED : IDE_DONE;
}

void
ide_reset(void)
{
    outb(bm + BM_COMMAND, 0);
    outb(ATA_CONTROL, CONTROL_SRST);
    delay_us(RESET_US);
    outb(ATA_CONTROL, CONTROL_NORMAL);
}
