/* The disk, which records what is written to it and can fail. */
#include "host.h"

#include <string.h>
#include <sys/mman.h>

#include "dev/disk.h"

enum {
    PAGE = 4096,
    MAX_EVENTS = 1 << 20,
    RECORD_BYTES = 1 << 30,
};

uint8_t *disk_bytes;
size_t disk_size;
struct record *record;
struct faults faults;
bool disk_failed;

static void *
map_shared(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED)
        fail("no memory for the record");
    return p;
}

struct record *
record_create(void)
{
    struct record *new = map_shared(sizeof(*new));

    new->events = map_shared(MAX_EVENTS * sizeof(new->events[0]));
    new->data = map_shared(RECORD_BYTES);
    return new;
}

static void
record_event(uint32_t sector, uint32_t nsectors)
{
    if (record == NULL)
        return;
    struct event *event = &record->events[record->nevents];
    event->sector = sector;
    event->nsectors = nsectors;
    event->data = record->data + record->nbytes;
    if (nsectors != FLUSH)
        memcpy(event->data, disk_bytes + (size_t)sector * SECTOR,
               (size_t)nsectors * SECTOR);
    record->nbytes += (size_t)nsectors * SECTOR;
    record->nevents++;
    if (record->nevents == MAX_EVENTS ||
        record->nbytes > RECORD_BYTES - DISK_MAX_PAGES * PAGE)
        fail("the record is full");
}

/* Is this the request that is to fail? */
static bool
counts_down(unsigned *fault)
{
    return *fault > 0 && --*fault == 0;
}

uint32_t
disk_nsectors(void)
{
    return disk_size / SECTOR;
}

static bool
is_bad_request(uint32_t sector, size_t npages)
{
    if (nspin != 0)
        fail("disk request with a spinlock held");
    if (npages == 0 || npages > DISK_MAX_PAGES)
        fail("disk request for %zu pages", npages);
    preempt(2);
    return sector > disk_nsectors() ||
           npages * (PAGE / SECTOR) > disk_nsectors() - sector;
}

int
disk_read(uint32_t sector, void *const pages[], size_t npages)
{
    if (is_bad_request(sector, npages) || counts_down(&faults.read))
        return -1;
    for (size_t i = 0; i < npages; i++)
        memcpy(pages[i], disk_bytes + (size_t)sector * SECTOR + i * PAGE, PAGE);
    preempt(2);
    return 0;
}

int
disk_write(uint32_t sector, void *const pages[], size_t npages)
{
    if (is_bad_request(sector, npages))
        return -1;
    // A failed write may yet have reached the medium, or a part of it.
    for (size_t i = 0; i < npages; i++)
        memcpy(disk_bytes + (size_t)sector * SECTOR + i * PAGE, pages[i], PAGE);
    record_event(sector, npages * (PAGE / SECTOR));
    if (counts_down(&faults.write)) {
        disk_failed = true;
        return -1;
    }
    preempt(2);
    return 0;
}

int
disk_flush(void)
{
    preempt(2);
    if (counts_down(&faults.flush)) {
        disk_failed = true;
        return -1;
    }
    record_event(0, FLUSH);
    return 0;
}
