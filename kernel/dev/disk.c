/*
 * The disk: the first drive of a PCI IDE controller, with bus-master DMA.
 *
 * For a transfer the controller gets a table of memory regions, the drive gets
 * a command, and the controller then moves the data by itself.  When all is
 * done, the drive interrupts, and the controller remembers that it did.
 *
 * One command is in flight at a time, and its owner sleeps until it ends.  The
 * interrupt sees that, or, should it get lost, the next clock tick; the tick
 * also gives up a command that takes too long.
 *
 * T13, "AT Attachment with Packet Interface - 6"; Intel, "Programming Interface
 * for Bus Master IDE Controller"; PCI Local Bus Specification, "Configuration
 * Space".
 */
#include "dev/disk.h"

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/x86.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/printf.h"
#include "intr/apic.h"
#include "sched/sleep.h"
#include "sched/sleeplock.h"

#define CONFIG_ENABLE 0x80000000u
#define REGION_LAST 0x80000000u     // beside the last region's size
enum {
    // The controller: on the PCI bus, where one port takes a register's address
    // and another moves the register, and then at ports of its own.
    CONFIG_ADDRESS = 0xCF8,
    CONFIG_DATA = 0xCFC,
    NFUNCTIONS = 256 * 32 * 8,  // of all devices of all buses
    PCI_COMMAND = 0x04,         // with errors in the high half; 1 clears one
    PCI_ENABLE = 0x05,          // use I/O ports, and memory by itself
    PCI_CLASS = 0x08,           // in the high half
    PCI_CLASS_IDE = 0x0101,
    PCI_BAR4 = 0x20,            // fifth base address: the registers below
    BAR_PORT = 0xFFFC,
    BM_COMMAND = 0,
    BM_START = 0x01,            // bits of the command
    BM_TO_MEMORY = 0x08,
    BM_STATUS = 2,
    BM_ERROR = 0x02,            // bits of the status, cleared by writing 1
    BM_INTERRUPT = 0x04,        // the drive has; all data is in memory
    BM_TABLE = 4,

    // The drive's registers: the first channel, where the first PC had it.
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
    ATA_CONTROL = 0x3F6,
    CONTROL_NORMAL = 0x00,      // nIEN, bit 1, is clear: interrupts come
    CONTROL_SRST = 0x04,        // software reset

    SECTORS_PER_PAGE = PGSIZE / 512,
    ID_SIZE = 128,              // words of 32 bits that IDENTIFY_DEVICE gives
    ID_NSECTORS = 30,           // the one with the number of sectors
    POLL_US = 10,               // between two looks; enough for a reset
    TICK_POLLS = 1000000 / HZ / POLL_US,
};

// Address and size of the memory, for the controller; may not cross 64 KB.
static uint32_t regions[DISK_MAX_PAGES][2]
    __attribute__((aligned(8 * DISK_MAX_PAGES)));

// Held from a command's start until its result is known.
static struct sleeplock turn;

static struct spinlock lock = SPINLOCK("disk", RANK_DISK);
static uint16_t bm;             // [const] the controller's first port
static uint32_t disk_size;      // [const] in sectors; 0 without a disk
static unsigned ticks_left;     // [lock] for the command in flight; 0: none is
static const char *problem;     // [lock] of the last one; NULL: it succeeded

/* Waits until these bits of a register have that value; false after a tick. */
static bool
wait_for(uint16_t port, uint8_t bits, uint8_t value)
{
    for (int i = 0; i < TICK_POLLS && (inb(port) & bits) != value; i++)
        delay_us(POLL_US);
    return (inb(port) & bits) == value;
}

/*
 * Begins a transfer, or a flush, which has no pages.  The interrupt may come
 * before this returns.
 */
static void
start(uint8_t command, uint32_t sector, void *const pages[], size_t npages)
{
    uint8_t direction = command == READ_DMA ? BM_TO_MEMORY : 0;
    // A drive that is not ready, so soon after a reset, fails at the next tick.
    bool ready = wait_for(ATA_STATUS, STATUS_BSY | STATUS_DRQ, 0);

    ticks_left = ready ? DISK_TIMEOUT_TICKS : 1;
    for (size_t i = 0; i < npages; i++) {
        assert((uintptr_t)pages[i] % PGSIZE == 0);
        regions[i][0] = V2P(pages[i]);
        regions[i][1] = i + 1 < npages ? PGSIZE : PGSIZE | REGION_LAST;
    }
    outb(bm + BM_COMMAND, direction);
    outb(bm + BM_STATUS, BM_ERROR | BM_INTERRUPT);
    outl(bm + BM_TABLE, V2P(regions));
    outb(ATA_DEVICE, DEVICE_LBA | sector >> 24);
    outb(ATA_NSECTOR, npages * SECTORS_PER_PAGE);
    for (int i = 0; i < 3; i++)
        outb(ATA_LBA + i, sector >> 8 * i);
    trace(DISK, sector, command << 8 | npages, NULL);
    outb(ATA_COMMAND, command);
    if (npages > 0)
        outb(bm + BM_COMMAND, direction | BM_START);
}

