/* Where a transaction lies in the log, and its checksum. */
#include "fs/slot.h"

#include <stddef.h>

#include "lib/string.h"
#include "fs/super.h"

/* The header's size without padding that a compiler may put behind it. */
enum { HEADER_SIZE = offsetof(struct log_header, blocks) + LOG_MAX * 4 };

uint32_t
slot_sector(uint64_t number)
{
    uint32_t slot = (uint32_t)number % LOG_SLOTS;

    return block_sector(super.log_start + slot * LOG_SLOT_BLOCKS);
}

/* Adds words to a Fletcher checksum: the sum, and the sum of all sums so far. */
static void
add_words(uint32_t checksum[2], const void *data, unsigned size)
{
    const uint32_t *words = data;
    uint32_t low = checksum[0], high = checksum[1];

    for (unsigned i = 0; i < size / 4; i++) {
        low += words[i];
        high += low;
    }
    checksum[0] = low;
    checksum[1] = high;
}

void
slot_checksum(const struct log_header *header, void *const contents[],
              uint32_t checksum[2])
{
    struct log_header copy = *header;

    memset(copy.checksum, 0, sizeof(copy.checksum));
    memset(checksum, 0, sizeof(copy.checksum));
    add_words(checksum, &copy, HEADER_SIZE);
    for (uint32_t i = 0; i < header->count; i++)
        add_words(checksum, contents[i], BSIZE);
}
