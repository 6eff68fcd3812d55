/*
 * The journal at work.
 *
 * It writes the header, then the contents behind it, then the same contents
 * home; at last a header with a count of 0 says that all is home.  If the
 * machine stops in the middle, the next boot finds the header and copies the
 * contents home.
 *
 * That is not enough: a disk may keep in its own memory what was written, and
 * write it to the medium in another order, and when the power goes, in part.
 */
#include "fs/journal.h"

#include "lib/string.h"
#include "dev/disk.h"
#include "fs/super.h"

static struct log_header *header;   // a page
static void *contents;              // another, for recovery

static void
write_block(uint32_t block, void *page)
{
    disk_write(block_sector(block), &page, 1);
}

int
journal_commit(struct buf *const bufs[], unsigned n)
{
    memset(header, 0, BSIZE);
    header->magic = LOG_MAGIC;
    header->count = n;
    for (unsigned i = 0; i < n; i++)
        header->blocks[i] = bufs[i]->entry.key;
    write_block(super.log_start, header);
    for (unsigned i = 0; i < n; i++)
        write_block(super.log_start + 1 + i, bufs[i]->data);

    for (unsigned i = 0; i < n; i++)
        write_block(bufs[i]->entry.key, bufs[i]->data);
    header->count = 0;
    write_block(super.log_start, header);
    return 0;
}

int
journal_checkpoint(void)
{
    return disk_flush();
}

const char *
journal_recover(void *const pages[LOG_BLOCKS], unsigned *count)
{
    header = pages[0];
    contents = pages[1];
    *count = 0;
    if (disk_read(block_sector(super.log_start), &pages[0], 1) < 0)
        return "the log cannot be read";
    if (header->magic != LOG_MAGIC || header->count == 0 ||
        header->count > LOG_MAX)
        return NULL;
    for (uint32_t i = 0; i < header->count; i++) {
        uint32_t block = super.log_start + 1 + i;
        if (disk_read(block_sector(block), &pages[1], 1) < 0)
            return "the log cannot be read";
        write_block(header->blocks[i], contents);
    }
    header->count = 0;
    write_block(super.log_start, header);
    *count = 1;
    return NULL;
}
