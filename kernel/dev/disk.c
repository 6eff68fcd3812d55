/*
 * The disk: the first drive of a PCI IDE controller, with bus-master DMA.
 *
 * For a transfer the controller gets a table of memory regions, the drive gets
 * a command, and the controller then moves the data by itself.  The command's
 * end shows in the drive's status; an interrupt announces it.
 *
 * One request is in flight at a time, and its owner sleeps until it ends.  The
 * interrupt sees that, or, should it get lost, the next clock tick; the tick
 * also gives up a request that takes too long.
 *
 * T13, "AT Attachment with Packet Interface - 6"; Intel, "Programming Interface
 * for Bus Master IDE Controller"; PCI Local Bus Specification, "Configuration
 * Space".
 */
#include "dev/disk.h"

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "core/printf.h"
#include "intr/apic.h"
#include "sched/clock.h"
#include "sched/proc.h"
#include "sched/sleep.h"

// The controller: on the PCI bus, where one port takes a register's address and
// another moves the register, and then at ports of its own.
#define CONFIG_ENABLE 0x80000000u
enum {
    CONFIG_ADDRESS = 0xCF8,
    CONFIG_DATA = 0xCFC,
    NFUNCTIONS = 256 * 32 * 8,  // of all devices of all buses
    PCI_COMMAND = 0x04,         // the low half; the high one is the status
    PCI_ENABLE = 0x05,          // use I/O ports, and memory by itself
    PCI_CLASS = 0x08,           // in the high half
    PCI_CLASS_IDE = 0x0101,
    PCI_BAR4 = 0x20,            // fifth base address: the registers below
    BAR_PORT = 0xFFFC,
    BM_COMMAND = 0,
    BM_START = 0x01,            // bits of the command
    BM_TO_MEMORY = 0x08,
    BM_STATUS = 2,
    BM_ACTIVE = 0x01,           // bits of the status
    BM_ERROR = 0x02,            // cleared by writing 1, as the next
    BM_INTERRUPT = 0x04,
    BM_TABLE = 4,
    REGION_LAST = 0x8000,       // flag in the table
};

// The drive's registers: the first channel, where the first PC had it.
enum {
    ATA_DATA = 0x1F0,
    ATA_NSECTOR = 0x1F2,        // 0 stands for 256
    ATA_LBA = 0x1F3,            // three registers, the lowest bits first
    ATA_DEVICE = 0x1F6,         // also bits 24 to 27 of the sector
    DEVICE_LBA = 0xE0,          // first drive; sectors count from 0
    ATA_COMMAND = 0x1F7,        // write
    READ_DMA = 0xC8,
    WRITE_DMA = 0xCA,
    FLUSH_CACHE = 0xE7,
    IDENTIFY_DEVICE = 0xEC,
    ATA_STATUS = 0x1F7,         // read: also ends the interrupt
    STATUS_ERR = 0x01,
    STATUS_DRQ = 0x08,          // data is to be moved
    STATUS_DF = 0x20,           // the drive is defective
    STATUS_BSY = 0x80,
    STATUS_ABSENT = 0xFF,       // no drive drives the bus; 0 in some emulators
    ATA_ALT_STATUS = 0x3F6,     // read: the status alone
    ATA_CONTROL = 0x3F6,        // write
    CONTROL_NORMAL = 0x00,      // nIEN, bit 1, is clear: interrupts come
    CONTROL_SRST = 0x04,        // software reset
};

enum {
    SECTORS_PER_PAGE = PGSIZE / 512,
    ID_NWORDS = 256,            // that IDENTIFY_DEVICE gives
    ID_NSECTORS = 60,           // the first of the two with the size
    POLL_US = 10,               // between two looks at the status
    READY_POLLS = 10000,        // looks at a drive that cannot take a command
    RESET_US = 5,               // least length of a reset
    TICK_US = 1000000 / HZ,
    TIMEOUT_US = DISK_TIMEOUT_TICKS * TICK_US,
};

