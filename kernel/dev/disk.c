/*
 * The disk: one request at a time, carried out by the driver, dev/ide.c.
 *
 * The owner of the request in flight sleeps until it ends.  The interrupt sees
 * that, or, should it get lost, the next clock tick; the tick also gives up a
 * request that takes too long.
 */
#include "dev/disk.h"

#include <stdbool.h>

#include "lib/limits.h"
#include "x86/mmu.h"
#include "core/panic.h"
#include "core/printf.h"
#include "core/spinlock.h"
#include "intr/apic.h"
#include "intr/timer.h"
#include "sched/clock.h"
#include "sched/proc.h"
#include "sched/sleep.h"
#include "dev/ide.h"

enum {
    SECTORS_PER_PAGE = PGSIZE / 512,
    POLL_US = 10,               // between looks while there is no process
    MAX_POLLS = DISK_TIMEOUT_TICKS / HZ * (1000000 / POLL_US),
};

static struct {
    struct spinlock lock;
    uint32_t nsectors;          // [const] 0 without a disk
    bool busy;                  // [lock] a request has the drive
    enum ide_command command;   // [lock] of it
    uint32_t sector;            // [lock]
    uint32_t started;           // [lock] clock tick at which it began
    enum ide_result result;     // [lock] IDE_BUSY while it is in flight
} disk = { .lock = SPINLOCK("disk", RANK_DISK), .result = IDE_DONE };

static void
complain(const char *why)
{
    const char *what = disk.command == IDE_READ ? "read" :
                       disk.command == IDE_WRITE ? "write" : "flush";

    printf("disk: %s, sector %u: %s\n", what, disk.sector, why);
}

/* Ends the request in flight if the drive is done.  Caller holds the lock. */
static void
check(void)
{
    if (disk.result != IDE_BUSY)
        return;
    disk.result = ide_poll();
    if (disk.result == IDE_FAILED)
        complain("the drive reports an error");
    if (disk.result != IDE_BUSY)
        wakeup(&disk.result);
}

/* Ends the request in flight without the drive.  Caller holds the lock. */
static void
give_up(void)
{
    if (disk.result != IDE_BUSY)
        return;
    complain("the drive does not answer");
    ide_reset();
    disk.result = IDE_FAILED;
    wakeup(&disk.result);
}

static void
disk_interrupt(void)
{
    acquire(&disk.lock);
    check();
    release(&disk.lock);
}

static void
disk_tick(void)
{
    acquire(&disk.lock);
    check();
    if (clock_ticks() - disk.started >= DISK_TIMEOUT_TICKS)
        give_up();
    release(&disk.lock);
}

/* Waits for the end of the request.  Caller holds the lock. */
static void
wait_for_end(void)
{
    if (proc != NULL) {
        while (disk.result == IDE_BUSY)
            sleep(&disk.result, &disk.lock);
        return;
    }
    for (int i = 0; i < MAX_POLLS && disk.result == IDE_BUSY; i++) {
        delay_us(POLL_US);
        check();
    }
    give_up();
}

static int
request(enum ide_command command, uint32_t sector, void *const pages[],
        size_t npages)
{
    uint32_t nsectors = npages * SECTORS_PER_PAGE;

    assert(npages <= DISK_MAX_PAGES);
    for (size_t i = 0; i < npages; i++)
        assert((uintptr_t)pages[i] % PGSIZE == 0);
    if (disk.nsectors < nsectors || sector > disk.nsectors - nsectors)
        return -1;

    acquire(&disk.lock);
    while (disk.busy)
        sleep(&disk.busy, &disk.lock);
    disk.busy = true;
    disk.command = command;
    disk.sector = sector;
    disk.started = clock_ticks();
    disk.result = IDE_BUSY;
    if (ide_start(command, sector, pages, npages))
        wait_for_end();
    else
        give_up();
    int result = disk.result == IDE_DONE ? 0 : -1;
    disk.busy = false;
    wakeup(&disk.busy);
    release(&disk.lock);
    return result;
}

int
disk_read(uint32_t sector, void *const pages[], size_t npages)
{
    assert(npages > 0);
    return request(IDE_READ, sector, pages, npages);
}

int
disk_write(uint32_t sector, void *const pages[], size_t npages)
{
    assert(npages > 0);
    return request(IDE_WRITE, sector, pages, npages);
}

int
disk_flush(void)
{
    return disk.nsectors == 0 ? -1 : request(IDE_FLUSH, 0, NULL, 0);
}

uint32_t
disk_nsectors(void)
{
    return disk.nsectors;
}

void
disk_init(void)
{
    disk.nsectors = ide_init();
    if (disk.nsectors == 0) {
        printf("disk: none\n");
        return;
    }
    irq_register(IRQ_IDE, disk_interrupt);
    clock_set_hook(disk_tick);
    printf("disk: %u MB\n", disk.nsectors / 2048);
}
