/* What a mount does with the log: whoever looks at the blocks does it first. */
#pragma once

#include <stdint.h>
#include "volume.h"

/*
 * Copies the contents of all transactions that may not be home yet to their
 * home blocks.  Returns how many there were.  If one is missing between two
 * others, changes nothing, stores its number and returns -1.
 */
int log_replay(const struct volume *v, uint64_t *missing);

/* Empties the log: needed before any block is changed behind its back. */
void log_clear(const struct volume *v);
