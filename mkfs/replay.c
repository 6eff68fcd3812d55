/*
 * Replay of the log.
 *
 * Transaction n lies in slot n % LOG_SLOTS, and the one with the highest number
 * says up to which one all is home.  Those after that one are replayed in
 * order.  A power cut can tear only the slot that was being written, and what
 * was in that slot before, n + 1 - LOG_SLOTS, is home: it may be missing.  No
 * other may.
 */

#include "replay.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Fletcher's checksum: a sum of the words, and a sum of all its values. */
static void
add_to_checksum(uint32_t checksum[2], const void *data, size_t size)
{
    const uint8_t *p = data;

    for (size_t i = 0; i < size; i += 4) {
        uint32_t word;

        memcpy(&word, p + i, 4);
        checksum[0] += word;
        checksum[1] += checksum[0];
    }
}

static bool
checksum_is_right(const struct volume *v, const struct log_header *header,
                  uint32_t first)
{
    uint8_t copy[BSIZE];        // of the header's block
    uint32_t checksum[2] = { 0, 0 };

    memcpy(copy, header, BSIZE);
    memset(((struct log_header *)copy)->checksum, 0, sizeof(checksum));
    add_to_checksum(checksum, copy, BSIZE);
    for (uint32_t i = 0; i < header->count; i++)
        add_to_checksum(checksum, volume_block(v, first + 1 + i), BSIZE);
    return memcmp(checksum, header->checksum, sizeof(checksum)) == 0;
}

static uint32_t
slot_block(const struct volume *v, uint32_t slot)
{
    return v->super.log_start + slot * LOG_SLOT_BLOCKS;
}

/* The header of a slot if a whole transaction is there, or NULL. */
static const struct log_header *
valid_header(const struct volume *v, uint32_t slot)
{
    uint32_t first = slot_block(v, slot);
    const struct log_header *header = volume_block(v, first);

    if (header->magic != LOG_MAGIC)
        return NULL;
    if (header->number % LOG_SLOTS != slot)
        return NULL;
    if (header->home >= header->number || header->number > INT64_MAX ||
        header->number - header->home > LOG_SLOTS)
        return NULL;
    if (header->count == 0 || header->count > LOG_MAX)
        return NULL;
    for (uint32_t i = 0; i < header->count; i++) {
        if (header->blocks[i] < v->super.inode_start ||
            header->blocks[i] >= v->super.nblocks)
            return NULL;
    }
    return checksum_is_right(v, header, first) ? header : NULL;
}

/* Of the transactions in the log the one with the highest number, or NULL. */
static const struct log_header *
last_transaction(const struct volume *v)
{
    const struct log_header *last = NULL;

    for (uint32_t slot = 0; slot < LOG_SLOTS; slot++) {
        const struct log_header *header = valid_header(v, slot);

        if (header != NULL && (last == NULL || header->number > last->number))
            last = header;
    }
    return last;
}

/* Transaction number n if it is in the log, or NULL. */
static const struct log_header *
find_transaction(const struct volume *v, uint64_t n)
{
    const struct log_header *header = valid_header(v, n % LOG_SLOTS);

    return header != NULL && header->number == n ? header : NULL;
}

static void
copy_home(const struct volume *v, const struct log_header *header)
{
    uint32_t first = slot_block(v, header->number % LOG_SLOTS);

    for (uint32_t i = 0; i < header->count; i++)
        memcpy(volume_block(v, header->blocks[i]),
               volume_block(v, first + 1 + i), BSIZE);
}

int
log_replay(const struct volume *v, uint64_t *missing)
{
    const struct log_header *last = last_transaction(v);
    int replayed = 0;

    if (last == NULL)
        return 0;
    for (uint64_t n = last->home + 1; n <= last->number; n++) {
        if (n + LOG_SLOTS != last->number + 1 &&
            find_transaction(v, n) == NULL) {
            *missing = n;
            return -1;
        }
    }
    for (uint64_t n = last->home + 1; n <= last->number; n++) {
        const struct log_header *header = find_transaction(v, n);

        if (header != NULL) {
            copy_home(v, header);
            replayed++;
        }
    }
    return replayed;
}

void
log_clear(const struct volume *v)
{
    for (uint32_t i = 0; i < LOG_BLOCKS; i++)
        memset(volume_block(v, v->super.log_start + i), 0, BSIZE);
}
