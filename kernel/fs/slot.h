/* A slot of the log: a header and the blocks it lists.  See log.h. */
#pragma once

#include <stdint.h>

#include "fs.h"

/* The disk's sector at which the slot of a transaction begins. */
uint32_t slot_sector(uint64_t number);

/*
 * Computes the checksum of a header, whatever its field `checksum` holds, and of
 * the blocks it lists, whose contents are at contents[0], contents[1], ...
 */
void slot_checksum(const struct log_header *header, void *const contents[],
                   uint32_t checksum[2]);
