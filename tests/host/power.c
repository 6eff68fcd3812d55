/* Power cuts. */
#include "power.h"

#include "fcntl.h"
#include <string.h>

#include "fs.h"
#include "fs/log.h"
#include "file/file.h"
#include "run.h"

void
apply_sectors(const struct event *event, struct random *random, unsigned odds)
{
    for (uint32_t i = 0; i < event->nsectors; i++) {
        if (draw(random, odds) == 0)
            memcpy(disk_bytes + (size_t)(event->sector + i) * SECTOR,
                   event->data + i * SECTOR, SECTOR);
    }
}

/* Puts each block of an event on the disk, or not. */
static void
apply_blocks(const struct event *event, struct random *random)
{
    for (uint32_t i = 0; i < event->nsectors; i += SECTORS_PER_BLOCK) {
        struct event block = {
            .sector = event->sector + i,
            .nsectors = SECTORS_PER_BLOCK,
            .data = event->data + i * SECTOR,
        };
        if (draw(random, 2) == 0)
            apply_sectors(&block, random, 1);
    }
}

void
apply_some(const struct event *events, size_t n, struct random *random)
{
    unsigned kind = draw(random, 10);
    size_t one = draw(random, n + 1);

    for (size_t i = 0; i < n; i++) {
        switch (kind) {
        case 0:                                 // nothing
            break;
        case 1:                                 // all
            apply_sectors(&events[i], random, 1);
            break;
        case 2:                                 // some writes
            if (draw(random, 2) == 0)
                apply_sectors(&events[i], random, 1);
            break;
        case 3:                                 // one write
            if (i == one)
                apply_sectors(&events[i], random, 1);
            break;
        case 4:                                 // all writes but one
            if (i != one)
                apply_sectors(&events[i], random, 1);
            break;
        case 5:                                 // some sectors
            apply_sectors(&events[i], random, 2);
            break;
        case 6:
            apply_sectors(&events[i], random, draw(random, 40) + 1);
            break;
        default:                                // some blocks
            apply_blocks(&events[i], random);
        }
    }
}

size_t
apply_flushed(size_t from, size_t end)
{
    struct random unused = { 1 };

    while (end > from && record->events[end - 1].nsectors != FLUSH)
        end--;
    for (; from < end; from++)
        apply_sectors(&record->events[from], &unused, 1);
    return from;
}

/*
 * The power goes when of a commit only the header is on the disk; then, in the
 * next try, which has more blocks, when only the blocks are.  Together they
 * look like a whole transaction, but must not count as one.
 */

static char two_blocks[2 * BSIZE];

static void
write_blocks(const char *path, int flags, size_t n)
{
    initlog();
    struct file *file = file_open(path, flags);
    if (file == NULL ||
        file_transfer(file, true, NULL, (uintptr_t)two_blocks, n) != (int)n)
        fail("%s cannot be written", path);
    file_close(file);
}

static void
write_new_body(void)
{
    write_blocks("/a", O_RDWR | O_CREATE, 2 * BSIZE);
}

static void
write_one_body(void)
{
    memset(two_blocks, 'b', sizeof(two_blocks));
    write_blocks("/a", O_RDWR, BSIZE);
}

static void
write_two_body(void)
{
    memset(two_blocks, 'b', sizeof(two_blocks));
    write_blocks("/a", O_RDWR, 2 * BSIZE);
}

static void
look_body(void)
{
    initlog();
    struct file *file = file_open("/a", O_RDONLY);
    if (file_transfer(file, false, NULL,
            (uintptr_t)two_blocks, 2 * BSIZE) != 2 * BSIZE ||
        two_blocks[0] != two_blocks[BSIZE])
        fail("half of a write is there");
}

/*
 * Of what body writes, puts on the disk what it has flushed, and of its last
 * commit all but the blocks from first to end.
 */
static void
write_torn(void (*body)(void), uint32_t first, uint32_t end)
{
    struct random unused = { 1 };

    record->nevents = 0;
    record->nbytes = 0;
    expect_success("a torn header", body);
    if (count.bad > 0)
        return;
    size_t last = record->nevents - 2;          // then comes the flush
    apply_flushed(0, last);
    for (uint32_t b = 0; b < record->events[last].nsectors / 8; b++) {
        struct event block = {
            .sector = record->events[last].sector + b * SECTORS_PER_BLOCK,
            .nsectors = SECTORS_PER_BLOCK,
            .data = record->events[last].data + b * BSIZE,
        };
        if (b < first || b >= end)
            apply_sectors(&block, &unused, 1);
    }
}

void
torn_header(uint64_t seed)
{
    round_seed = seed;
    create_disk(1000, 100);
    write_torn(write_new_body, 0, 0);
    write_torn(write_one_body, 1, UINT32_MAX);
    write_torn(write_two_body, 0, 1);
    expect_success("a torn header", look_body);
    drop_disk();
}