// Pieces of memory for the controller; the table may not cross 64 KB.
static struct region {
    paddr_t address;
    uint16_t size, flags;
} regions[DISK_MAX_PAGES] __attribute__((aligned(8 * DISK_MAX_PAGES)));

static struct {
    struct spinlock lock;
    uint16_t bm;                // [const] the controller's first port
    uint32_t nsectors;          // [const] 0 without a disk
    bool taken;                 // [lock] a request owns the drive and the rest
    uint32_t sector;            // [lock] of the command, for messages
    uint32_t waited_us;         // [lock] since it began
    bool in_flight;             // [lock] it has not ended
    bool failed;                // [lock] it has ended so
} disk = { .lock = SPINLOCK("disk", RANK_DISK) };

/* Waits until these bits of the status are 0; false if that takes too long. */
static bool
wait_clear(uint8_t bits)
{
    for (int i = 0; i < READY_POLLS && (inb(ATA_ALT_STATUS) & bits) != 0; i++)
        delay_us(POLL_US);
    return (inb(ATA_ALT_STATUS) & bits) == 0;
}

/*
 * Begins a transfer, or a flush, which has no pages; false if the drive cannot
 * take a command now.  The interrupt may come before this returns.
 */
static bool
start(uint8_t command, uint32_t sector, void *const pages[], size_t npages)
{
    uint8_t direction = command == READ_DMA ? BM_TO_MEMORY : 0;

    if (!wait_clear(STATUS_BSY | STATUS_DRQ))
        return false;
    for (size_t i = 0; i < npages; i++) {
        assert((uintptr_t)pages[i] % PGSIZE == 0);
        uint16_t flags = i + 1 == npages ? REGION_LAST : 0;
        regions[i] = (struct region){ V2P(pages[i]), PGSIZE, flags };
    }
    outb(disk.bm + BM_COMMAND, direction);
    outb(disk.bm + BM_STATUS, BM_ERROR | BM_INTERRUPT);
    outl(disk.bm + BM_TABLE, V2P(regions));
    outb(ATA_DEVICE, DEVICE_LBA | sector >> 24);
    outb(ATA_NSECTOR, npages * SECTORS_PER_PAGE);
    for (int i = 0; i < 3; i++)
        outb(ATA_LBA + i, sector >> 8 * i);
    outb(ATA_COMMAND, command);
    if (npages > 0)
        outb(disk.bm + BM_COMMAND, direction | BM_START);
    return true;
}

/*
 * Ends the command in flight if the drive is done, or has taken too long; us
 * have passed since the last look.  Caller holds the lock.
 */
static void
look(unsigned us)
{
    uint8_t status = inb(ATA_ALT_STATUS);
    uint8_t master = inb(disk.bm + BM_STATUS);
    bool busy = (status & STATUS_BSY) != 0 ||
                (status & (STATUS_DRQ | STATUS_ERR)) == STATUS_DRQ ||
                (master & (BM_ACTIVE | BM_INTERRUPT)) == BM_ACTIVE;

    disk.waited_us += us;
    bool late = disk.waited_us >= TIMEOUT_US;
    if (busy && !late)
        return;
    outb(disk.bm + BM_COMMAND, 0);
    outb(disk.bm + BM_STATUS, BM_ERROR | BM_INTERRUPT);
    status = inb(ATA_STATUS);
    if (late) {                 // no more memory may be touched
        outb(ATA_CONTROL, CONTROL_SRST);
        delay_us(RESET_US);
        outb(ATA_CONTROL, CONTROL_NORMAL);
    }
    disk.failed = late || (status & (STATUS_ERR | STATUS_DF)) != 0 ||
                  (master & BM_ERROR) != 0;
    if (disk.failed)
        printf("disk %s, sector %u\n", late ? "timeout" : "error", disk.sector);
    disk.in_flight = false;
    wakeup(&disk.in_flight);
}

