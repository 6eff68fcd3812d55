/*
 * Mounting: what has to happen before the first process may use files.
 *
 * Recovery looks for the whole transaction with the highest number, n.  Its
 * header says up to which number, h, everything is home; h + 1 to n are
 * replayed.  All of them must be there, but for one: the power may have gone
 * while n + 1 was being written over n + 1 - LOG_SLOTS.  That one is home, as
 * log.c takes care of.  Any other gap means that the disk lost what it had
 * promised to keep.
 *
 * A torn transaction n + 1 may be a good header whose blocks are missing.  Its
 * header is cleared, or blocks of a later n + 1 could one day complete it.  If
 * the power goes during recovery, the next one finds the same n and h.
 */
#include "lib/string.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/kalloc.h"
#include "dev/disk.h"
#include "fs/inode.h"
#include "fs/log.h"
#include "fs/super.h"

/* The slot that was read last, header and blocks.  Later they are the log's. */
static void *pages[LOG_SLOT_BLOCKS];

/* Reads a slot, and sets *number to its transaction's, 0 if none is whole. */
static int
read_slot(unsigned slot, uint64_t *number)
{
    struct log_header *header = pages[0];
    uint32_t stored[2], right[2];

    *number = 0;
    if (disk_read(slot_sector(slot), pages, LOG_SLOT_BLOCKS) < 0)
        return -1;
    if (header->magic != LOG_MAGIC || header->number % LOG_SLOTS != slot ||
        header->home >= header->number || header->number > INT64_MAX ||
        header->count == 0 || header->count > LOG_MAX)
        return 0;
    for (uint32_t i = 0; i < header->count; i++)
        if (header->blocks[i] < super.inode_start ||
            header->blocks[i] >= super.nblocks)
            return 0;
    memcpy(stored, header->checksum, sizeof(stored));
    memset(header->checksum, 0, sizeof(stored));
    slot_checksum(pages, 1 + header->count, right);
    if (memcmp(stored, right, sizeof(stored)) == 0)
        *number = header->number;
    return 0;
}

/* Writes the blocks of transaction number, which is whole, home. */
static int
replay(uint64_t number)
{
    const struct log_header *header = pages[0];

    if (read_slot(number % LOG_SLOTS, &number) < 0 || number == 0)
        return -1;
    for (uint32_t i = 0; i < header->count; i++)
        if (disk_write(block_sector(header->blocks[i]), &pages[1 + i], 1) < 0)
            return -1;
    return 0;
}

/*
 * Brings the log's transactions home.  Sets *last to the number of the last
 * one, 0 if there is none, and *count to how many were replayed.  Returns NULL,
 * or what is wrong.
 */
static const char *
recover(uint64_t *last, unsigned *count)
{
    const struct log_header *header = pages[0];
    uint64_t numbers[LOG_SLOTS];
    uint64_t home = 0;

    *last = *count = 0;
    for (unsigned slot = 0; slot < LOG_SLOTS; slot++) {
        if (read_slot(slot, &numbers[slot]) < 0)
            return "the log cannot be read";
        if (numbers[slot] > *last) {
            *last = numbers[slot];
            home = header->home;
        }
    }
    for (uint64_t n = home + 1; n <= *last; n++)
        if (numbers[n % LOG_SLOTS] != n && n + LOG_SLOTS != *last + 1)
            return "a transaction is missing from the log";
    for (uint64_t n = home + 1; n <= *last; n++) {
        if (numbers[n % LOG_SLOTS] != n)
            continue;
        if (replay(n) < 0)
            return "the log cannot be replayed";
        (*count)++;
    }
    // All else must be home before the next slot's header is cleared.
    memset(pages[0], 0, BSIZE);
    if (disk_flush() < 0 || disk_write(slot_sector(*last + 1), pages, 1) < 0 ||
        disk_flush() < 0)
        return "the disk cannot be written";
    return NULL;
}

static const char *
mount(void)
{
    uint64_t last;
    unsigned count;

    for (int i = 0; i < LOG_SLOT_BLOCKS; i++) {
        pages[i] = kalloc();
        if (pages[i] == NULL)
            return "there is too little memory";
    }
    const char *error = super_read(pages[0]);
    if (error == NULL)
        error = recover(&last, &count);
    if (error != NULL)
        return error;
    log_start(last, pages);
    if (cache_init() < 0)
        return "there is too little memory";
    // Without it, init could not even say what is wrong.
    struct inode *root = inode_get(ROOT_INO);
    if (inode_type(root) != T_DIR || root->d.nlink == 0)
        return "the root directory is damaged";
    inode_put(root);
    printf("fs: %u blocks, %u inodes, log replayed %u transactions\n",
           (unsigned)super.nblocks, (unsigned)super.ninodes, count);
    // Files that were removed while open: to let go of one frees it.
    for (uint32_t inum = 1; inum < super.ninodes; inum++) {
        struct inode *ip = inode_get(inum);
        if (inode_type(ip) > 0 && ip->d.nlink == 0)
            printf("fs: freeing removed file %u\n", (unsigned)inum);
        inode_put(ip);
    }
    return NULL;
}

void
initlog(void)
{
    const char *error = mount();

    if (error != NULL) {
        printf("fs: %s\n"
               "fs: there are no files to run: stopped."
               "  `make fresh` makes a new disk\n", error);
        halt_cpu();
    }
}
