/*
 * Power cuts: which of the recorded writes are on the disk afterwards.  What was
 * flushed is; of all else, any sector may or may not be.
 */
#pragma once

#include <stddef.h>

#include "host.h"

/* Puts each sector of an event on the disk, with odds of 1 to `odds`. */
void apply_sectors(const struct event *event, struct random *random,
                   unsigned odds);

/* Puts a random part of n events, not flushed, on the disk. */
void apply_some(const struct event *events, size_t n, struct random *random);

/*
 * Puts those of the first `end` recorded events that were flushed on the disk,
 * of which `from` are there already; returns how many are now.
 */
size_t apply_flushed(size_t from, size_t end);

/*
 * A special case, the same for every seed: the header of a commit and the
 * blocks of another.
 */
void torn_header(uint64_t seed);
