/*
 * Replay of the log.
 *
 * It holds one transaction at most.  If anything is wrong with it, a power cut
 * tore it while it was being written: then nothing of it is home yet.
 */

#include "replay.h"

#include <stddef.h>
#include <string.h>
#include "crc32.h"

/* The header's block if a whole transaction is there, or NULL. */
static const struct log_header *
whole_transaction(const struct volume *v)
{
    const struct log_header *header = volume_block(v, v->super.log_start);
    struct log_header bare = *header;

    if (header->magic != LOG_MAGIC || header->count == 0 ||
        header->count > LOG_MAX)
        return NULL;
    for (uint32_t i = 0; i < header->count; i++) {
        if (header->blocks[i] < v->super.inode_start ||
            header->blocks[i] >= v->super.nblocks)
            return NULL;
    }
    bare.checksum = 0;
    uint32_t crc = crc32(0, &bare, sizeof(bare));
    crc = crc32(crc, header + 1, BSIZE - sizeof(bare));
    for (uint32_t i = 1; i <= header->count; i++)
        crc = crc32(crc, volume_block(v, v->super.log_start + i), BSIZE);
    return crc == header->checksum ? header : NULL;
}

int
log_replay(const struct volume *v, uint64_t *missing)
{
    const struct log_header *header = whole_transaction(v);

    *missing = 0;
    if (header == NULL)
        return 0;
    for (uint32_t i = 0; i < header->count; i++)
        memcpy(volume_block(v, header->blocks[i]),
               volume_block(v, v->super.log_start + 1 + i), BSIZE);
    return 1;
}

void
log_clear(const struct volume *v)
{
    for (uint32_t i = 0; i < LOG_BLOCKS; i++)
        memset(volume_block(v, v->super.log_start + i), 0, BSIZE);
}