/*
 * Called at the disk's interrupt and at each tick.  The interrupt counts as a
 * tick: as a command has but one, that does no harm.
 */
static void
disk_tick(void)
{
    acquire(&disk.lock);
    if (disk.in_flight)
        look(TICK_US);
    release(&disk.lock);
}

static int
request(uint8_t command, uint32_t sector, void *const pages[], size_t npages)
{
    uint32_t nsectors = npages * SECTORS_PER_PAGE;

    assert(npages <= DISK_MAX_PAGES && (npages > 0 || command == FLUSH_CACHE));
    if (sector >= disk.nsectors || nsectors > disk.nsectors - sector)
        return -1;
    acquire(&disk.lock);
    while (disk.taken)
        sleep(&disk.taken, &disk.lock);
    disk.taken = true;
    disk.sector = sector;
    disk.waited_us = 0;
    disk.in_flight = true;
    if (!start(command, sector, pages, npages))
        look(TIMEOUT_US);
    while (disk.in_flight && proc != NULL)
        sleep(&disk.in_flight, &disk.lock);
    while (disk.in_flight) {
        delay_us(POLL_US);
        look(POLL_US);
    }
    int result = disk.failed ? -1 : 0;
    disk.taken = false;
    wakeup(&disk.taken);
    release(&disk.lock);
    return result;
}

int
disk_read(uint32_t sector, void *const pages[], size_t npages)
{
    return request(READ_DMA, sector, pages, npages);
}

int
disk_write(uint32_t sector, void *const pages[], size_t npages)
{
    return request(WRITE_DMA, sector, pages, npages);
}

int
disk_flush(void)
{
    return request(FLUSH_CACHE, 0, NULL, 0);
}

uint32_t
disk_nsectors(void)
{
    return disk.nsectors;
}

/* Reads a register of a PCI function; CONFIG_DATA goes on to stand for it. */
static uint32_t
pci_read(uint32_t function, uint32_t offset)
{
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | offset);
    return inl(CONFIG_DATA);
}

/* Finds the controller, lets it use DMA, and returns its port; 0 if none. */
static uint16_t
find_controller(void)
{
    // Where nothing is, reads give all ones.
    for (uint32_t function = 0; function < NFUNCTIONS; function++) {
        if (pci_read(function, PCI_CLASS) >> 16 == PCI_CLASS_IDE) {
            uint16_t command = pci_read(function, PCI_COMMAND);
            outl(CONFIG_DATA, command | PCI_ENABLE);
            return pci_read(function, PCI_BAR4) & BAR_PORT;
        }
    }
    return 0;
}

/* Returns the number of sectors of the drive, 0 if it is not there. */
static uint32_t
identify(void)
{
    uint16_t id[ID_NWORDS];

    outb(ATA_CONTROL, CONTROL_NORMAL);
    outb(ATA_DEVICE, DEVICE_LBA);
    uint8_t status = inb(ATA_STATUS);
    if (status == 0 || status == STATUS_ABSENT || !wait_clear(STATUS_BSY))
        return 0;
    outb(ATA_COMMAND, IDENTIFY_DEVICE);
    delay_us(1);                // until the status is valid
    // A CD drive refuses.
    if (!wait_clear(STATUS_BSY) || (inb(ATA_STATUS) & STATUS_DRQ) == 0)
        return 0;
    for (int i = 0; i < ID_NWORDS; i++)
        id[i] = inw(ATA_DATA);
    return id[ID_NSECTORS] | (uint32_t)id[ID_NSECTORS + 1] << 16;
}

void
disk_init(void)
{
    disk.bm = find_controller();
    disk.nsectors = disk.bm != 0 ? identify() : 0;
    if (disk.nsectors == 0) {
        printf("disk: none\n");
        return;
    }
    irq_register(IRQ_IDE, disk_tick);
    clock_set_hook(disk_tick);
    printf("disk: %u MB\n", disk.nsectors / 2048);
}