/*
 * Looks whether the command in flight has ended: well, if the controller's
 * status says that the drive is done, or else with a reset, so that it moves no
 * more data.  The interrupt counts as a tick: as a command has but one, that
 * does no harm.
 */
void
disk_tick(void)
{
    acquire(&lock);
    uint8_t master = ticks_left > 0 ? inb(bm + BM_STATUS) : 0;
    bool done = (master & BM_INTERRUPT) != 0;
    if (done || ticks_left == 1) {
        outb(bm + BM_COMMAND, 0);
        uint8_t status = inb(ATA_STATUS);
        bool bad = status & (STATUS_ERR | STATUS_DF) || master & BM_ERROR;
        problem = !done ? "timeout" : bad ? "error" : NULL;
        if (!done) {
            outb(ATA_CONTROL, CONTROL_SRST);
            delay_us(POLL_US);
            outb(ATA_CONTROL, CONTROL_NORMAL);
        }
        ticks_left = 0;
        trace(DISK_END, problem != NULL, 0, NULL);
        wakeup(&ticks_left);
    } else if (ticks_left > 0) {
        ticks_left--;
    }
    release(&lock);
}

static int
request(uint8_t command, uint32_t sector, void *const pages[], size_t npages)
{
    uint32_t count = npages * SECTORS_PER_PAGE;

    assert(npages <= DISK_MAX_PAGES && (npages > 0 || command == FLUSH_CACHE));
    if (sector >= disk_size || count > disk_size - sector)
        return -1;
    if (debug_ramdisk(command == WRITE_DMA, sector, pages, npages))
        return 0;
    sleeplock_acquire(&turn);
    acquire(&lock);
    start(command, sector, pages, npages);
    while (ticks_left > 0 && proc != NULL)
        sleep(&ticks_left, &lock);
    release(&lock);
    // Before the first process there is neither sleep nor clock.
    while (ticks_left > 0) {
        wait_for(bm + BM_STATUS, BM_INTERRUPT, BM_INTERRUPT);
        disk_tick();
    }
    bool ok = problem == NULL;
    if (!ok)
        printf("disk %s, sector %u\n", problem, sector);
    sleeplock_release(&turn);
    return ok ? 0 : -1;
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
    return disk_size;
}

/* Reads a register of a PCI function; CONFIG_DATA goes on to stand for it. */
static uint32_t
pci_read(uint32_t function, uint32_t offset)
{
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | offset);
    return inl(CONFIG_DATA);
}

void
disk_init(void)
{
    uint32_t id[ID_SIZE] = { 0 };

    // Where nothing is, reads give all ones.
    for (uint32_t function = 0; bm == 0 && function < NFUNCTIONS; function++) {
        if (pci_read(function, PCI_CLASS) >> 16 == PCI_CLASS_IDE) {
            outl(CONFIG_DATA, pci_read(function, PCI_COMMAND) | PCI_ENABLE);
            bm = pci_read(function, PCI_BAR4) & BAR_PORT;
        }
    }
    outb(ATA_CONTROL, CONTROL_NORMAL);
    outb(ATA_DEVICE, DEVICE_LBA);
    outb(ATA_COMMAND, IDENTIFY_DEVICE);
    delay_us(POLL_US);          // until the status is valid
    // A CD drive refuses; of a drive that is not there, all bits are alike.
    if (bm != 0 && wait_for(ATA_STATUS, STATUS_BSY | STATUS_DRQ, STATUS_DRQ))
        for (int i = 0; i < ID_SIZE; i++)
            id[i] = inl(ATA_DATA);
    disk_size = id[ID_NSECTORS];
    printf("disk: %u MB\n", disk_size / 2048);
    irq_register(IRQ_IDE, disk_tick);
}
